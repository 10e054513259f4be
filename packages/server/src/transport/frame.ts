import { bytesOf, type RawData } from "@hawser/engine-codec/frames";

/**
 * WebSocket frames as a server sends them: unmasked, and each a whole message (RFC 6455, section 5.2).
 */

/** FIN, and the opcode. */
const TEXT = 0x81;
const BINARY = 0x82;

/** How long the head of a frame is. @param bytes of the payload */
function headBytes(bytes: number): number {
  return bytes < 126 ? 2 : bytes < 0x10000 ? 4 : 10;
}

/** How many bytes the frame of a payload has at most: a character makes up to three. */
export function roomFor(payload: RawData): number {
  return 10 + (typeof payload === "string" ? 3 * payload.length : payload.byteLength);
}

/** @returns where the payload begins */
export function writeHead(target: Buffer, at: number, payload: RawData, bytes: number): number {
  target[at] = typeof payload === "string" ? TEXT : BINARY;
  if (bytes < 126) {
    target[at + 1] = bytes;
    return at + 2;
  }
  if (bytes < 0x10000) {
    target[at + 1] = 126;
    return target.writeUInt16BE(bytes, at + 2);
  }
  target[at + 1] = 127;
  // No message has 2^48 bytes.
  target.writeUInt16BE(0, at + 2);
  return target.writeUIntBE(bytes, at + 4, 6);
}

/**
 * Writes a frame where there is room for it.
 * @returns where the next one begins
 */
export function writeFrame(target: Buffer, at: number, payload: RawData): number {
  if (typeof payload !== "string") {
    const start = writeHead(target, at, payload, payload.byteLength);
    target.set(bytesOf(payload), start);
    return start + payload.byteLength;
  }
  // The text is written before it is known how long it gets, as if all of it were ASCII.
  const guess = at + headBytes(payload.length);
  const bytes = target.write(payload, guess);
  const start = writeHead(target, at, payload, bytes);
  if (start !== guess) {
    // The longer head has gone over its beginning.
    target.write(payload, start);
  }
  return start + bytes;
}

/** The heads of short texts, by the bytes that follow. */
const SHORT_HEADS = Array.from({ length: 126 }, (_, bytes) => String.fromCharCode(TEXT, bytes));

/**
 * A frame whose bytes are the characters of a string: Node writes that from the stack, without a Buffer.
 * @returns undefined where the text is not short, or not ASCII
 */
export function textFrameOf(text: string): string | undefined {
  const head = SHORT_HEADS[text.length];
  return head && Buffer.byteLength(text) === text.length ? head + text : undefined;
}

/** A frame of its own. */
export function frameOf(payload: RawData): Buffer {
  const bytes = typeof payload === "string" ? Buffer.byteLength(payload) : payload.byteLength;
  const frame = Buffer.allocUnsafe(headBytes(bytes) + bytes);
  const start = writeHead(frame, 0, payload, bytes);
  if (typeof payload !== "string") {
    frame.set(bytesOf(payload), start);
  } else {
    // As many bytes as characters: ASCII, which needs no conversion.
    frame.write(payload, start, bytes === payload.length ? "latin1" : "utf8");
  }
  return frame;
}
