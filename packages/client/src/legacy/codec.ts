import {
  bytesOf,
  decodeBinaryPayload3,
  decodeFrame3,
  decodePayload3,
  encodeFrame3,
  encodePayload3,
  encodeText3,
  type Packet,
  type RawData,
} from "@hawser/engine-codec/frames";
import type { Codec } from "../transport/transport.ts";

const MESSAGE = 4;

/** Revision 3 of the Engine.IO protocol. */
export const codec3: Codec = {
  decodeFrame: decodeFrame3,
  encodeFrame(packet) {
    // A blob gives its bytes only later, but one more can be put before them.
    const data: unknown = packet.data;
    return typeof Blob === "function" && data instanceof Blob
      ? (new Blob([Uint8Array.of(MESSAGE), data]) as unknown as RawData)
      : encodeFrame3(packet);
  },
  encodeText: encodeText3,
  payload: {
    // A server sends a body as bytes as soon as a packet in it is, and says so in no other way.
    responseType: "arraybuffer",
    // Always text, with bytes in base64: for a body of bytes, a page of another origin has to ask first.
    encode: encodePayload3,
    decode: decodeBody,
  },
};

function decodeBody(body: RawData): Packet[] {
  if (typeof body === "string") {
    return decodePayload3(body);
  }
  const bytes = bytesOf(body);
  // Packets as bytes start with a marker, 0 or 1; packets as text with the digits of a length.
  return bytes[0]! <= 1
    ? decodeBinaryPayload3(bytes)
    : decodePayload3(new TextDecoder().decode(bytes));
}
