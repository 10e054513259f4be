import type { EngineOptions } from "../options.ts";

/**
 * The data of an OPEN packet, as JSON. Written out, as every connection gets one: an object would be made for it
 * alone.
 */
export function openData(
  id: string,
  upgrades: readonly string[],
  { pingInterval, pingTimeout, maxHttpBufferSize }: EngineOptions,
  extensions: number | undefined,
): string {
  const offered = upgrades.length === 0 ? "[]" : JSON.stringify(upgrades);
  const ours = extensions === undefined ? "" : `,"hawser":${extensions}`;
  return (
    `{"sid":${JSON.stringify(id)},"upgrades":${offered},"pingInterval":${numberOf(pingInterval)},` +
    `"pingTimeout":${numberOf(pingTimeout)},"maxPayload":${numberOf(maxHttpBufferSize)}${ours}}`
  );
}

/** JSON knows no other numbers than finite ones. */
function numberOf(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
