import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebSocket } from "ws";

/** A request of the engine, with what middlewares and applications look for on it. */
export interface EngineRequest extends IncomingMessage {
  /** The query parameters; of a name given twice, the last. Read by applications as `socket.request._query`. */
  _query: Record<string, string>;
  /** The response of a polling request, which Express middlewares expect here. */
  res?: ServerResponse;
  /** The WebSocket that the request has become, for `createTransport`. */
  websocket?: WebSocket;
}

/** Makes a request an {@link EngineRequest}; one that is already stays as it is. */
export function asEngineRequest(request: IncomingMessage): EngineRequest {
  const engineRequest = request as EngineRequest;
  engineRequest._query ??= parseQuery(request.url ?? "");
  return engineRequest;
}

function parseQuery(url: string): Record<string, string> {
  const mark = url.indexOf("?");
  // fromEntries defines own properties, so a parameter called __proto__ is only a parameter.
  return mark === -1 ? {} : Object.fromEntries(new URLSearchParams(url.slice(mark + 1)));
}
