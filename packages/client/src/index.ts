/** The client in Node. Browsers get `browser.ts`, by the conditions of the package. */
export * from "./exports.ts";
export { Fetch, WebSocket, XHR } from "./transport/browser.ts";
export { NodeWebSocket, NodeXHR } from "./transport/node.ts";
export { WebTransport } from "./transport/webtransport.ts";

import { createClient, type ManagerConstructor } from "./client.ts";
import { watched } from "./debug.ts";
import type { DefaultEventsMap, EventsMap } from "./events.ts";
import type { Io } from "./io.ts";
import { jsonParser } from "./json-parser.ts";
import { anyRevision } from "./legacy/negotiation.ts";
import { node } from "./platform/node.ts";
import { createNodeClock } from "./platform/node-clock.ts";
import { writeToStderr } from "./platform/stderr.ts";
import { ladderOf } from "./session/ladder.ts";
import type { Manager as SocketManager } from "./socket/socket.ts";
import { NodeWebSocket, NodeXHR } from "./transport/node.ts";
import { WebTransport } from "./transport/webtransport.ts";

const quiet = createClient(
  {
    platform: node,
    createLadder: ladderOf({
      polling: NodeXHR,
      websocket: NodeWebSocket,
      webtransport: WebTransport,
    }),
    createRevision: anyRevision,
    createClock: createNodeClock,
  },
  jsonParser,
);
const client = watched(quiet, process.env.DEBUG ?? "", writeToStderr);

/** Connects to a namespace of a server: `io("https://host/namespace", options)`. */
export const io: Io = client.io;
export { io as connect, io as default };

/** One server, many namespaces; `io()` makes and shares them. */
export const Manager: ManagerConstructor = client.Manager;
export type Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> = SocketManager<ListenEvents, EmitEvents>;
