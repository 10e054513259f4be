/** The engine alone, in Node: one session, without namespaces and reconnection. */

import { EngineSocket } from "./engine-socket.ts";
import { anyRevision } from "./legacy/negotiation.ts";
import type { EngineOptions } from "./options.ts";
import { node } from "./platform/node.ts";
import { createNodeClock } from "./platform/node-clock.ts";
import { answeringOnce } from "./session/answering-once.ts";
import type { Environment } from "./session/environment.ts";
import { ladderOf } from "./session/ladder.ts";
import { NodeWebSocket, NodeXHR } from "./transport/node.ts";
import { WebTransport } from "./transport/webtransport.ts";

export { protocol } from "@hawser/engine-codec/frames";
export { TransportError } from "./errors.ts";
export type { EngineOptions as SocketOptions } from "./options.ts";
export { installTimerFunctions, nextTick } from "./platform/timer-functions.ts";
export { WebSocket, XHR } from "./transport/browser.ts";
export { NodeFetch as Fetch, NodeWebSocket, NodeXHR } from "./transport/node.ts";
export { Transport } from "./transport/transport.ts";
export { WebTransport } from "./transport/webtransport.ts";
export { parse } from "./url.ts";

/** The transports by name. */
export const transports = {
  polling: NodeXHR,
  websocket: NodeWebSocket,
  webtransport: WebTransport,
};

const environment: Environment = {
  platform: node,
  createLadder: ladderOf(transports),
  createRevision: answeringOnce(anyRevision),
  createClock: createNodeClock,
};

export class Socket extends EngineSocket {
  /** @param uri of the server; without one, that of the page */
  constructor(uri?: string | EngineOptions, opts?: EngineOptions) {
    super(environment, uri, opts);
  }
}
