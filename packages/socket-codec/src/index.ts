/**
 * The API of `socket.io-parser`: Socket.IO packets, protocol 5. What the server and the client
 * themselves use is in `@hawser/socket-codec/packets`.
 */
export { protocol } from "./packets.ts";
export {
  Decoder,
  type DecoderOptions,
  Encoder,
  isPacketValid,
  type Packet,
  PacketType,
} from "./parser.ts";
