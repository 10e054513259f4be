import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

const LIMIT_MS = 5000;
const PAUSE_MS = 10;

/** Waits for what shows itself by no event; fails, saying `what`, after 5 s. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  for (const end = Date.now() + LIMIT_MS; ; await pause()) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`did not happen in ${LIMIT_MS} ms: ${what}`);
  }
}

/** Asks until the answer is as expected; fails with the last one after 5 s. */
export async function eventually(ask: () => unknown, expected: unknown): Promise<void> {
  for (const end = Date.now() + LIMIT_MS; ; await pause()) {
    const answer = await ask();
    if (Date.now() > end || isDeepStrictEqual(answer, expected)) {
      expect(answer).toEqual(expected);
      return;
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
