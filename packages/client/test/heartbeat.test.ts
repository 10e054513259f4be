import { expect, test, vi } from "vitest";
import type { Clock } from "../src/platform/clock.ts";
import { answerPings } from "../src/session/heartbeat.ts";

function setUp() {
  let now = 0;
  let timer: { at: number; run: () => void } | undefined;
  const clock: Clock = {
    now: () => now,
    setTimeout: (run, ms) => {
      timer = { at: now + ms, run };
      return timer;
    },
    clearTimeout: (handle) => {
      if (handle === timer) {
        timer = undefined;
      }
    },
  };
  const host = { clock, writeBuffer: [], sendHeartbeat: vi.fn(), heartbeatMissed: vi.fn() };
  const heartbeat = answerPings(host, 25_000, 20_000);
  return {
    host,
    heartbeat,
    /** As while a page is suspended: time passes, no timer runs. */
    sleep: (ms: number) => {
      now += ms;
    },
    advance: (ms: number) => {
      now += ms;
      if (timer && timer.at <= now) {
        timer.run();
      }
    },
  };
}

test("pings are answered, and only they keep the session", () => {
  const { host, heartbeat, advance } = setUp();
  advance(44_999);
  heartbeat.received({ type: "ping" });
  expect(host.sendHeartbeat).toHaveBeenCalledExactlyOnceWith("pong");
  advance(44_000);
  heartbeat.received({ type: "message", data: "x" });
  expect(host.heartbeatMissed).not.toHaveBeenCalled();
  advance(1000);
  expect(host.heartbeatMissed).toHaveBeenCalledOnce();
});

test("a deadline that passed during a suspension is seen, and told once", async () => {
  const { host, heartbeat, sleep, advance } = setUp();
  expect(heartbeat.expired()).toBe(false);
  sleep(45_001);
  expect(heartbeat.expired()).toBe(true);
  expect(host.heartbeatMissed).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(host.heartbeatMissed).toHaveBeenCalledOnce();
  advance(1);
  expect(host.heartbeatMissed).toHaveBeenCalledOnce();
});

test("nothing is missed once stopped", async () => {
  const { host, heartbeat, sleep, advance } = setUp();
  heartbeat.stop();
  advance(100_000);
  sleep(1);
  heartbeat.expired();
  await Promise.resolve();
  expect(host.heartbeatMissed).not.toHaveBeenCalled();
});
