/** `@hawser/server/adapter`: what adapters build on; known as `socket.io-adapter`. */
export {
  Adapter,
  type AdapterNamespace,
  type AdapterSocket,
  type BroadcastFlags,
  type BroadcastOptions,
  type Room,
  type SocketId,
} from "./room/adapter.ts";
export { ClusterAdapter } from "./room/cluster-adapter.ts";
export {
  type ClusterMessage,
  type ClusterResponse,
  MessageType,
  type Offset,
  type ServerId,
} from "./room/cluster-message.ts";
export {
  type ClusterAdapterOptions,
  ClusterAdapterWithHeartbeat,
} from "./room/heartbeat-adapter.ts";
export type { PrivateSessionId, Session, SessionToPersist } from "./room/session.ts";
export { SessionAwareAdapter } from "./room/session-aware.ts";
