// Finds the frames of a server in what a socket reads, without an object for any of them.

/** So many bytes of a message are shown to its receiver, at least. */
const SHOWN = 256;
const LONGEST_HEADER = 10;

/**
 * @typedef {(bytes: Buffer, at: number, length: number, opcode: number) => void} OnMessage
 *   of a message of `length` bytes, the first 256 are in `bytes` from `at`, until the call returns
 */
export class FrameReader {
  #onMessage;
  /** The head of a frame that did not come in one piece. @type {Buffer | undefined} */
  #head;
  #headLength = 0;
  /** Bytes of the frame that are to come, after its head. */
  #missing = 0;

  /** @param {OnMessage} onMessage */
  constructor(onMessage) {
    this.#onMessage = onMessage;
  }

  /** @param {Buffer} chunk valid until the call returns */
  read(chunk, start, end) {
    let at = start;
    while (at < end) {
      if (this.#missing > 0) {
        const skipped = Math.min(this.#missing, end - at);
        at += skipped;
        this.#missing -= skipped;
        if (this.#missing === 0) {
          this.#deliverHead();
        }
      } else if (this.#headLength > 0) {
        at = this.#complete(chunk, at, end);
      } else {
        at = this.#readFrame(chunk, at, end);
      }
    }
  }

  /** A frame that begins at `at`: the usual case is that all of it is here. */
  #readFrame(chunk, at, end) {
    const header = end - at < 2 ? LONGEST_HEADER : headerLength(chunk, at);
    if (end - at >= header) {
      const length = payloadLength(chunk, at);
      if (end - at >= header + length) {
        this.#onMessage(chunk, at + header, length, opcode(chunk, at));
        return at + header + length;
      }
    }
    this.#head ??= Buffer.alloc(LONGEST_HEADER + SHOWN);
    return this.#complete(chunk, at, end);
  }

  /** Fills the head until it shows enough. */
  #complete(chunk, start, end) {
    const head = this.#head;
    let at = start;
    while (at < end) {
      head[this.#headLength++] = chunk[at++];
      if (this.#headLength < 2 || this.#headLength < headerLength(head, 0)) {
        continue;
      }
      const whole = headerLength(head, 0) + payloadLength(head, 0);
      if (this.#headLength === whole) {
        this.#deliverHead();
        return at;
      }
      if (this.#headLength === head.length) {
        this.#missing = whole - head.length;
        return at;
      }
    }
    return at;
  }

  #deliverHead() {
    this.#headLength = 0;
    const head = this.#head;
    this.#onMessage(head, headerLength(head, 0), payloadLength(head, 0), opcode(head, 0));
  }
}

/** @param {Buffer} bytes */
function headerLength(bytes, at) {
  const short = bytes[at + 1];
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

/** @param {Buffer} bytes */
function payloadLength(bytes, at) {
  const short = bytes[at + 1];
  if (short < 126) {
    return short;
  }
  return short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6);
}

/** @param {Buffer} bytes */
function opcode(bytes, at) {
  if ((bytes[at] & 0xf0) !== 0x80 || bytes[at + 1] > 127) {
    throw new Error(`a frame in pieces, compressed or masked: ${bytes[at]} ${bytes[at + 1]}`);
  }
  return bytes[at] & 15;
}
