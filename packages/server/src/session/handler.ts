/** Why a session ended. */
export type CloseReason =
  | "transport error"
  | "transport close"
  | "forced close"
  | "ping timeout"
  | "parse error";

/** What a session calls on the connection that stands on it. */
export interface SessionHandler {
  /** A text message came in. MUST NOT throw. */
  sessionOnText(text: string): void;
  /** A binary message came in. MUST NOT throw. */
  sessionOnBinary(bytes: Uint8Array): void;
  /** Nothing waits for the peer any more, after something had to. */
  sessionOnDrain(): void;
  /** The session ended; the last call. */
  sessionOnClose(reason: CloseReason, description?: unknown): void;
}
