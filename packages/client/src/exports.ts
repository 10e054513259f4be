/** The public names that are the same wherever the client runs. */
export { protocol } from "@hawser/socket-codec";
export {
  type ErrorCode,
  HawserError,
  TransportError,
} from "./errors.ts";
export type { DefaultEventsMap, EventsMap, ExtendedError } from "./events.ts";
export type { ClientOptions, Io } from "./io.ts";
export type { DisconnectDescription, ManagerReservedEvents } from "./manager/connection.ts";
export type { EngineOptions, ManagerOptions, Parser, SocketOptions } from "./options.ts";
export {
  Socket,
  type SocketReservedEvents,
} from "./socket/socket.ts";
