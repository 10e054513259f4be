import { type Clock, type ClockOptions, createClock } from "./clock.ts";

/** Milliseconds; beyond this, Node's timers fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

const present = limited(createClock({}));
const native = limited(createClock({ useNativeTimers: true }));

function limited(clock: Clock): Clock {
  return { ...clock, setTimeout: (run, ms) => clock.setTimeout(run, Math.min(ms, MAX_DELAY)) };
}

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
