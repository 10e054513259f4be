/** The engine alone, in browsers and workers: one session, without namespaces and reconnection. */
import { browserEnvironment } from "./browser-environment.ts";
import type { EngineOptions } from "./options.ts";
import { memory } from "./session/ladder.ts";
import { revision4 } from "./session/revision.ts";
import { Session } from "./session/session.ts";
import { WebSocket, XHR } from "./transport/browser.ts";

export { protocol } from "@hawser/engine-codec";
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
export { parse } from "./url.ts";

/** The transports by name. */
export const transports = { polling: XHR, websocket: WebSocket };

export class Socket extends Session {
  static readonly protocol = revision4.protocol;

  /** Whether the last session that opened did so over a WebSocket, or changed to one. */
  static get priorWebsocketSuccess(): boolean {
    return memory.priorWebsocketSuccess;
  }

  static set priorWebsocketSuccess(value: boolean) {
    memory.priorWebsocketSuccess = value;
  }

  /** @param uri of the server; without one, that of the page */
  constructor(uri?: string | EngineOptions, opts?: EngineOptions) {
    const [source, options = {}] = typeof uri === "object" ? [undefined, uri] : [uri, opts];
    super(browserEnvironment, source, options);
  }
}
