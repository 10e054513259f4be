/**
 * Engine.IO packets as WebSocket messages, as long-polling bodies and as frames of a byte stream:
 * protocol 4, and beside it revision 3, which clients of Socket.IO 1 and 2 speak. Pure functions, no
 * dependencies, nothing of Node.
 */
export { decodeBase64, encodeBase64 } from "./base64.ts";
export { bytesOf } from "./bytes.ts";
export { decodeBinaryFrame, decodeFrame, encodeFrame, encodeText } from "./frame.ts";
export { decodeFrame3, encodeFrame3, encodeText3 } from "./frame3.ts";
export {
  asRawData,
  type Binary,
  type Packet,
  type PacketOptions,
  type PacketType,
  type RawData,
} from "./packet.ts";
export { decodePayload, encodePayload } from "./payload.ts";
export {
  decodeBinaryPayload3,
  decodePayload3,
  encodeBinaryPayload3,
  encodePayload3,
} from "./payload3.ts";
export { StreamReader, streamHead } from "./stream.ts";

/** The revision of the Engine.IO protocol that the functions without a number speak. */
export const protocol = 4;
