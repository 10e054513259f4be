/** The engine alone, in Node: one session, without namespaces and reconnection. */
import type { EngineOptions } from "./options.ts";
import { createNodeClock } from "./platform/clock.ts";
import { node } from "./platform/node.ts";
import type { Environment } from "./session/environment.ts";
import { ladderOf, memory } from "./session/ladder.ts";
import { revision4 } from "./session/revision.ts";
import { Session } from "./session/session.ts";
import { NodeWebSocket, NodeXHR } from "./transport/node.ts";

export { protocol } from "@hawser/engine-codec";
export { TransportError } from "./errors.ts";
export type { EngineOptions as SocketOptions } from "./options.ts";
export { installTimerFunctions, nextTick } from "./platform/timer-functions.ts";
export { Fetch, WebSocket, XHR } from "./transport/browser.ts";
export { NodeWebSocket, NodeXHR } from "./transport/node.ts";
export { Transport } from "./transport/transport.ts";
export { parse } from "./url.ts";

/** The transports by name. */
export const transports = { polling: NodeXHR, websocket: NodeWebSocket };

const environment: Environment = {
  platform: node,
  createLadder: ladderOf({ ...transports, webtransport: undefined }),
  revision: revision4,
  createClock: createNodeClock,
};

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
    super(environment, source, options);
  }
}
