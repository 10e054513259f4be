import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebSocket } from "ws";

/** A request of the engine, with what middlewares and applications look for on it. */
export interface EngineRequest extends IncomingMessage {
  /** The query parameters; of a name given twice, the last. Read by applications as `socket.request._query`. */
  _query: Record<string, string>;
  /** The response of a polling request, which Express middlewares expect here. */
  res?: ServerResponse | undefined;
  /** The WebSocket that the request has become, for `createTransport`. */
  websocket?: WebSocket;
}

/** Makes a request an {@link EngineRequest}; one that is already stays as it is. */
export function asEngineRequest(request: IncomingMessage): EngineRequest {
  const engineRequest = request as EngineRequest;
  engineRequest._query ??= parseQuery(request.url ?? "");
  return engineRequest;
}

/**
 * A header, by its name in lower case; of one that came twice, the first. Node makes an object of all
 * headers when `headers` is read for the first time, and a poll needs one or two of them.
 */
export function headerOf({ rawHeaders }: IncomingMessage, name: string): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const raw = rawHeaders[i] as string;
    if (raw.length === name.length && raw.toLowerCase() === name) {
      return rawHeaders[i + 1];
    }
  }
  return undefined;
}

/** What has to be decoded, and a name that has to be defined rather than assigned. */
const UNUSUAL_QUERY = /[%+]|__proto__/;

/** The query parameters of a URL; of a name given twice, the last. */
export function parseQuery(url: string): Record<string, string> {
  const mark = url.indexOf("?");
  if (mark === -1) {
    return {};
  }
  if (UNUSUAL_QUERY.test(url)) {
    // fromEntries defines own properties, so a parameter called __proto__ is only a parameter.
    return Object.fromEntries(new URLSearchParams(url.slice(mark + 1)));
  }
  const query: Record<string, string> = {};
  let start = mark + 1;
  while (start < url.length) {
    const and = url.indexOf("&", start);
    const end = and === -1 ? url.length : and;
    const sign = url.indexOf("=", start);
    if (sign !== -1 && sign < end) {
      query[url.slice(start, sign)] = url.slice(sign + 1, end);
    } else if (end > start) {
      query[url.slice(start, end)] = "";
    }
    start = end + 1;
  }
  return query;
}
