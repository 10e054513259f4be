import { FakeClock } from "@hawser/testkit";
import { expect, test, vi } from "vitest";
import { type Expirable, expire, Timers } from "../src/clock/timers.ts";

function setUp() {
  const clock = new FakeClock();
  const timers = new Timers(clock);
  const log: string[] = [];
  const waiting = (name: string, then = () => {}): Expirable => ({
    [expire]() {
      log.push(`${name}@${clock.now()}`);
      then();
    },
  });
  return { clock, timers, log, waiting };
}

test("what waits is told when its time is up, once", () => {
  const { clock, timers, log, waiting } = setUp();
  timers.start(waiting("a"), 100);
  clock.advance(99);
  expect(log).toEqual([]);
  clock.advance(1);
  clock.advance(1000);
  expect(log).toEqual(["a@100"]);
  expect(clock.pending).toBe(0);
});

test("thousands that wait for the same time share one timer", () => {
  const { clock, timers, log, waiting } = setUp();
  for (let i = 0; i < 5000; i++) {
    timers.start(waiting(String(i)), 25_000);
  }
  expect(clock.pending).toBe(1);
  clock.advance(25_000);
  expect(log).toHaveLength(5000);
  expect(log[0]).toBe("0@25000");
  expect(log[4999]).toBe("4999@25000");
});

test("each has its own deadline", () => {
  const { clock, timers, log, waiting } = setUp();
  timers.start(waiting("a"), 100);
  clock.advance(30);
  timers.start(waiting("b"), 100);
  timers.start(waiting("c"), 10);
  clock.advance(1000);
  expect(log).toEqual(["c@40", "a@100", "b@130"]);
});

test("what has stopped is not told, and leaves no timer behind", () => {
  const { clock, timers, log, waiting } = setUp();
  const a = waiting("a");
  const duration = timers.start(a, 100);
  duration.stop(a);
  expect(clock.pending).toBe(0);
  duration.stop(a);
  clock.advance(1000);
  expect(log).toEqual([]);
});

test("stopping one leaves the others waiting", () => {
  const { clock, timers, log, waiting } = setUp();
  const [a, b] = [waiting("a"), waiting("b")];
  timers.start(a, 100).stop(a);
  const duration = timers.start(a, 100);
  clock.advance(50);
  timers.start(b, 100);
  duration.stop(a);
  clock.advance(1000);
  expect(log).toEqual(["b@150"]);
});

test("starting again moves the deadline", () => {
  const { clock, timers, log, waiting } = setUp();
  const a = waiting("a");
  timers.start(a, 100);
  clock.advance(60);
  timers.start(a, 100);
  clock.advance(60);
  expect(log).toEqual([]);
  clock.advance(40);
  expect(log).toEqual(["a@160"]);
});

test("one that starts again holds up nobody behind it", () => {
  const { clock, timers, log, waiting } = setUp();
  const a = waiting("a");
  timers.start(a, 100);
  timers.start(waiting("b"), 100);
  clock.advance(50);
  timers.start(a, 100);
  clock.advance(1000);
  expect(log).toEqual(["b@100", "a@150"]);
});

test("one that starts anew when told goes on, as a heartbeat does", () => {
  const { clock, timers, log, waiting } = setUp();
  const a: Expirable = waiting("a", () => {
    timers.start(a, 100);
  });
  timers.start(a, 100);
  clock.advance(350);
  expect(log).toEqual(["a@100", "a@200", "a@300"]);
  expect(clock.pending).toBe(1);
});

test("one that stops another when told is obeyed", () => {
  const { clock, timers, log, waiting } = setUp();
  const b = waiting("b");
  const duration = timers.duration(100);
  timers.start(
    waiting("a", () => duration.stop(b)),
    100,
  );
  duration.start(b);
  clock.advance(1000);
  expect(log).toEqual(["a@100"]);
});

test("a time that starts within its own last callback is kept", () => {
  const { clock, timers, log, waiting } = setUp();
  const b = waiting("b");
  timers.start(
    waiting("a", () => {
      timers.start(b, 100).stop(b);
      timers.start(b, 100);
    }),
    100,
  );
  clock.advance(1000);
  expect(log).toEqual(["a@100", "b@200"]);
});

test("one that fails does not stop the time of the others", async () => {
  const { clock, timers, log, waiting } = setUp();
  const uncaught = vi.fn();
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").once("uncaughtException", uncaught);
  timers.start(
    waiting("a", () => {
      throw new Error("mine");
    }),
    100,
  );
  timers.start(waiting("b"), 100);
  clock.advance(100);
  expect(log).toEqual(["a@100", "b@100"]);
  await vi.waitFor(() => expect(uncaught).toHaveBeenCalledOnce());
  expect(uncaught.mock.calls[0]?.[0]).toMatchObject({ message: "mine" });
  for (const listener of listeners) {
    process.on("uncaughtException", listener);
  }
});
