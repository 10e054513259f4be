import type { IncomingMessage, ServerResponse } from "node:http";
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
} as const;

export const REJECTION_MESSAGES: Readonly<Record<number, string>> = {
  0: "Transport unknown",
  1: "Session ID unknown",
  2: "Bad handshake method",
  3: "Bad request",
  4: "Forbidden",
  5: "Unsupported protocol version",
};

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

/** A middleware has refused the request. The context is known as `{ name }` alone: `error` is not enumerable. */
export function middlewareFailure(error: unknown): Rejection {
  const context = { name: "MIDDLEWARE_FAILURE" };
  return reject(REJECTION.BAD_REQUEST, Object.defineProperty(context, "error", { value: error }));
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
  const status = code === REJECTION.FORBIDDEN ? 403 : 400;
  const body = JSON.stringify({ code, message: messageOf(code, context) });
  new Exchange(request, response).reply(status, { "Content-Type": "application/json" }, body);
}
