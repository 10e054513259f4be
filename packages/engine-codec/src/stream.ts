/**
 * Frames of a byte stream, as WebTransport has it: a head that says kind and length, then what would
 * be one WebSocket message (Engine.IO protocol 4, "WebTransport").
 */
import { decodeFrame } from "./frame.ts";
import { errorPacket, type Packet } from "./packet.ts";

/** Bit of a head's first byte: the payload is binary. The other bits are its length, or one of these: */
const BINARY = 0x80;
/** the length follows in 2 bytes, */
const LENGTH_16 = 126;
/** or in 8. */
const LENGTH_64 = 127;

/** More than a stream will ever have: nothing is read any more. */
const NEVER = Number.POSITIVE_INFINITY;

/** What stands before a payload of that many bytes. */
export function streamHead(length: number, isBinary: boolean): Uint8Array {
  const more = length < LENGTH_16 ? 0 : length < 0x10000 ? 2 : 8;
  const head = new Uint8Array(1 + more);
  head[0] = (isBinary ? BINARY : 0) | (more === 0 ? length : more === 2 ? LENGTH_16 : LENGTH_64);
  for (let i = more, rest = length; i > 0; i--) {
    // An array of bytes keeps the lowest eight bits.
    head[i] = rest;
    rest = Math.floor(rest / 256);
  }
  return head;
}

/** Puts the packets of one stream together. Keeps nothing but what is still incomplete. */
export class StreamReader {
  readonly #maxPayload: number;
  readonly #utf8 = new TextDecoder();
  #chunks: Uint8Array[] = [];
  #available = 0;
  #part: "kind" | "length" | "payload" = "kind";
  /** How many bytes that part has. */
  #size = 1;
  #isBinary = false;

  /** @param maxPayload bytes */
  constructor(maxPayload: number) {
    this.#maxPayload = maxPayload;
  }

  /**
   * Takes the next piece of the stream, and answers the packets that it completes, bytes as
   * `Uint8Array`. After a length that is not allowed, which is told as a packet of type `error`, the
   * rest of the stream has no meaning and is dropped.
   */
  push(chunk: Uint8Array): Packet[] {
    const packets: Packet[] = [];
    if (this.#size !== NEVER) {
      this.#chunks.push(chunk);
      this.#available += chunk.length;
    }
    while (this.#available >= this.#size) {
      const packet = this.#read(this.#take(this.#size));
      if (packet) {
        packets.push(packet);
      }
    }
    return packets;
  }

  #read(bytes: Uint8Array): Packet | undefined {
    if (this.#part === "payload") {
      this.#expect("kind", 1);
      return decodeFrame(this.#isBinary ? bytes : this.#utf8.decode(bytes));
    }
    if (this.#part === "length") {
      return this.#expectPayload(numberOf(bytes));
    }
    this.#isBinary = bytes[0]! >= BINARY;
    const length = bytes[0]! & ~BINARY;
    if (length < LENGTH_16) {
      return this.#expectPayload(length);
    }
    return this.#expect("length", length === LENGTH_16 ? 2 : 8);
  }

  #expectPayload(length: number): Packet | undefined {
    if (length > 0 && length <= this.#maxPayload && Number.isSafeInteger(length)) {
      return this.#expect("payload", length);
    }
    this.#chunks = [];
    this.#size = NEVER;
    return errorPacket();
  }

  #expect(part: "kind" | "length" | "payload", size: number): undefined {
    this.#part = part;
    this.#size = size;
  }

  /** The next bytes, copied: they do not hold the piece of the stream in which they came. */
  #take(size: number): Uint8Array {
    this.#available -= size;
    const bytes = new Uint8Array(size);
    let offset = 0;
    let used = 0;
    while (offset < size) {
      const chunk = this.#chunks[used]!;
      const part = chunk.subarray(0, size - offset);
      bytes.set(part, offset);
      offset += part.length;
      if (part.length === chunk.length) {
        used++;
      } else {
        this.#chunks[used] = chunk.subarray(part.length);
      }
    }
    this.#chunks.splice(0, used);
    return bytes;
  }
}

function numberOf(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    value = value * 256 + byte;
  }
  return value;
}
