// What is done to bytes and to sequences that were right.
import { EVENTS, KEYS, NUMBERS, STRINGS } from "./values.mjs";

/** @typedef {import("../random.mjs").Random} Random */

const MAX_BYTES = 150_000;

const TOKENS = [
  ...[...KEYS, ...NUMBERS, ...STRINGS, ...EVENTS].filter(({ length }) => length < 400),
  ...[
    "\x1e",
    "0:",
    "1:4",
    "\0",
    "\xff",
    "\r\n\r\n",
    "\r\n",
    "[",
    "]",
    "{",
    "}",
    '"',
    ",",
    "/",
    "-",
    "b",
    "2probe",
  ],
];

/** @param {Random} random @param {Buffer} bytes @param {number} [times] */
export function damageBytes(random, bytes, times = random.between(1, 4)) {
  let damaged = bytes;
  for (let i = 0; i < times; i++) {
    damaged = damageOnce(random, damaged);
  }
  return damaged.subarray(0, MAX_BYTES);
}

/** @param {Random} random @param {Buffer} bytes */
function damageOnce(random, bytes) {
  const at = random.int(bytes.length + 1);
  const to = Math.min(bytes.length, at + random.between(1, 1 << random.int(8)));
  const before = bytes.subarray(0, at);
  switch (random.int(9)) {
    case 0: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) {
        copy[at] ^= 1 << random.int(8);
      }
      return copy;
    }
    case 1:
      return Buffer.concat([before, bytes.subarray(to)]);
    case 2:
      return Buffer.concat([before, Buffer.from(random.pick(TOKENS)), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([before, Buffer.from(random.pick(TOKENS)), bytes.subarray(to)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 5:
      return before;
    case 6:
      return Buffer.concat([before, random.bytes(random.between(1, 8)), bytes.subarray(at)]);
    case 7: {
      const copy = Buffer.from(bytes);
      return copy.fill(random.pick([0, 0xff, 0x20, 0x5b]), at, to);
    }
    default: {
      const repeated = Array.from({ length: random.pick([2, 10, 500]) }, () =>
        bytes.subarray(at, to),
      );
      return Buffer.concat([before, ...repeated, bytes.subarray(to)]);
    }
  }
}

/** Half the time characters are damaged, which leaves UTF-8 whole. @param {Random} random @param {string} text */
export function damageText(random, text) {
  return damageBytes(random, Buffer.from(text)).toString(random.chance(0.5) ? "utf8" : "latin1");
}

/**
 * Drops, doubles, swaps and moves items, or ends the list early.
 * @template T @param {Random} random @param {T[]} list @returns {T[]}
 */
export function damageOrder(random, list) {
  const copy = [...list];
  for (let i = random.between(1, 3); i > 0 && copy.length > 0; i--) {
    const at = random.int(copy.length);
    const other = random.int(copy.length);
    switch (random.int(5)) {
      case 0:
        copy.splice(at, 1);
        break;
      case 1:
        copy.splice(other, 0, copy[at]);
        break;
      case 2:
        [copy[at], copy[other]] = [copy[other], copy[at]];
        break;
      case 3:
        copy.splice(other, 0, ...copy.splice(at, random.between(1, 3)));
        break;
      default:
        copy.length = Math.max(at, 1);
    }
  }
  return copy;
}

/** Where a piece is cut before it is sent: nowhere, often. @param {Random} random @param {number} length */
export function cuts(random, length) {
  if (length < 2 || random.chance(0.8)) {
    return [];
  }
  if (length < 200 && random.chance(0.15)) {
    // Byte by byte.
    return Array.from({ length: length - 1 }, (_, i) => i + 1);
  }
  const places = Array.from({ length: random.between(1, 3) }, () => random.between(1, length - 1));
  return places.sort((a, b) => a - b);
}
