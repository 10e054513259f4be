import type { Dialect, Refused } from "../connection/dialect.ts";

/** Socket.IO protocol 4, which clients of Socket.IO 1 and 2 speak. */
export const dialect4: Dialect = {
  joinsMain: true,
  // The client computes the same from the handshake.
  socketId: (sessionId, name) => (name === "/" ? sessionId : `${name}#${sessionId}`),
  readConnect({ nsp }) {
    const [name = "", query] = nsp.split("?", 2);
    return { name, auth: Object.fromEntries(new URLSearchParams(query)), takesErrors: false };
  },
  recovers: false,
  welcome: () => undefined,
  refusal(error) {
    return error instanceof Error ? ((error as Refused).data ?? error.message) : error;
  },
};
