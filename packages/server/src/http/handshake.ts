import type { IncomingHttpHeaders } from "node:http";
import type { ParsedUrlQuery } from "node:querystring";
import type { EngineRequest } from "./request.ts";

/** What a client said when it connected. */
export interface Handshake {
  /** Of the first request of the session. */
  headers: IncomingHttpHeaders;
  /** When the socket was made, as a date string. */
  time: string;
  /** The address of the peer (of the proxy, behind one). */
  address: string;
  /** Whether the request came with an Origin header. */
  xdomain: boolean;
  /** Whether the connection is encrypted. */
  secure: boolean;
  /** When the socket was made, in milliseconds since 1970. */
  issued: number;
  /** Of the first request of the session: path and query. */
  url: string;
  /** The query parameters of the request; of a name given twice, the last. */
  query: ParsedUrlQuery;
  /** What the client sent as `auth`. Comes from outside, so check it. */
  auth: Record<string, any>;
}

/** @param request the request of the session; users may have removed it, to save memory */
export function buildHandshake(
  request: EngineRequest | null | undefined,
  address: string,
  auth: Record<string, unknown>,
): Handshake {
  const headers = request?.headers ?? {};
  const issued = Date.now();
  return {
    headers,
    time: String(new Date(issued)),
    address,
    xdomain: headers.origin !== undefined,
    secure: request?.socket !== undefined && "encrypted" in request.socket,
    issued,
    url: request?.url ?? "",
    query: request?._query ?? {},
    auth,
  };
}
