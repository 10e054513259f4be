import { bytesOf } from "./bytes.ts";
import { decodeFrame3, encodeFrame3, encodeText3 } from "./frame3.ts";
import { errorPacket, type Packet } from "./packet.ts";

/** What stands before the length of a text and of a binary packet, and after it. */
const TEXT = 0;
const BINARY = 1;
const END_OF_LENGTH = 0xff;

/** No length has more digits: the reference takes up to the digits of the largest double. */
const MAX_LENGTH_DIGITS = 310;

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder() };

/** A polling body as text: `<length>:<packet>` each, the length in UTF-16 units. */
export function encodePayload3(packets: readonly Packet[]): string {
  if (packets.length === 0) {
    return "0:";
  }
  let body = "";
  for (const packet of packets) {
    const text = encodeText3(packet);
    body += `${text.length}:${text}`;
  }
  return body;
}

/** A polling body as bytes: a marker, the digits of the length as bytes, 255, the packet. */
export function encodeBinaryPayload3(packets: readonly Packet[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const packet of packets) {
    const frame = encodeFrame3(packet);
    const isText = typeof frame === "string";
    const bytes = isText ? utf8.encoder.encode(frame) : bytesOf(frame);
    const digits = Array.from(String(bytes.length), Number);
    const head = Uint8Array.of(isText ? TEXT : BINARY, ...digits, END_OF_LENGTH);
    parts.push(head, bytes);
    length += head.length + bytes.length;
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    body.set(part, offset);
    offset += part.length;
  }
  return body;
}

/**
 * Stops at the first packet that cannot be read, which is then the last one, of type `error`.
 * @param max stops behind so many packets and one more. Default: goes on
 */
export function decodePayload3(body: string, max: number = Number.POSITIVE_INFINITY): Packet[] {
  const packets: Packet[] = [];
  let i = 0;
  do {
    const colon = body.indexOf(":", i);
    const digits = body.slice(i, colon);
    const end = colon + 1 + Number(digits);
    if (colon === -1 || !/^\d{1,15}$/.test(digits) || end > body.length) {
      packets.push(errorPacket());
      return packets;
    }
    if (end > colon + 1) {
      packets.push(decodeFrame3(body.slice(colon + 1, end)));
    }
    i = end;
  } while (i < body.length && packets.length <= max && packets.at(-1)?.type !== "error");
  return packets;
}

/** The same for bytes. */
export function decodeBinaryPayload3(
  body: Uint8Array,
  max: number = Number.POSITIVE_INFINITY,
): Packet[] {
  const packets: Packet[] = [];
  let i = 0;
  while (i < body.length && packets.length <= max && packets.at(-1)?.type !== "error") {
    const marker = body[i++];
    let length = 0;
    const start = i;
    while (i < body.length && body[i] !== END_OF_LENGTH) {
      // Not more than a body can have; the digits of a hostile one may go on for long.
      length = i - start < MAX_LENGTH_DIGITS ? length * 10 + body[i]! : Number.NaN;
      i++;
    }
    i++;
    const end = i + length;
    if (!(end <= body.length) || i === start + 1 || (marker !== TEXT && marker !== BINARY)) {
      packets.push(errorPacket());
      return packets;
    }
    const bytes = body.subarray(i, end);
    packets.push(decodeFrame3(marker === TEXT ? utf8.decoder.decode(bytes) : bytes));
    i = end;
  }
  return packets;
}
