/** Every error that this package throws or emits, by its stable code; docs/errors.md says what to do. */
export const ERROR_CODES = {
  INVALID_OPTION: "an option has a wrong type or range",
  INVALID_ARGUMENT: "a method was called with an argument that it cannot work with",
  RESERVED_EVENT: "the event name belongs to the library",
  NOT_SUPPORTED: "the method does not exist for this object",
  TIMEOUT: "the peer did not answer in time",
  TRANSPORT_ERROR: "the connection failed or broke the protocol below Socket.IO",
  SERVER_NOT_ATTACHED: "close() before the server was attached",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error with a stable `code`. */
export class HawserError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HawserError";
    this.code = code;
  }
}

/** A programmer's mistake: `TypeError`, as callers of JavaScript expect, with a stable `code`. */
export class HawserTypeError extends TypeError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HawserTypeError";
    this.code = code;
  }
}

/** An acknowledgement did not come in time. */
export class TimeoutError extends HawserError {
  /** What had been answered until then, where several were asked. */
  declare responses?: unknown[];

  constructor(message = "operation has timed out") {
    super("TIMEOUT", message);
    this.name = "TimeoutError";
  }
}

/** The description of a disconnection with the reason `transport error`. */
export class TransportError extends HawserError {
  readonly type = "TransportError";
  readonly description: unknown;

  constructor(message: string, description?: unknown) {
    super("TRANSPORT_ERROR", message);
    this.name = "TransportError";
    this.description = description;
  }
}

export function reservedEvent(name: unknown): HawserError {
  return new HawserError("RESERVED_EVENT", `"${String(name)}" is a reserved event name`);
}
