import { type EngineRequest, headerOf } from "../http/request.ts";
import { revision3 } from "../legacy/revision.ts";
import { limitsOf } from "../limits/limits.ts";
import type { AllowRequest, EngineOptions, TransportName } from "../options.ts";
import type { Capacity } from "./capacity.ts";
import { beyond, REJECTION, type Rejection, reject } from "./refusal.ts";
import type { Revision } from "./revision.ts";
import { revision4 } from "./revision.ts";
import type { Session } from "./session.ts";

// Control characters and such, which Node may let through but no browser sends.
const INVALID_HEADER_CHARACTER = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Why a request is refused, or `undefined` when it may go on. The order is that which the protocol's
 * tests expect: transport, origin, session, and for a handshake: method, transport again, room for one
 * more, application.
 * @param upgrade whether the request asks for a WebSocket
 */
export function admit(
  request: EngineRequest,
  upgrade: boolean,
  sessions: ReadonlyMap<string, Session>,
  options: EngineOptions,
  capacity: Capacity,
): Rejection | undefined | Promise<Rejection | undefined> {
  const { transport, sid, EIO } = request._query;
  if ((request.url ?? "").length > limitsOf(options).urlLength) {
    return beyond(REJECTION.URI_TOO_LONG, "urlLength");
  }
  if (transport === "webtransport" || !options.transports.includes(transport as TransportName)) {
    return reject(REJECTION.UNKNOWN_TRANSPORT, { transport });
  }
  const origin = headerOf(request, "origin");
  if (origin !== undefined && INVALID_HEADER_CHARACTER.test(origin)) {
    return reject(REJECTION.BAD_REQUEST, { name: "INVALID_ORIGIN", origin });
  }
  if (sid) {
    return checkSession(sessions.get(sid), sid, transport!, EIO, upgrade);
  }
  if (request.method !== "GET") {
    return reject(REJECTION.BAD_HANDSHAKE_METHOD, { method: request.method });
  }
  if (transport === "websocket" && !upgrade) {
    return reject(REJECTION.BAD_REQUEST, { name: "TRANSPORT_HANDSHAKE_ERROR" });
  }
  return capacity.admit(request) ?? (options.allowRequest && ask(options.allowRequest, request));
}

/** Whoever does not say 4 speaks 3, as clients did before they said anything. */
export function revisionOf({ _query }: Pick<EngineRequest, "_query">): Revision {
  return _query.EIO === "4" ? revision4 : revision3;
}

/** Why a handshake of that revision is refused, or `undefined`. */
export function checkRevision(
  { protocol, isServed }: Revision,
  options: EngineOptions,
): Rejection | undefined {
  return isServed(options)
    ? undefined
    : reject(REJECTION.UNSUPPORTED_PROTOCOL_VERSION, { protocol });
}

function checkSession(
  session: Session | undefined,
  sid: string,
  transport: string,
  eio: string | undefined,
  upgrade: boolean,
): Rejection | undefined {
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
  return undefined;
}

/** The application's refusal, or `undefined` when it lets the request pass. */
function ask(allowRequest: AllowRequest, request: EngineRequest): Promise<Rejection | undefined> {
  return new Promise((resolve, fail) => {
    const answer = (message: string | null | undefined, success: boolean) => {
      resolve(success ? undefined : reject(REJECTION.FORBIDDEN, { message }));
    };
    // An async function may reject instead of calling back.
    const result: unknown = allowRequest(request, answer);
    if (result instanceof Promise) {
      result.catch(fail);
    }
  });
}
