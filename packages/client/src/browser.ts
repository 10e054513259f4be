/** The client in browsers and workers. */
export * from "./exports.ts";
export { Socket } from "./socket/buffered-socket.ts";
export {
  Fetch,
  WebSocket,
  WebSocket as NodeWebSocket,
  XHR,
  XHR as NodeXHR,
} from "./transport/browser.ts";
export { WebTransport } from "./transport/webtransport.ts";

import { withAckErrors } from "./ack-errors.ts";
import { browserEnvironment } from "./browser-environment.ts";
import { createClient, type ManagerConstructor } from "./client.ts";
import type { DefaultEventsMap, EventsMap } from "./events.ts";
import type { Io } from "./io.ts";
import { jsonParser } from "./json-parser.ts";
import { Socket } from "./socket/buffered-socket.ts";
import type { Manager as SocketManager } from "./socket/socket.ts";

const client = withAckErrors(createClient(browserEnvironment, jsonParser, Socket));

/** Connects to a namespace of a server: `io("https://host/namespace", options)`. */
export const io: Io = client.io;
export { io as connect, io as default };

/** One server, many namespaces; `io()` makes and shares them. */
export const Manager: ManagerConstructor = client.Manager;
export type Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> = SocketManager<ListenEvents, EmitEvents>;
