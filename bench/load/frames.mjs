// WebSocket frames of a client, made before the measurement; only numbers are written into them later.

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;

/** Numbers have seven digits, so a frame with another number has the same length. */
export const FIRST_NUMBER = 1_000_000;
export const DIGITS = 7;

// Not zeros: servers skip the unmasking for those.
const MASK = [0x37, 0xfa, 0x21, 0x3d];

/** @param {number} opcode @param {Buffer | string} payload */
export function clientFrame(opcode, payload) {
  const data = Buffer.from(payload);
  const header = [0x80 | opcode];
  if (data.length < 126) {
    header.push(0x80 | data.length);
  } else if (data.length < 65_536) {
    header.push(0x80 | 126, data.length >> 8, data.length & 255);
  } else {
    header.push(0x80 | 127, 0, 0, 0, 0);
    header.push(...[24, 16, 8, 0].map((bits) => (data.length >>> bits) & 255));
  }
  for (let i = 0; i < data.length; i++) {
    data[i] ^= MASK[i & 3];
  }
  return Buffer.concat([Buffer.from([...header, ...MASK]), data]);
}

/**
 * A message of one or more frames, `count` times in one buffer, each time with the next number.
 *
 * @typedef {{ opcode: number, payload: Buffer | string, numberAt?: number }} Part
 */
export class NumberedFrames {
  #buffer;
  /** Where the first digit of each number is, and its phase in the mask. */
  #places = [];
  #count;

  /** @param {Part[]} parts @param {number} count */
  constructor(parts, count = 1) {
    const frames = [];
    let length = 0;
    for (let i = 0; i < count; i++) {
      for (const { opcode, payload, numberAt } of parts) {
        const frame = clientFrame(opcode, payload);
        if (numberAt !== undefined) {
          const header = frame.length - Buffer.byteLength(payload);
          this.#places.push({ at: length + header + numberAt, phase: numberAt });
        }
        frames.push(frame);
        length += frame.length;
      }
    }
    this.#count = count;
    this.#buffer = Buffer.concat(frames);
  }

  get count() {
    return this.#count;
  }

  /** Writes them, numbered from `number`. @param {import("node:net").Socket} socket */
  write(socket, number) {
    const buffer = this.#buffer;
    for (let i = 0; i < this.#places.length; i++) {
      const { at, phase } = this.#places[i];
      let rest = number + i;
      for (let digit = DIGITS - 1; digit >= 0; digit--) {
        buffer[at + digit] = (48 + (rest % 10)) ^ MASK[(phase + digit) & 3];
        rest = Math.floor(rest / 10);
      }
    }
    const all = socket.write(buffer);
    // What the kernel has not taken yet must keep its numbers.
    if (socket.writableLength > 0) {
      this.#buffer = Buffer.from(buffer);
    }
    return all;
  }
}

/** Reads a number of seven digits; NaN if there is none. @param {Buffer} bytes @param {number} at */
export function readNumber(bytes, at) {
  let number = 0;
  for (let i = 0; i < DIGITS; i++) {
    const digit = bytes[at + i] - 48;
    if (!(digit >= 0 && digit <= 9)) {
      return Number.NaN;
    }
    number = number * 10 + digit;
  }
  return number;
}
