/** The client without long-polling, in browsers and workers: the smallest. */
export * from "./exports.ts";
export { Socket } from "./socket/socket.ts";

import { createClient, type ManagerConstructor } from "./client.ts";
import type { DefaultEventsMap, EventsMap } from "./events.ts";
import type { Io } from "./io.ts";
import { jsonParser } from "./json-parser.ts";
import { browser } from "./platform/browser.ts";
import { createClock } from "./platform/clock.ts";
import { singleTransport } from "./session/ladder.ts";
import { framesOnly4 } from "./session/revision.ts";
import { Socket, type Manager as SocketManager } from "./socket/socket.ts";
import { BinaryWebSocket } from "./transport/browser.ts";

const client = createClient(
  {
    platform: browser,
    createLadder: singleTransport(BinaryWebSocket),
    createRevision: framesOnly4,
    createClock,
  },
  jsonParser,
  Socket,
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
