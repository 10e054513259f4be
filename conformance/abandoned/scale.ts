/** Connections in all; `ABANDONED=10000 npx vitest run conformance/abandoned` is the whole bound. */
export const CONNECTIONS: number = Number(process.env.ABANDONED ?? 1000);

/** What the time limits are multiples of, in milliseconds: very many take their time to open. */
export const SECOND: number = CONNECTIONS > 1000 ? 2 * CONNECTIONS : 1500;
