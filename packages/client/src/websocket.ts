/** The client without long-polling, in Node. */
export * from "./exports.ts";
export { Socket } from "./socket/careful-socket.ts";

import { withAckErrors } from "./ack-errors.ts";
import { createClient, type ManagerConstructor } from "./client.ts";
import type { DefaultEventsMap, EventsMap } from "./events.ts";
import type { Io } from "./io.ts";
import { anyRevision } from "./legacy/negotiation.ts";
import { node } from "./platform/node.ts";
import { createNodeClock } from "./platform/node-clock.ts";
import { answeringOnce } from "./session/answering-once.ts";
import { singleTransport } from "./session/ladder.ts";
import { mustFit } from "./session/must-fit.ts";
import { Socket } from "./socket/careful-socket.ts";
import type { Manager as SocketManager } from "./socket/socket.ts";
import { strictParser } from "./strict-parser.ts";
import { NodeWebSocket } from "./transport/node.ts";

const client = withAckErrors(
  createClient(
    {
      platform: node,
      createLadder: singleTransport(NodeWebSocket),
      createRevision: answeringOnce(anyRevision),
      createClock: createNodeClock,
      mustFit,
    },
    strictParser,
    Socket,
  ),
);

/** Connects to a namespace of a server: `io("https://host/namespace", options)`. */
export const io: Io = client.io;
export { io as connect, io as default };

/** One server, many namespaces; `io()` makes and shares them. */
export const Manager: ManagerConstructor = client.Manager;
export type Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> = SocketManager<ListenEvents, EmitEvents>;
