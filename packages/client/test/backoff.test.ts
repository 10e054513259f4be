import { expect, test } from "vitest";
import { Backoff } from "../src/manager/backoff.ts";

test("delays double up to the limit", () => {
  const backoff = new Backoff({ delay: 1000, delayMax: 5000, randomization: 0 });
  expect([1, 2, 3, 4].map(() => backoff.next())).toEqual([1000, 2000, 4000, 5000]);
  expect(backoff.attempts).toBe(4);
  backoff.reset();
  expect(backoff.next()).toBe(1000);
});

test.each([
  [0.2, 1000 - 100],
  [0.3, 1000 + 150],
  [0, 1000],
])("random %d gives a first delay of %d", (random, delay) => {
  const options = { delay: 1000, delayMax: 5000, randomization: 0.5 };
  expect(new Backoff(options, () => random).next()).toBe(delay);
});

test("a very long outage ends in the longest delay, not in none", () => {
  const backoff = new Backoff({ delay: 1000, delayMax: 5000, randomization: 0.5 }, () => 0);
  backoff.attempts = 5000;
  expect(backoff.next()).toBe(5000);
});
