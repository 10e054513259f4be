/** Where a client takes its time from; tests hand in one that they move themselves. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @param ms milliseconds */
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export interface ClockOptions {
  /** Keeps the timers as they were when the library was loaded, whatever replaces them. Default: false. */
  useNativeTimers?: boolean | undefined;
  /** Node: lets the process end while a timer runs. Default: false. */
  autoUnref?: boolean | undefined;
}

const nativeSetTimeout = globalThis.setTimeout;
const nativeClearTimeout = globalThis.clearTimeout;

export function createClock({ useNativeTimers }: ClockOptions): Clock {
  return {
    now: () => Date.now(),
    setTimeout(callback, ms) {
      const start = useNativeTimers ? nativeSetTimeout : globalThis.setTimeout;
      return start(callback, ms);
    },
    clearTimeout(handle) {
      const clear = useNativeTimers ? nativeClearTimeout : globalThis.clearTimeout;
      clear(handle as number);
    },
  };
}
