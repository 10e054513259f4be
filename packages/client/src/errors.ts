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
  /** The connection failed or broke the protocol below Socket.IO. */
  | "TRANSPORT_ERROR"
  /** The probe of a better transport failed; the present one stays. */
  | "UPGRADE_FAILED"
  /** The server refused the namespace: a middleware, or no such namespace. */
  | "REFUSED"
  /** The server speaks another revision of the protocol. */
  | "INCOMPATIBLE_SERVER";

/** An error with a stable `code`. */
export class HawserError extends Error {
  declare readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
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
    super("TRANSPORT_ERROR", message);
    this.description = description;
    this.context = context;
  }
}

/** Told where nothing was imported that speaks to such a server. */
export function incompatibleServer(): HawserError {
  return new HawserError(
    "INCOMPATIBLE_SERVER",
    "the server speaks Socket.IO 2: use @hawser/client/legacy",
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
