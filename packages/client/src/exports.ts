/** The public names that are the same wherever the client runs. */
export { protocol } from "@hawser/socket-codec/packets";
export {
  type ErrorCode,
  HawserError,
  TransportError,
} from "./errors.ts";
export type {
  Contract,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  EventsOf,
  ExtendedError,
} from "./events.ts";
export type { ClientOptions, Io } from "./io.ts";
export type { DisconnectDescription, ManagerReservedEvents } from "./manager/connection.ts";
export type {
  EngineOptions,
  ManagerOptions,
  OfflineBufferOptions,
  Parser,
  SocketOptions,
} from "./options.ts";
export type { SocketReservedEvents } from "./socket/reserved-events.ts";
export type { SocketOf } from "./socket/socket.ts";
