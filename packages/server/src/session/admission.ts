import type { EngineRequest } from "../http/request.ts";
import { revision3 } from "../legacy/revision.ts";
import type { AllowRequest, EngineOptions, TransportName } from "../options.ts";
import type { Revision } from "./revision.ts";
import { revision4 } from "./revision.ts";
import type { Session } from "./session.ts";

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

export function isRejection(value: unknown): value is Rejection {
  return typeof value === "object" && value !== null && "code" in value;
}

export type Verdict = Rejection | { session: Session } | { revision: Revision };

const reject = (code: number, context: Record<string, unknown>): Rejection => ({ code, context });

// Control characters and such, which Node may let through but no browser sends.
const INVALID_HEADER_CHARACTER = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Decides about a request, in the order that the protocol's tests expect: transport, origin, session,
 * and for a handshake: method, transport again, the application, revision.
 * @param upgrade whether the request asks for a WebSocket
 */
export function admit(
  request: EngineRequest,
  upgrade: boolean,
  sessions: Readonly<Record<string, Session>>,
  options: EngineOptions,
): Verdict | Promise<Verdict> {
  const { transport, sid, EIO } = request._query;
  if (transport === "webtransport" || !options.transports.includes(transport as TransportName)) {
    return reject(REJECTION.UNKNOWN_TRANSPORT, { transport });
  }
  const { origin } = request.headers;
  if (origin !== undefined && INVALID_HEADER_CHARACTER.test(origin)) {
    return reject(REJECTION.BAD_REQUEST, { name: "INVALID_ORIGIN", origin });
  }
  if (sid) {
    return checkSession(sessions[sid], sid, transport!, EIO, upgrade);
  }
  if (request.method !== "GET") {
    return reject(REJECTION.BAD_HANDSHAKE_METHOD, { method: request.method });
  }
  if (transport === "websocket" && !upgrade) {
    return reject(REJECTION.BAD_REQUEST, { name: "TRANSPORT_HANDSHAKE_ERROR" });
  }
  const { allowRequest } = options;
  return allowRequest
    ? ask(allowRequest, request).then((refusal) => refusal ?? selectRevision(EIO, options))
    : selectRevision(EIO, options);
}

/** Whoever does not say 4 speaks 3, as clients did before they said anything. */
function selectRevision(eio: string | undefined, { allowEIO3 }: EngineOptions): Verdict {
  if (eio === "4") {
    return { revision: revision4 };
  }
  return allowEIO3
    ? { revision: revision3 }
    : reject(REJECTION.UNSUPPORTED_PROTOCOL_VERSION, { protocol: 3 });
}

function checkSession(
  session: Session | undefined,
  sid: string,
  transport: string,
  eio: string | undefined,
  upgrade: boolean,
): Verdict {
  if (!session) {
    return reject(REJECTION.UNKNOWN_SID, { sid });
  }
  const previousTransport = session.transport.name;
  if (!upgrade && previousTransport !== transport) {
    return reject(REJECTION.BAD_REQUEST, {
      name: "TRANSPORT_MISMATCH",
      transport,
      previousTransport,
    });
  }
  // Each session keeps the revision of its handshake: mixing them once crashed servers (CVE-2026-102599).
  const protocol = eio === "4" ? 4 : 3;
  if (protocol !== session.protocol) {
    return reject(REJECTION.BAD_REQUEST, {
      name: "PROTOCOL_MISMATCH",
      protocol,
      previousProtocol: session.protocol,
    });
  }
  return { session };
}

/** The application's refusal, or `undefined` when it lets the request pass. */
function ask(allowRequest: AllowRequest, request: EngineRequest): Promise<Rejection | undefined> {
  return new Promise((resolve, fail) => {
    const answer = (error: string | null | undefined, success: boolean) => {
      const message = error ?? REJECTION_MESSAGES[REJECTION.FORBIDDEN];
      resolve(success ? undefined : reject(REJECTION.FORBIDDEN, { message }));
    };
    // An async function may reject instead of calling back.
    const result: unknown = allowRequest(request, answer);
    if (result instanceof Promise) {
      result.catch(fail);
    }
  });
}
