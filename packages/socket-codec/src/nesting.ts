import { isOwn } from "./binary.ts";

/**
 * How deep arrays and objects of a packet may nest. JSON.parse takes any depth, but what walks the value
 * afterwards (JSON.stringify in an echo, for one) overflows the stack at a few thousand levels, and the
 * application's handler with it.
 */
const MAX_NESTING = 1000;

/**
 * Whether `data`, parsed from `text`, nests too deep. Most text has not even that many brackets, which
 * is counted many times faster than the levels are.
 */
export function nestsTooDeep(data: unknown, text: string): boolean {
  return text.length > 2 * MAX_NESTING && opensOften(text) && isDeeper([data], MAX_NESTING + 1);
}

/** Whether more arrays and objects open in `text` than may nest; those in strings are counted too. */
function opensOften(text: string): boolean {
  let count = 0;
  for (const bracket of "[{") {
    for (let i = text.indexOf(bracket); i !== -1; i = text.indexOf(bracket, i + 1)) {
      if (++count > MAX_NESTING) {
        return true;
      }
    }
  }
  return false;
}

function isDeeper(value: object, levels: number): boolean {
  if (levels === 0) {
    return true;
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item === "object" && item !== null && isDeeper(item, levels - 1)) {
        return true;
      }
    }
    return false;
  }
  // Not Object.values, which is slow for shapes that are new, as those from JSON.parse are.
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === "object" && item !== null && isOwn.call(value, key)) {
      if (isDeeper(item, levels - 1)) {
        return true;
      }
    }
  }
  return false;
}
