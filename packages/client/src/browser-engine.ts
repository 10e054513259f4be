/** The engine alone, in browsers and workers: one session, without namespaces and reconnection. */
import { browserEnvironment } from "./browser-environment.ts";
import { EngineSocket } from "./engine-socket.ts";
import type { EngineOptions } from "./options.ts";
import { WebSocket, XHR } from "./transport/browser.ts";
import { WebTransport } from "./transport/webtransport.ts";

export { protocol } from "@hawser/engine-codec/frames";
export { TransportError } from "./errors.ts";
export type { EngineOptions as SocketOptions } from "./options.ts";
export { installTimerFunctions, nextTick } from "./platform/timer-functions.ts";
export {
  Fetch,
  WebSocket,
  WebSocket as NodeWebSocket,
  XHR,
  XHR as NodeXHR,
} from "./transport/browser.ts";
export { Transport } from "./transport/transport.ts";
export { WebTransport } from "./transport/webtransport.ts";
export { parse } from "./url.ts";

/** The transports by name. */
export const transports = { polling: XHR, websocket: WebSocket, webtransport: WebTransport };

export class Socket extends EngineSocket {
  /** @param uri of the server; without one, that of the page */
  constructor(uri?: string | EngineOptions, opts?: EngineOptions) {
    super(browserEnvironment, uri, opts);
  }
}
