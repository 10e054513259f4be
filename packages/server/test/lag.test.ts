import { expect, test } from "vitest";
import { LagSampler } from "../src/stats/lag.ts";
import { LateClock } from "./late-clock.ts";

function setUp() {
  const clock = new LateClock();
  const sampler = new LagSampler(clock);
  sampler.hold();
  return { clock, sampler };
}

test("an idle event loop has no lag", () => {
  const { clock, sampler } = setUp();
  clock.turns(50, 5000);
  expect(sampler.read()).toEqual({ mean: 0, p99: 0, max: 0 });
});

test("lag is what a turn takes beyond the time at which something was due", () => {
  const { clock, sampler } = setUp();
  clock.turn(250);
  expect(sampler.read()).toEqual({ mean: 150, p99: 150, max: 150 });
  for (let i = 0; i < 99; i++) clock.turn(100);
  expect(sampler.read()).toEqual({ mean: 1.5, p99: 0, max: 150 });
});

test("what is more than 10 seconds ago is not read any more", () => {
  const { clock, sampler } = setUp();
  clock.turn(250);
  clock.turns(100, 10_000);
  expect(sampler.read().max).toBe(150);
  clock.turn(100);
  expect(sampler.read().max).toBe(0);
});

test("after any time the last 10 seconds are read, and no more is kept", () => {
  const { clock, sampler } = setUp();
  clock.turns(60, 60_000);
  clock.turns(50, 10_050);
  expect(sampler.read()).toEqual({ mean: 0, p99: 0, max: 0 });
});

test("a single long turn is no overload, however long", () => {
  const { clock, sampler } = setUp();
  clock.turns(50, 2000);
  clock.turn(30_000);
  expect(sampler.staysAbove(1000)).toBe(false);
  clock.turns(50, 1000);
  expect(sampler.staysAbove(1000)).toBe(false);
});

test("two windows of long turns are overload, until a second without them", () => {
  const { clock, sampler } = setUp();
  clock.turns(50, 1000);
  clock.turn(1500);
  expect(sampler.staysAbove(1000)).toBe(false);
  clock.turn(1500);
  expect(sampler.staysAbove(1000)).toBe(true);
  expect(sampler.staysAbove(1500)).toBe(false);
  clock.turns(50, 950);
  expect(sampler.staysAbove(1000)).toBe(true);
  clock.turn(50);
  expect(sampler.staysAbove(1000)).toBe(false);
});

test("a long turn in a second of short ones counts by the mean", () => {
  const { clock, sampler } = setUp();
  for (let second = 0; second < 5; second++) {
    clock.turns(50, 800);
    clock.turn(300);
  }
  expect(sampler.staysAbove(100)).toBe(false);
  expect(sampler.staysAbove(10)).toBe(true);
});

test("it runs from the first that holds it until the last has released it, and starts anew", () => {
  const clock = new LateClock();
  const sampler = new LagSampler(clock);
  expect(clock.pending).toBe(0);
  sampler.hold();
  sampler.hold();
  clock.turn(2000);
  clock.turn(2000);
  sampler.release();
  expect([clock.pending, sampler.staysAbove(1000)]).toEqual([1, true]);
  sampler.release();
  expect([clock.pending, sampler.staysAbove(1000)]).toEqual([0, false]);
  clock.turn(5000);
  sampler.hold();
  clock.turn(1000);
  expect(sampler.staysAbove(1)).toBe(false);
});
