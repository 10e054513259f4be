import { expect, test, vi } from "vitest";
import { Emitter } from "../src/packets.ts";

test("listeners are called in order, with the emitter as this", () => {
  const emitter = new Emitter();
  const calls: unknown[] = [];
  emitter.on("x", function (this: unknown, ...args: unknown[]) {
    calls.push(this === emitter, ...args);
  } as (...args: never[]) => void);
  emitter.addEventListener("x", () => calls.push("second"));
  emitter.emit("x", 1, 2);
  expect(calls).toEqual([true, 1, 2, "second"]);
});

test("a listener added with once is called once, even when it emits again", () => {
  const emitter = new Emitter();
  const listener = vi.fn(() => emitter.emit("x"));
  emitter.once("x", listener);
  emitter.emit("x");
  emitter.emit("x");
  expect(listener).toHaveBeenCalledOnce();
  expect(emitter.hasListeners("x")).toBe(false);
});

test("a listener that is removed or added while emitting changes the next round only", () => {
  const emitter = new Emitter();
  const late = vi.fn();
  const second = vi.fn();
  emitter.on("x", () => {
    emitter.off("x", second);
    emitter.on("x", late);
  });
  emitter.on("x", second);
  emitter.emit("x");
  expect(second).toHaveBeenCalledOnce();
  expect(late).not.toHaveBeenCalled();
  emitter.emit("x");
  expect(second).toHaveBeenCalledOnce();
  expect(late).toHaveBeenCalledOnce();
});

test("off takes one listener, all of an event, or all", () => {
  const emitter = new Emitter();
  const a = vi.fn();
  const b = vi.fn();
  emitter.on("x", a).on("x", a).on("x", b).on("y", b);
  emitter.off("x", a);
  expect(emitter.listeners("x")).toEqual([a, b]);
  emitter.removeAllListeners("x");
  expect(emitter.listeners("x")).toEqual([]);
  emitter.on("x", a).off();
  expect(emitter.hasListeners("x")).toBe(false);
  expect(emitter.hasListeners("y")).toBe(false);
});

test("removing what was never added is no error", () => {
  const emitter = new Emitter();
  expect(emitter.off("x", () => {}).removeEventListener("y")).toBe(emitter);
  emitter.emit("x");
});

test("events may be called like inherited properties", () => {
  const emitter = new Emitter();
  const listener = vi.fn();
  for (const name of ["__proto__", "constructor", "toString"]) {
    expect(emitter.hasListeners(name)).toBe(false);
    emitter.on(name, listener);
    emitter.emit(name);
  }
  expect(listener).toHaveBeenCalledTimes(3);
});

test("a listener added by once leaves one added by on alone, though it is the same function", () => {
  const emitter = new Emitter();
  let calls = 0;
  const listener = () => calls++;
  emitter.on("x", listener);
  emitter.once("x", listener);
  emitter.emit("x");
  emitter.emit("x");
  expect(calls).toBe(3);
});
