/** The client in Node. Browsers get `browser.ts`, by the conditions of the package. */
export * from "./exports.ts";
export { Socket } from "./socket/careful-socket.ts";
export { WebSocket, XHR } from "./transport/browser.ts";
export { NodeFetch as Fetch, NodeWebSocket, NodeXHR } from "./transport/node.ts";
export { WebTransport } from "./transport/webtransport.ts";

import { withAckErrors } from "./ack-errors.ts";
import { createClient, type ManagerConstructor } from "./client.ts";
import { watched } from "./debug.ts";
import type { DefaultEventsMap, EventsMap } from "./events.ts";
import type { Io } from "./io.ts";
import { anyRevision } from "./legacy/negotiation.ts";
import { node } from "./platform/node.ts";
import { createNodeClock } from "./platform/node-clock.ts";
import { writeToStderr } from "./platform/stderr.ts";
import { answeringOnce } from "./session/answering-once.ts";
import { ladderOf } from "./session/ladder.ts";
import { mustFit } from "./session/must-fit.ts";
import { Socket } from "./socket/careful-socket.ts";
import type { Manager as SocketManager } from "./socket/socket.ts";
import { strictParser } from "./strict-parser.ts";
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
    createRevision: answeringOnce(anyRevision),
    createClock: createNodeClock,
    mustFit,
  },
  strictParser,
  Socket,
);
const client = watched(withAckErrors(quiet), process.env.DEBUG ?? "", writeToStderr);

/** Connects to a namespace of a server: `io("https://host/namespace", options)`. */
export const io: Io = client.io;
export { io as connect, io as default };

/** One server, many namespaces; `io()` makes and shares them. */
export const Manager: ManagerConstructor = client.Manager;
export type Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> = SocketManager<ListenEvents, EmitEvents>;
