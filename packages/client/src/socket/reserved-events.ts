import type { ExtendedError } from "../events.ts";
import type { DisconnectDescription } from "../manager/connection.ts";

/** Why a socket was disconnected. */
export type DisconnectReason =
  | "io server disconnect"
  | "io client disconnect"
  | "forced close"
  | "ping timeout"
  | "transport close"
  | "transport error"
  | "parse error";

/** What a socket itself emits. */
export interface SocketReservedEvents {
  connect: () => void;
  connect_error: (error: ExtendedError) => void;
  disconnect: (reason: DisconnectReason, description?: DisconnectDescription) => void;
  /** Nothing waits to be sent any more. Told only where somebody listens; a server may emit an event of that name too. */
  drain: (...args: never[]) => void;
}
