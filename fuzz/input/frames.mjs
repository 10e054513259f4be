// WebSocket frames of a client, right and wrong.

/** @typedef {import("../random.mjs").Random} Random */

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;

/**
 * @typedef {object} Shape what differs from a single masked frame
 * @property {boolean} [isLast]
 * @property {number} [reserved] RSV1 to RSV3, as in the first byte
 * @property {boolean} [isMasked]
 * @property {7 | 16 | 64} [lengthBits] more than needed are forbidden
 * @property {bigint} [length] another than the payload has
 */

/**
 * @param {number} opcode @param {Buffer} payload @param {Shape} [shape]
 */
export function frame(opcode, payload, shape = {}) {
  const { isLast = true, reserved = 0, isMasked = true } = shape;
  const length = shape.length ?? BigInt(payload.length);
  const bits = shape.lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const head = Buffer.alloc(2 + (bits === 7 ? 0 : bits / 8) + (isMasked ? 4 : 0));
  head[0] = (isLast ? 0x80 : 0) | reserved | opcode;
  head[1] = (isMasked ? 0x80 : 0) | (bits === 7 ? Number(length & 0x7fn) : bits === 16 ? 126 : 127);
  if (bits === 16) {
    head.writeUInt16BE(Number(length & 0xffffn), 2);
  } else if (bits === 64) {
    head.writeBigUInt64BE(BigInt.asUintN(64, length), 2);
  }
  if (!isMasked) {
    return Buffer.concat([head, payload]);
  }
  const mask = Buffer.of(0x12, 0x34, 0x56, 0x78);
  mask.copy(head, head.length - 4);
  const bytes = Buffer.from(payload);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] ^= mask[i & 3];
  }
  return Buffer.concat([head, bytes]);
}

/** One message, now and then in fragments. @param {Random} random @param {string | Buffer} message */
export function messageFrames(random, message) {
  const payload = Buffer.from(message);
  const opcode = typeof message === "string" ? TEXT : BINARY;
  if (random.chance(0.9)) {
    return frame(opcode, payload);
  }
  const size = Math.max(1, Math.ceil(payload.length / random.pick([1, 2, 3, 50])));
  const frames = [];
  for (let at = 0; at === 0 || at < payload.length; at += size) {
    const isLast = at + size >= payload.length && random.chance(0.97);
    frames.push(frame(at === 0 ? opcode : 0, payload.subarray(at, at + size), { isLast }));
    if (random.chance(0.1)) {
      frames.push(frame(random.pick([9, 10]), random.bytes(3)));
    }
  }
  return Buffer.concat(frames);
}

/** What the protocol forbids, or allows and nobody does. @param {Random} random @param {Buffer} payload */
export function oddFrames(random, payload) {
  const opcode = random.pick([TEXT, BINARY]);
  const lies = [0n, 1n, 126n, 65_536n, 1n << 31n, 1n << 53n, (1n << 63n) - 1n, (1n << 64n) - 1n];
  return random.pick([
    () => frame(opcode, payload, { reserved: random.pick([0x40, 0x20, 0x10, 0x70]) }),
    () => frame(random.pick([3, 4, 5, 6, 7, 11, 15]), payload),
    () => frame(0, payload),
    () => frame(opcode, payload, { isMasked: false }),
    () => frame(opcode, payload, { lengthBits: random.pick([16, 64]) }),
    () => frame(opcode, payload, { length: random.pick(lies) }),
    () => frame(CLOSE, closing(random)),
    () => frame(9, random.bytes(random.pick([0, 125, 126]))),
    () => frame(10, random.bytes(random.pick([0, 125, 200]))),
    () => frame(9, payload.subarray(0, 10), { isLast: false }),
    () =>
      frame(TEXT, Buffer.concat([Buffer.from('42["echo","'), random.bytes(6), Buffer.from('"]')])),
    () => Buffer.concat([frame(TEXT, payload, { isLast: false }), frame(TEXT, payload)]),
    () => Buffer.concat(Array.from({ length: 50 }, () => frame(9, Buffer.alloc(0)))),
    () =>
      Buffer.concat(
        Array.from({ length: 300 }, (_, i) =>
          frame(i ? 0 : TEXT, Buffer.from("4"), { isLast: false }),
        ),
      ),
    () => frame(opcode, random.bytes(9), { reserved: 0x40 }),
    () => random.bytes(random.between(1, 40)),
  ])();
}

/** @param {Random} random */
function closing(random) {
  const code = random.pick([1000, 1001, 1005, 1006, 1012, 1015, 0, 999, 3000, 4999, 5000, 65_535]);
  const reason = random.pick([
    Buffer.alloc(0),
    Buffer.from("bye"),
    Buffer.from([0xff, 0xfe]),
    Buffer.alloc(123, 97),
  ]);
  const bytes = Buffer.concat([Buffer.of(code >> 8, code & 0xff), reason]);
  return bytes.subarray(0, random.pick([0, 1, 2, bytes.length, bytes.length]));
}
