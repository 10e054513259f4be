import { type ClockOptions, createClock } from "./clock.ts";

export interface TimerFunctions {
  setTimeoutFn(callback: () => void, ms: number): unknown;
  clearTimeoutFn(handle: unknown): void;
}

/** Puts the timers that the options ask for on an object. */
export function installTimerFunctions(target: object, opts: ClockOptions): void {
  const clock = createClock({ useNativeTimers: opts.useNativeTimers });
  const functions: TimerFunctions = {
    setTimeoutFn: clock.setTimeout,
    clearTimeoutFn: clock.clearTimeout,
  };
  Object.assign(target, functions);
}

/** Calls back after the present code, before timers. */
export function nextTick(callback: () => void): void {
  queueMicrotask(callback);
}
