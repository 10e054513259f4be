import { describe, expect, test } from "vitest";
import { FakeClock } from "../../testkit/src/fake-clock.ts";
import { Timers } from "../src/clock/timers.ts";
import { resolveLimits } from "../src/limits/limits.ts";
import { TokenBucket } from "../src/limits/token-bucket.ts";
import { Visitors } from "../src/limits/visitors.ts";

const OPTIONS = { maxHttpBufferSize: 1e6, pingInterval: 25_000, pingTimeout: 20_000 };

describe("a token bucket", () => {
  test("lets a burst through, then as many as flow in", () => {
    const bucket = new TokenBucket(3, 0);
    const take = (now: number) => bucket.take(2, 3, now);
    expect([take(0), take(0), take(0), take(0)]).toEqual([true, true, true, false]);
    expect(bucket.wait(2)).toBe(500);
    expect([take(499), take(500), take(500)]).toEqual([false, true, false]);
    expect([take(10_000), take(10_000), take(10_000), take(10_000)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test("of less than one in a second holds one", () => {
    const bucket = new TokenBucket(0.1, 0);
    const take = (now: number) => bucket.take(0.1, 0.1, now);
    expect([take(0), take(9999), take(10_000)]).toEqual([true, false, true]);
  });

  test("without a limit is never empty", () => {
    const bucket = new TokenBucket(Infinity, 0);
    expect([bucket.take(Infinity, Infinity, 0), bucket.take(Infinity, Infinity, 1)]).toEqual([
      true,
      true,
    ]);
    expect(bucket.take(Infinity, Infinity, 1)).toBe(true);
  });
});

describe("visitors", () => {
  function setUp(given: object) {
    const clock = new FakeClock();
    const limits = resolveLimits({ ...OPTIONS, limits: given });
    return { clock, limits, visitors: new Visitors(new Timers(clock)) };
  }

  test("are turned away for their handshakes, by address, and told when to come back", () => {
    const { clock, limits, visitors } = setUp({ handshakesPerSecond: 0.5 });
    expect(visitors.admit("a", limits)).toBeUndefined();
    expect(visitors.admit("a", limits)).toEqual({ limit: "handshakesPerSecond", retryAfter: 2 });
    expect(visitors.admit("b", limits)).toBeUndefined();
    clock.advance(2000);
    expect(visitors.admit("a", limits)).toBeUndefined();
  });

  test("are turned away for their connections", () => {
    const { limits, visitors } = setUp({ connectionsPerAddress: 2 });
    visitors.opened("a", limits);
    expect(visitors.admit("a", limits)).toBeUndefined();
    visitors.opened("a", limits);
    expect(visitors.admit("a", limits)?.limit).toBe("connectionsPerAddress");
    expect(visitors.admit("b", limits)).toBeUndefined();
    visitors.closed("a");
    expect(visitors.admit("a", limits)).toBeUndefined();
  });

  test("are forgotten when they have left and would be let in anyway, and no timer stays", () => {
    const { clock, limits, visitors } = setUp({ connectionsPerAddress: 2 });
    visitors.opened("connected", limits);
    for (let i = 0; i < 100; i++) {
      visitors.admit(`gone ${i}`, limits);
    }
    expect(visitors.size).toBe(101);
    clock.advance(60_000);
    expect(visitors.size).toBe(1);
    visitors.closed("connected");
    clock.advance(60_000);
    expect([visitors.size, clock.pending]).toEqual([0, 0]);
  });

  test("who have to wait for long are not forgotten before", () => {
    const { clock, limits, visitors } = setUp({ handshakesPerSecond: 0.01 });
    visitors.admit("a", limits);
    clock.advance(90_000);
    expect(visitors.admit("a", limits)?.retryAfter).toBe(10);
    clock.advance(300_000);
    expect(visitors.size).toBe(0);
  });

  test("are no more than 100,000, whatever addresses come; those who are connected stay", () => {
    const { limits, visitors } = setUp({ connectionsPerAddress: 1 });
    for (let i = 0; i < 40; i++) {
      visitors.opened(`connected ${i}`, limits);
    }
    for (let i = 0; i < 120_000; i++) {
      visitors.admit(`passing ${i}`, limits);
    }
    expect(visitors.size).toBeLessThanOrEqual(100_040);
    expect(visitors.isFull("connected 0", limits)).toBe(true);
    expect(visitors.isFull("connected 39", limits)).toBe(true);
    visitors.clear();
    expect(visitors.size).toBe(0);
  });
});
