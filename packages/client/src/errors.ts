/** Every error that this package throws or emits, by its stable code; docs/errors.md says what to do. */
export type ErrorCode =
  /** The uri has no scheme, and there is no page to take it from. */
  | "URI_WITHOUT_SCHEME"
  | "URI_TOO_LONG"
  /** An option has a wrong type, or does not go together with another. */
  | "INVALID_OPTION"
  /** The event name belongs to the library. */
  | "RESERVED_EVENT"
  /** An acknowledgement did not come in time. */
  | "TIMEOUT"
  /** The connection was not open in time (`timeout` of the Manager). */
  | "OPEN_TIMEOUT"
  /** The socket was disconnected while an acknowledgement was awaited. */
  | "DISCONNECTED"
  /** The handler of the event failed on the server, which may have given a code of its own instead. */
  | "HANDLER_FAILED"
  /** The connection failed or broke the protocol below Socket.IO. */
  | "TRANSPORT_ERROR"
  /** The probe of a better transport failed; the present one stays. */
  | "UPGRADE_FAILED"
  /** The server refused the namespace: a middleware, or no such namespace. */
  | "REFUSED"
  /** A message is larger than the server takes (`maxPayload` of its handshake). */
  | "PAYLOAD_TOO_LARGE"
  /** The offline buffer is full, or kept an event for too long (`offlineBuffer`). */
  | "LIMIT_EXCEEDED"
  /** A volatile event found the connection behind, or `clearBuffer()` dropped it. */
  | "NOT_SENT"
  /** The server speaks another revision of the protocol. */
  | "INCOMPATIBLE_SERVER";

/** An error with a stable `code`. */
export class HawserError extends Error {
  declare readonly code: ErrorCode;
  /** `DISCONNECTED`: why, as the event `disconnect` has it. */
  declare readonly reason?: string;
  /** `PAYLOAD_TOO_LARGE`, `LIMIT_EXCEEDED`: the event that was not sent; missing for an acknowledgement. */
  declare readonly event?: string;
  /** `PAYLOAD_TOO_LARGE`: bytes of the message, as the transport in use would send it. */
  declare readonly size?: number;
  /** `PAYLOAD_TOO_LARGE`: bytes that the server takes. `LIMIT_EXCEEDED`: the name of the limit. */
  declare readonly limit?: number | string;
  /** `LIMIT_EXCEEDED`: what is allowed. */
  declare readonly max?: number;
  /** Of a failed connection attempt: the transport tried. */
  declare readonly transport?: string;
  /** Of a failed connection attempt: the HTTP status, where there was one. */
  declare readonly status?: number;
  /** Of a failed connection attempt, in Node and the debug bundle: what it is most likely about. */
  declare readonly hint?: string;

  constructor(code: ErrorCode, message: string, details?: object) {
    super(message);
    Object.assign(this, { code }, details);
  }
}

/** Why a connection attempt failed, or an open connection was lost. */
export class TransportError extends HawserError {
  readonly type = "TransportError";
  /** An HTTP status, an event or an error of the platform. */
  declare readonly description: unknown;
  /** The request or response at hand, if there is one. */
  declare readonly context: unknown;

  constructor(message: string, description?: unknown, context?: unknown) {
    super("TRANSPORT_ERROR", message, { description, context });
  }
}

/** Told where nothing was imported that speaks to such a server. */
export function incompatibleServer(): HawserError {
  return new HawserError(
    "INCOMPATIBLE_SERVER",
    "server speaks Socket.IO 2: use @hawser/client/legacy",
  );
}

/** A programmer's mistake: `TypeError`, as callers of JavaScript expect, with a stable `code`. */
export function invalidOption(message: string): TypeError & { code: ErrorCode } {
  return Object.assign(new TypeError(message), { code: "INVALID_OPTION" as const });
}

/**
 * Runs user code whose failure must not break the connection: its error goes to the runtime's
 * handler for uncaught errors.
 */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
