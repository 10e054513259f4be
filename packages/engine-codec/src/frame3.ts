import { decodeBase64, encodeBase64 } from "./base64.ts";
import { bytesOf } from "./bytes.ts";
import { DIGITS, TYPES } from "./digits.ts";
import { errorPacket, type Packet, type RawData } from "./packet.ts";

const ZERO = 0x30;
const LETTER_B = 0x62;

/** One WebSocket message of revision 3: binary messages start with a byte that holds their type. */
export function encodeFrame3(packet: Packet): RawData {
  const { data } = packet;
  if (data === undefined || typeof data === "string") {
    return DIGITS[packet.type] + (data ?? "");
  }
  const bytes = bytesOf(data);
  const frame = new Uint8Array(bytes.length + 1);
  frame[0] = Number(DIGITS[packet.type]);
  frame.set(bytes, 1);
  return frame;
}

/** The same for a channel that carries text only: binary as `b<digit><base64>`. */
export function encodeText3(packet: Packet): string {
  const { data } = packet;
  return data === undefined || typeof data === "string"
    ? DIGITS[packet.type] + (data ?? "")
    : `b${DIGITS[packet.type]}${encodeBase64(data)}`;
}

/** Reads one WebSocket message of revision 3. A binary one of unknown type says nothing: a `noop`. */
export function decodeFrame3(frame: RawData): Packet {
  if (typeof frame !== "string") {
    // A Buffer stays one.
    const bytes = frame instanceof Uint8Array ? frame : bytesOf(frame);
    const type = TYPES[bytes[0] ?? -1];
    return type ? { type, data: bytes.subarray(1) } : { type: "noop" };
  }
  const isBase64 = frame.charCodeAt(0) === LETTER_B;
  const type = TYPES[frame.charCodeAt(isBase64 ? 1 : 0) - ZERO];
  const data = isBase64 ? decodeBase64(frame.slice(2)) : frame.slice(1);
  if (type === undefined || data === undefined) {
    return errorPacket();
  }
  // Bytes are data even where there are none.
  return isBase64 || data.length > 0 ? { type, data } : { type };
}
