import { expect } from "vitest";

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for what shows itself by no event; fails, saying `what`, after a few seconds. */
export async function until(condition: () => boolean, what?: () => string): Promise<void> {
  for (const end = Date.now() + 4000; !condition() && Date.now() < end; ) {
    await pause(5);
  }
  expect(condition(), what?.()).toBe(true);
}
