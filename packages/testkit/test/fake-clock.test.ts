import { describe, expect, it } from "vitest";
import { FakeClock } from "../src/fake-clock.ts";

describe("FakeClock", () => {
  it("runs what falls due, earliest first, each at its own time", () => {
    const clock = new FakeClock(1000);
    const ran: unknown[] = [];
    clock.setTimeout(() => ran.push(["late", clock.now()]), 30);
    clock.setTimeout(() => ran.push(["early", clock.now()]), 10);
    clock.setTimeout(() => ran.push(["early too", clock.now()]), 10);
    clock.setTimeout(() => ran.push(["beyond", clock.now()]), 31);
    clock.advance(30);
    expect(ran).toEqual([
      ["early", 1010],
      ["early too", 1010],
      ["late", 1030],
    ]);
    expect(clock.now()).toBe(1030);
    expect(clock.pending).toBe(1);
  });

  it("runs timeouts that timeouts have set, within the span", () => {
    const clock = new FakeClock();
    const ran: number[] = [];
    const tick = () => {
      ran.push(clock.now());
      clock.setTimeout(tick, 10);
    };
    tick();
    clock.advance(35);
    expect(ran).toEqual([0, 10, 20, 30]);
  });

  it("forgets cleared timeouts", () => {
    const clock = new FakeClock();
    let ran = false;
    const handle = clock.setTimeout(() => {
      ran = true;
    }, 5);
    clock.clearTimeout(handle);
    clock.clearTimeout(undefined);
    clock.advance(10);
    expect(ran).toBe(false);
  });
});
