/** Real-time events between browsers and servers; what is known as `socket.io`. */

export type {
  Backpressure,
  BackpressureOptions,
  BackpressurePolicy,
} from "./backpressure.ts";
export type { NamespaceOf, ServerOf, SocketOf } from "./contract.ts";
export {
  DisconnectedError,
  HawserError,
  HawserTypeError,
  LimitError,
  PayloadTooLargeError,
  RateLimitError,
  SlowReaderError,
  TimeoutError,
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
} from "./events.ts";
export type { ErrorHandler, FailureContext } from "./failures.ts";
export type { Handshake } from "./http/handshake.ts";
export type { Limits } from "./limits/limits.ts";
export { type RateLimit, type RateLimitOptions, rateLimit } from "./limits/rate-limit.ts";
export type { ExtendedError } from "./namespace/middleware.ts";
export { Namespace, Socket } from "./namespace/namespace.ts";
export type { ServerOptions } from "./options.ts";
export { BroadcastOperator } from "./room/broadcast.ts";
export { RemoteSocket } from "./room/remote-socket.ts";
export { Server } from "./server.ts";
export type { Event } from "./socket/interceptors.ts";
export type { DisconnectReason } from "./socket/listeners.ts";
export type { ServerStats } from "./stats/server-stats.ts";
