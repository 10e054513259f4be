import { decodeBase64, encodeBase64 } from "./base64.ts";
import { DIGITS, TYPES } from "./digits.ts";
import { errorPacket, type Packet, type RawData } from "./packet.ts";

const ZERO = 0x30;
const LETTER_B = 0x62;

/**
 * One WebSocket message for one packet: text packets as `<digit><data>`, the bytes of a binary
 * message as they are.
 */
export function encodeFrame(packet: Packet): RawData {
  const { data } = packet;
  if (data === undefined) {
    return DIGITS[packet.type] ?? "";
  }
  return typeof data === "string" ? DIGITS[packet.type] + data : data;
}

/** The same for a channel that carries text only: binary as `b<base64>`. */
export function encodeText(packet: Packet): string {
  const frame = encodeFrame(packet);
  return typeof frame === "string" ? frame : `b${encodeBase64(frame)}`;
}

/**
 * Reads one WebSocket message. Binary is always a message; text starting with `b` is a message in
 * base64, answered as `Uint8Array`. What cannot be read is answered as a packet of type `error`.
 */
export function decodeFrame(frame: RawData): Packet {
  if (typeof frame === "string" && frame.charCodeAt(0) === LETTER_B) {
    const data = decodeBase64(frame.slice(1));
    return data ? { type: "message", data } : errorPacket();
  }
  return decodeBinaryFrame(frame);
}

/** The same where the sender was not asked for base64. */
export function decodeBinaryFrame(frame: RawData): Packet {
  if (typeof frame !== "string") {
    return { type: "message", data: frame };
  }
  const type = TYPES[frame.charCodeAt(0) - ZERO];
  if (type === undefined) {
    return errorPacket();
  }
  return frame.length > 1 ? { type, data: frame.slice(1) } : { type };
}
