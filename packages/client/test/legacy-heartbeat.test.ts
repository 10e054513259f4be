import { FakeClock } from "@hawser/testkit";
import { expect, test, vi } from "vitest";
import { sendPings } from "../src/legacy/heartbeat.ts";

function setUp() {
  const clock = new FakeClock();
  const host = { clock, writeBuffer: [], sendHeartbeat: vi.fn(), heartbeatMissed: vi.fn() };
  return { clock, host, heartbeat: sendPings(host, 25_000, 5000) };
}

test("a ping is sent an interval after the start, and after each pong", () => {
  const { clock, host, heartbeat } = setUp();
  clock.advance(24_999);
  expect(host.sendHeartbeat).not.toHaveBeenCalled();
  clock.advance(1);
  expect(host.sendHeartbeat.mock.calls).toEqual([["ping"]]);
  clock.advance(1000);
  heartbeat.received({ type: "pong" });
  clock.advance(24_999);
  expect(host.sendHeartbeat).toHaveBeenCalledOnce();
  clock.advance(1);
  expect(host.sendHeartbeat).toHaveBeenCalledTimes(2);
  expect(host.heartbeatMissed).not.toHaveBeenCalled();
});

test("a server that says nothing within the timeout after a ping is lost, which is told once", () => {
  const { clock, host } = setUp();
  clock.advance(29_999);
  expect(host.heartbeatMissed).not.toHaveBeenCalled();
  clock.advance(1);
  expect(host.heartbeatMissed).toHaveBeenCalledOnce();
  clock.advance(100_000);
  expect(host.heartbeatMissed).toHaveBeenCalledOnce();
});

test("any packet shows that the server is there", () => {
  const { clock, host, heartbeat } = setUp();
  clock.advance(29_000);
  heartbeat.received({ type: "message", data: "x" });
  clock.advance(29_999);
  expect(host.heartbeatMissed).not.toHaveBeenCalled();
  clock.advance(1);
  expect(host.heartbeatMissed).toHaveBeenCalledOnce();
});

test("a deadline that passed during a suspension is seen", async () => {
  let now = 0;
  const clock = { now: () => now, setTimeout: () => 0, clearTimeout: () => {} };
  const host = { clock, writeBuffer: [], sendHeartbeat: vi.fn(), heartbeatMissed: vi.fn() };
  const heartbeat = sendPings(host, 25_000, 5000);
  now = 30_000;
  expect(heartbeat.expired()).toBe(false);
  now = 30_001;
  expect(heartbeat.expired()).toBe(true);
  expect(host.heartbeatMissed).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(host.heartbeatMissed).toHaveBeenCalledOnce();
});

test("nothing happens once stopped, whatever still comes", async () => {
  const { clock, host, heartbeat } = setUp();
  heartbeat.stop();
  heartbeat.received({ type: "pong" });
  expect(clock.pending).toBe(0);
  clock.advance(100_000);
  heartbeat.expired();
  await Promise.resolve();
  expect(host.sendHeartbeat).not.toHaveBeenCalled();
  expect(host.heartbeatMissed).not.toHaveBeenCalled();
});
