import { type Clock, type ClockOptions, createClock } from "./clock.ts";

const present = createClock({});
const native = createClock({ useNativeTimers: true });

/** The clock for Node, where timers hold the process. Shared, for a process may have many clients. */
export function createNodeClock({ useNativeTimers, autoUnref }: ClockOptions): Clock {
  const clock = useNativeTimers ? native : present;
  if (!autoUnref) {
    return clock;
  }
  return {
    ...clock,
    setTimeout(callback, ms) {
      const timer = clock.setTimeout(callback, ms) as { unref?(): void };
      timer.unref?.();
      return timer;
    },
  };
}
