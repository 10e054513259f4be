/** Every error that this package throws or emits, by its stable code; docs/errors.md says what to do. */
export const ERROR_CODES = {
  INVALID_OPTION: "an option has a wrong type or range",
  INVALID_ARGUMENT: "a method was called with an argument that it cannot work with",
  RESERVED_EVENT: "the event name belongs to the library",
  NOT_SUPPORTED: "the method does not exist for this object",
  TIMEOUT: "the peer did not answer in time",
  TRANSPORT_ERROR: "the connection failed or broke the protocol below Socket.IO",
  LIMIT_EXCEEDED: "more than the option limits allows",
  RATE_LIMITED: "a client emits more events than rateLimit() lets it",
  PAYLOAD_TOO_LARGE: "a peer sent a message that is larger than maxHttpBufferSize",
  DISCONNECTED: "the client left before it answered",
  SLOW_READER: "more waits for a client than the option backpressure allows",
  HANDLER_FAILED: "a handler of the application threw or rejected",
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

/** More than one of the option `limits` allows. */
export class LimitError extends HawserError {
  /** The name of the limit. */
  readonly limit: string;
  readonly max: number;
  /** How much it was, where that is known. */
  readonly actual: number | undefined;

  constructor(limit: string, max: number, actual?: number) {
    const was = actual === undefined ? "" : `: ${actual}`;
    super("LIMIT_EXCEEDED", `the limit ${limit} is ${max}${was}`);
    this.name = "LimitError";
    this.limit = limit;
    this.max = max;
    this.actual = actual;
  }
}

/** A client has emitted more events than `rateLimit()` lets it. */
export class RateLimitError extends HawserError {
  readonly event: string;
  /** Milliseconds after which an event may pass again. */
  readonly retryAfter: number;
  /** What the client is told besides code and message. */
  readonly data: { readonly retryAfter: number };

  constructor(event: string, retryAfter: number) {
    super("RATE_LIMITED", `too many events; the next may come in ${retryAfter} ms`);
    this.name = "RateLimitError";
    this.event = event;
    this.retryAfter = retryAfter;
    this.data = { retryAfter };
  }
}

/** The client left, or was lost, before it acknowledged an event. */
export class DisconnectedError extends HawserError {
  /** That of the event `disconnect`. */
  readonly reason: string;

  constructor(reason: string) {
    super("DISCONNECTED", `the socket was disconnected: ${reason}`);
    this.name = "DisconnectedError";
    this.reason = reason;
  }
}

/** The description of a disconnection: the client sent a message beyond `maxHttpBufferSize`. */
export class PayloadTooLargeError extends HawserError {
  /** Bytes. */
  readonly limit: number;
  /** Bytes, where the client has said how many there are. */
  readonly size: number | undefined;

  constructor(limit: number, size?: number) {
    const said = size === undefined ? "" : ` of ${size} bytes`;
    super("PAYLOAD_TOO_LARGE", `a message${said} is larger than maxHttpBufferSize, ${limit}`);
    this.name = "PayloadTooLargeError";
    this.limit = limit;
    this.size = size;
  }
}

/** A client reads more slowly than it is sent to, and what waits for it has reached its budget. */
export class SlowReaderError extends HawserError {
  /** Bytes that waited for it. */
  readonly bufferedBytes: number;
  /** Bytes that may wait for it. */
  readonly budget: number;

  constructor(bufferedBytes: number, budget: number) {
    super(
      "SLOW_READER",
      `the client is too slow: ${bufferedBytes} bytes wait, the budget is ${budget}`,
    );
    this.name = "SlowReaderError";
    this.bufferedBytes = bufferedBytes;
    this.budget = budget;
  }
}

export function reservedEvent(name: unknown): HawserError {
  return new HawserError("RESERVED_EVENT", `"${String(name)}" is a reserved event name`);
}
