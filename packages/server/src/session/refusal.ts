import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Exchange } from "../http/exchange.ts";
import type { EngineRequest } from "../http/request.ts";

/** The codes of the HTTP errors (Engine.IO protocol, "HTTP errors"). */
export const REJECTION = {
  UNKNOWN_TRANSPORT: 0,
  UNKNOWN_SID: 1,
  BAD_HANDSHAKE_METHOD: 2,
  BAD_REQUEST: 3,
  FORBIDDEN: 4,
  UNSUPPORTED_PROTOCOL_VERSION: 5,
  OVERLOADED: 6,
  TOO_MANY_CONNECTIONS: 7,
  TOO_MANY_REQUESTS: 8,
  URI_TOO_LONG: 9,
} as const;

export const REJECTION_MESSAGES: Readonly<Record<number, string>> = {
  0: "Transport unknown",
  1: "Session ID unknown",
  2: "Bad handshake method",
  3: "Bad request",
  4: "Forbidden",
  5: "Unsupported protocol version",
  6: "Server overloaded",
  7: "Too many connections",
  8: "Too many requests",
  9: "URI too long",
};

const NAMES = new Map<number | undefined, string>(
  Object.entries(REJECTION).map(([name, code]) => [code, name]),
);

/** The statuses of answers that are not 400. */
const STATUS: Readonly<Record<number, number>> = { 4: 403, 6: 503, 7: 503, 8: 429, 9: 414 };

const FOREIGN_ORIGIN = "ORIGIN_NOT_ALLOWED";

/** Why a request is refused. */
export interface Rejection {
  code: number;
  context: Record<string, unknown>;
}

export type RefusalContext = Record<string, unknown> & { name?: string; message?: string };

/** Lets a request pass, without arguments, or refuses it. Codes are those of docs/errors.md. */
export type ErrorCallback = (code?: number, context?: RefusalContext) => void;

/** What `connection_error` listeners get. */
export interface ConnectionError {
  req: IncomingMessage;
  /** See docs/errors.md. */
  code: number;
  message: string;
  context: Record<string, unknown>;
}

export function reject(code: number, context: Record<string, unknown>): Rejection {
  return { code, context };
}

/** A refusal that the client learns no more of; `name` and `error` are for the application. */
export function badRequest(name: string, error: unknown): Rejection {
  return reject(REJECTION.BAD_REQUEST, { name, error });
}

/** Seconds, at most, that a client is asked to wait. */
const MAX_RETRY_AFTER_S = 10;

/** For `Retry-After`; at random, so that those who were refused do not come back together. */
export function retrySoon(): number {
  return 1 + Math.floor(Math.random() * MAX_RETRY_AFTER_S);
}

/** The option `limits` does not allow it. @param retryAfter seconds */
export function beyond(code: number, limit: string, retryAfter?: number): Rejection {
  return reject(code, { name: "LIMIT_EXCEEDED", limit, retryAfter });
}

/** A middleware has refused the request. The context is known as `{ name }` alone: `error` is not enumerable. */
export function middlewareFailure(error: unknown): Rejection {
  const context = { name: "MIDDLEWARE_FAILURE" };
  return reject(REJECTION.BAD_REQUEST, Object.defineProperty(context, "error", { value: error }));
}

/** A page of another origin asks for a WebSocket, which `cors` or `checkOrigin` does not allow. */
export function foreignOrigin(origin: string | undefined): Rejection {
  return reject(REJECTION.FORBIDDEN, { name: FOREIGN_ORIGIN, origin });
}

/** The status of a refused upgrade: always 400, as clients know it, but for what nobody else refuses. */
export function upgradeStatus(context: Record<string, unknown> | undefined): number {
  return context?.name === FOREIGN_ORIGIN ? 403 : 400;
}

/** The name under which a refusal is counted. */
export function refusalName(
  code: number | undefined,
  context: Record<string, unknown> | undefined,
): string {
  const own = code !== undefined && isOwn(code) ? NAMES.get(code) : undefined;
  return String(own ?? context?.name ?? NAMES.get(code) ?? "OTHER");
}

/** Whether Socket.IO has no such refusal, so that upgrades may be told of it as plain requests are. */
export function isOwn(code: number): boolean {
  // A subclass of the engine may have others.
  return code > REJECTION.UNSUPPORTED_PROTOCOL_VERSION && NAMES.has(code);
}

export function statusOf(code: number): number {
  return STATUS[code] ?? 400;
}

/** The headers of an answer whose body is that of {@link bodyOf}; `retryAfter` of the context is in seconds. */
export function headersOf(context: Record<string, unknown> | undefined): OutgoingHttpHeaders {
  const type = { "Content-Type": "application/json" };
  return context?.retryAfter === undefined
    ? type
    : { ...type, "Retry-After": Number(context.retryAfter) };
}

export function bodyOf(code: number, context: Record<string, unknown> | undefined): string {
  return JSON.stringify({ code, message: messageOf(code, context) });
}

/** What the peer is told: a text, or what `allowRequest` has called back with. */
export function messageOf(code: number, context: Record<string, unknown> | undefined): unknown {
  return context?.message ?? REJECTION_MESSAGES[code] ?? "";
}

/** Answers a request with an error that clients can read. */
export function abort(
  request: EngineRequest,
  response: ServerResponse,
  code: number = REJECTION.BAD_REQUEST,
  context?: Record<string, unknown>,
): void {
  const body = bodyOf(code, context);
  new Exchange(request, response).reply(statusOf(code), headersOf(context), body);
}
