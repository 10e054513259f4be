import type { Chunk } from "@hawser/socket-codec/packets";

/** The secret by which a client asks for its session, 20 characters. */
export type PrivateSessionId = string;

/** What is kept of a socket whose connection was lost. */
export interface SessionToPersist {
  sid: string;
  pid: PrivateSessionId;
  rooms: string[];
  data: unknown;
}

/** A kept session, and the events that the client has missed. */
export interface Session extends SessionToPersist {
  /** `[event, ...args, offset]` of each event, in order. */
  missedPackets: unknown[][];
  /** The same, encoded, where the adapter has kept it so: it is then sent in the place of the above. */
  missedChunks?: readonly (readonly Chunk[])[];
}
