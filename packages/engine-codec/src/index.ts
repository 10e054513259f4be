/**
 * The API of `engine.io-parser`: Engine.IO packets, protocol 4, through callbacks and streams. The
 * plain functions below it, and revision 3, are in `@hawser/engine-codec/frames`.
 */
export { protocol } from "./frames.ts";
export {
  type BinaryType,
  decodePacket,
  decodePayload,
  encodePacket,
  encodePayload,
  type Packet,
  type PacketType,
  type RawData,
} from "./parser.ts";
export { createPacketDecoderStream, createPacketEncoderStream } from "./transform.ts";
