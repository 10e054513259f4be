/**
 * Engine.IO packets, protocol 4: as WebSocket messages and as long-polling bodies. Pure functions,
 * no dependencies, nothing of Node.
 */
export { decodeBase64, encodeBase64 } from "./base64.ts";
export { bytesOf } from "./bytes.ts";
export { decodeBinaryFrame, decodeFrame, encodeFrame, encodeText } from "./frame.ts";
export type { Binary, Packet, PacketOptions, PacketType, RawData } from "./packet.ts";
export { decodePayload, encodePayload } from "./payload.ts";

/** The revision of the Engine.IO protocol that these functions speak. */
export const protocol = 4;
