import type { Packet } from "@hawser/engine-codec/frames";

/** Base64 makes four characters of three bytes. */
const BASE64_OVERHEAD = 1.33;

/** How many of the first packets fit into one message of that many bytes; at least one. */
export function batchLength(packets: readonly Packet[], maxBytes: number): number {
  // The digit of the first packet; each further one has a separator as well.
  let bytes = 1;
  for (const [i, { data }] of packets.entries()) {
    bytes += data === undefined ? 0 : encodedSize(data);
    if (i > 0 && bytes > maxBytes) {
      return i;
    }
    bytes += 2;
  }
  return packets.length;
}

function encodedSize(data: string | { byteLength: number } | { size: number }): number {
  if (typeof data === "string") {
    return utf8Length(data);
  }
  return Math.ceil(BASE64_OVERHEAD * ("size" in data ? data.size : data.byteLength));
}

function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Each half of a surrogate pair counts two of the pair's four bytes.
    const isSurrogate = code >= 0xd800 && code < 0xe000;
    length += code < 0x80 ? 1 : code < 0x800 || isSurrogate ? 2 : 3;
  }
  return length;
}
