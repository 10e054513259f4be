/** Real-time events between browsers and servers; what is known as `socket.io`. */

export type { NamespaceOf, ServerOf, SocketOf } from "./contract.ts";
export { HawserError, HawserTypeError, TimeoutError, TransportError } from "./errors.ts";
export type {
  Contract,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  EventsOf,
} from "./events.ts";
export type { Handshake } from "./http/handshake.ts";
export type { ExtendedError } from "./namespace/middleware.ts";
export { Namespace, Socket } from "./namespace/namespace.ts";
export type { ServerOptions } from "./options.ts";
export { BroadcastOperator } from "./room/broadcast.ts";
export { RemoteSocket } from "./room/remote-socket.ts";
export { Server } from "./server.ts";
export type { Event } from "./socket/interceptors.ts";
export type { DisconnectReason } from "./socket/listeners.ts";
