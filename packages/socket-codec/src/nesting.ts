/**
 * How deep arrays and objects of a packet may nest. JSON.parse takes any depth, but what walks the value
 * afterwards (JSON.stringify in an echo, for one) overflows the stack at a few thousand levels, and the
 * application's handler with it.
 */
const MAX_NESTING = 1000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** A bracket with this bit is the brace of the same direction. */
const BRACE_BIT = 0x20;

/** Whether the JSON that starts at `start` nests too deep. Short text cannot, and is not looked at. */
export function nestsTooDeep(text: string, start: number): boolean {
  if (text.length - start < 2 * MAX_NESTING) {
    return false;
  }
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const brace = code | BRACE_BIT;
    if (brace === OPEN_BRACE && ++depth > MAX_NESTING) {
      return true;
    }
    if (brace === CLOSE_BRACE) {
      depth--;
    } else if (code === QUOTE) {
      i = endOfString(text, i);
    }
  }
  return false;
}

/** The index of the quote that closes the string which opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = start;
  while (true) {
    end = text.indexOf('"', end + 1);
    if (end === -1) {
      return text.length;
    }
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) {
      escapes++;
    }
    if (escapes % 2 === 0) {
      return end;
    }
  }
}
