import { expect } from "vitest";

/** `expect.poll`, patient enough for browsers and child processes on a busy machine. */
export const eventually = <T>(read: () => T) =>
  expect.poll(read, { timeout: 10_000, interval: 25 });
