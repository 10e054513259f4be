import type { Packet } from "@hawser/engine-codec/frames";

/** Characters that bytes become as text, with the letter before them. */
export function base64Size(bytes: number): number {
  return 4 * Math.ceil(bytes / 3) + 1;
}

/** How many of the first packets fit into one message of that many bytes; at least one. */
export function batchLength(packets: readonly Packet[], maxBytes: number): number {
  let bytes = 0;
  for (const [i, { data }] of packets.entries()) {
    bytes += data === undefined ? 1 : encodedSize(data);
    if (i > 0 && bytes > maxBytes) {
      return i;
    }
    // The separator.
    bytes++;
  }
  return packets.length;
}

/** Bytes of a packet with that data. */
function encodedSize(data: string | { byteLength: number } | { size: number }): number {
  if (typeof data === "string") {
    return utf8Length(data) + 1;
  }
  return base64Size("size" in data ? data.size : data.byteLength);
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
