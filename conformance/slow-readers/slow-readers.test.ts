import { describe, expect, test } from "vitest";
import { type Feed, runFeed } from "./feed.mjs";

const CLIENTS = 99;
const COUNT = 1200;
const BYTES = 10_000;
const BUDGET = 4 * 1024 * 1024;
const TIME_LIMIT = 120_000;

const feed: Feed = { clients: CLIENTS, count: COUNT, bytes: BYTES, samples: 12 };

/** Everybody who reads has everything in order, whoever does not. */
const COMPLETE = { complete: CLIENTS, disordered: 0, closed: 0 };

describe.each(["websocket", "polling"] as const)("a client that stops reading, by %s", (slowBy) => {
  test(
    "costs its budget, and is disconnected",
    async () => {
      const { run, healthy, slow, after } = await runFeed({ ...feed, slowBy });
      expect(healthy).toMatchObject(COMPLETE);
      expect(run.rise).toBeLessThan(1.2 * BUDGET);
      expect(after.told).toMatchObject({ reason: "transport error", code: "SLOW_READER" });
      expect([run.dropped, slow.closed]).toEqual([{ disconnect: 1 }, true]);
      expect([run.failures, after.failures]).toEqual([[], []]);
    },
    TIME_LIMIT,
  );

  test(
    "costs its budget for good with drop-old, and has the newest when it reads on",
    async () => {
      const backpressure = { policy: "drop-old" };
      const { run, healthy, slow, after } = await runFeed({ ...feed, slowBy, backpressure });
      expect(healthy).toMatchObject(COMPLETE);
      expect(run.rise).toBeLessThan(1.2 * BUDGET);
      expect(run.mostBuffered).toBeGreaterThan(0.9 * BUDGET);
      expect(slow).toMatchObject({ last: COUNT - 1, disordered: 0, closed: false });
      expect(slow.delivered! + run.dropped["drop-old"]!).toBe(COUNT);
      expect(after).toMatchObject({ buffered: 0, failures: [], told: { reason: null } });
    },
    TIME_LIMIT,
  );
});
