// The frames of a server on one WebSocket, checked: no client may be sent what it would have to refuse.
import { isUtf8 } from "node:buffer";

const EMPTY = Buffer.alloc(0);
const MAX_PAYLOAD = 1 << 24;

export class FrameReader {
  #buffer = EMPTY;
  #isClosed = false;
  #onWrong;
  #onText;

  /** @param {(what: string) => void} onWrong @param {(text: string) => void} onText */
  constructor(onWrong, onText) {
    this.#onWrong = onWrong;
    this.#onText = onText;
  }

  /** @param {Buffer} bytes */
  push(bytes) {
    this.#buffer = this.#buffer.length > 0 ? Buffer.concat([this.#buffer, bytes]) : bytes;
    while (this.#read()) {
      // Until more bytes are needed.
    }
  }

  #read() {
    const buffer = this.#buffer;
    if (buffer.length < 2) {
      return false;
    }
    let length = buffer[1] & 0x7f;
    const more = length === 126 ? 2 : length === 127 ? 8 : 0;
    if (buffer.length < 2 + more) {
      return false;
    }
    if (more > 0) {
      length = more === 2 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
    }
    const problem = this.#problem(buffer[0], buffer[1], length, more);
    if (problem) {
      this.#onWrong(problem);
      this.#buffer = EMPTY;
      return false;
    }
    if (buffer.length < 2 + more + length) {
      return false;
    }
    this.#buffer = buffer.subarray(2 + more + length);
    this.#onFrame(buffer[0], buffer.subarray(2 + more, 2 + more + length));
    return true;
  }

  /** @param {number} first @param {number} second @param {number} length @param {number} more */
  #problem(first, second, length, more) {
    const opcode = first & 0xf;
    if (![1, 2, 8, 9, 10].includes(opcode) || !(first & 0x80)) {
      return `a frame that begins with ${first}`;
    }
    // RSV1 is permessage-deflate's.
    if (first & 0x30 || second & 0x80) {
      return `a frame that begins with ${first}, ${second}`;
    }
    if (length > MAX_PAYLOAD || (more === 2 && length < 126) || (more === 8 && length < 65_536)) {
      return `a frame of length ${length}, in ${more} bytes`;
    }
    return this.#isClosed ? "a frame after the close" : undefined;
  }

  /** @param {number} first @param {Buffer} payload */
  #onFrame(first, payload) {
    const opcode = first & 0xf;
    const isCompressed = (first & 0x40) !== 0;
    if (opcode === 8) {
      this.#isClosed = true;
    }
    if (opcode !== 1 || isCompressed) {
      return;
    }
    const text = payload.toString();
    if (!isUtf8(payload) || !/^([0-6]|b)/.test(text)) {
      this.#onWrong(`a text frame that is no packet: ${JSON.stringify(text.slice(0, 60))}`);
      return;
    }
    this.#onText(text);
  }
}
