/** The client in browsers that writes what happens to the console, `localStorage.debug = "socket.io-client*"`, and hints at why it could not connect. */
export * from "./browser.ts";
export { Socket } from "./socket/careful-socket.ts";

import { withAckErrors } from "./ack-errors.ts";
import { browserEnvironment } from "./browser-environment.ts";
import { createClient, type ManagerConstructor } from "./client.ts";
import { watched } from "./debug.ts";
import type { DefaultEventsMap, EventsMap } from "./events.ts";
import type { Io } from "./io.ts";
import { jsonParser } from "./json-parser.ts";
import { Socket } from "./socket/careful-socket.ts";
import type { Manager as SocketManager } from "./socket/socket.ts";

const client = watched(
  withAckErrors(createClient(browserEnvironment, jsonParser, Socket)),
  storedScopes(),
  (scope, template, ...values) => console.log(`%s ${template}`, scope, ...values),
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

function storedScopes(): string {
  try {
    return localStorage.getItem("debug") ?? "";
  } catch {
    // A worker has none, and a page may be forbidden to look at it.
    return "";
  }
}
