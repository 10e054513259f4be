/** `@hawser/server/adapter`: what adapters build on; known as `socket.io-adapter`. */
export {
  Adapter,
  type BroadcastFlags,
  type BroadcastOptions,
  type Room,
  type SocketId,
} from "./room/adapter.ts";
