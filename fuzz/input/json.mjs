// JSON texts: most are valid, some nearly. Texts rather than values, since objects cannot hold two keys
// of the same name, nor numbers that only a parser sees.
import { KEYS, NUMBERS, STRINGS } from "./values.mjs";

/** @typedef {import("../random.mjs").Random} Random */

/** @param {Random} random @param {number} [depth] */
export function json(random, depth = 3) {
  const kind = random.weighted({
    ...{ string: 50, number: 50, word: 30, deep: 1 },
    ...{ list: 12 * depth, object: 12 * depth },
  });
  switch (kind) {
    case "string":
      return string(random);
    case "number":
      return random.chance(0.7) ? String(random.int(100)) : random.pick(NUMBERS);
    case "word":
      return random.pick(["null", "true", "false", "{}", "[]", '""']);
    case "list":
      return `[${items(random, depth - 1)}]`;
    case "object":
      return object(random, depth - 1);
    default:
      return deep(random);
  }
}

/** @param {Random} random */
export function string(random) {
  return `"${random.pick(STRINGS)}"`;
}

/** @param {Random} random @param {number} depth */
function items(random, depth) {
  return Array.from({ length: random.int(4) }, () => json(random, Math.max(depth, 0))).join(",");
}

/** @param {Random} random @param {number} [depth] */
export function object(random, depth = 1) {
  const entries = Array.from(
    { length: random.int(4) },
    () => `"${random.pick(KEYS)}":${json(random, Math.max(depth, 0))}`,
  );
  return `{${entries.join(",")}}`;
}

/** What stands for bytes: an object with a number, which need not be one of them. @param {Random} random */
export function placeholder(random, count = 1) {
  const number = random.chance(0.85) ? String(random.int(Math.max(count, 1))) : wrongNumber(random);
  const flag = random.chance(0.97) ? "true" : random.pick(["1", "false", '"true"', "[]"]);
  return `{"_placeholder":${flag},"num":${number}}`;
}

/** @param {Random} random */
function wrongNumber(random) {
  return random.pick([
    '"splice"',
    '"length"',
    "-1",
    "0.5",
    "1e9",
    "null",
    "{}",
    '"0"',
    "99",
    "[0]",
  ]);
}

/** @param {Random} random */
function deep(random) {
  const levels = random.pick([50, 500, 999, 1001, 3000, 20_000]);
  const [open, close] = random.pick([
    ["[", "]"],
    ['{"a":', "}"],
    ['[{"_placeholder":', "}]"],
  ]);
  return (
    open.repeat(levels) +
    (open.endsWith(":") ? "1" : "") +
    (random.chance(0.9) ? close.repeat(levels) : "")
  );
}
