import { type Clock, unreferenced } from "../clock/clock.ts";

/** Milliseconds between two samples. */
const INTERVAL_MS = 100;

/** Milliseconds of a window by which overload is judged; one that a long turn ends late is longer. */
const WINDOW_MS = 1000;

/** Milliseconds back from now that {@link LagSampler.read} looks at. */
const SPAN_MS = 10_000;

const SAMPLES = SPAN_MS / INTERVAL_MS + 1;

/** How late the event loop has come to what was due, in the last 10 seconds; all in milliseconds. */
export interface Lag {
  mean: number;
  p99: number;
  max: number;
}

/**
 * Measures how late the event loop is: a timer is due every 100 ms, and what it is late by is how long
 * anything else that became due then had to wait. It runs while somebody holds it.
 */
export class LagSampler {
  readonly #clock: Clock;
  readonly #lags = new Float64Array(SAMPLES);
  readonly #times = new Float64Array(SAMPLES);
  #next = 0;
  #count = 0;
  #holders = 0;
  #timer: unknown;
  #due = 0;
  #windowStart = 0;
  #windowSum = 0;
  #windowCount = 0;
  /** Means of the last two windows. */
  #last = 0;
  #beforeLast = 0;

  constructor(clock: Clock) {
    this.#clock = unreferenced(clock);
  }

  /** Starts measuring, unless it was started. Each call is to be followed by one of {@link release}. */
  hold(): void {
    this.#holders++;
    if (this.#holders === 1) {
      this.#startWindow(this.#clock.now());
      this.#arm();
    }
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) {
      this.#clock.clearTimeout(this.#timer);
      this.#last = 0;
      this.#beforeLast = 0;
    }
  }

  /**
   * Whether the mean lag was above `ms` milliseconds in the last two windows of a second. One long turn
   * falls into one window, so it does not count.
   */
  staysAbove(ms: number): boolean {
    return this.#last > ms && this.#beforeLast > ms;
  }

  read(): Lag {
    const since = this.#clock.now() - SPAN_MS;
    const lags = this.#lags
      .subarray(0, this.#count)
      .filter((_, index) => this.#times[index]! >= since)
      .sort();
    const { length } = lags;
    if (length === 0) {
      return { mean: 0, p99: 0, max: 0 };
    }
    const mean = lags.reduce((sum, lag) => sum + lag, 0) / length;
    return { mean, p99: lags[Math.ceil(length * 0.99) - 1]!, max: lags[length - 1]! };
  }

  #arm(): void {
    this.#due = this.#clock.now() + INTERVAL_MS;
    this.#timer = this.#clock.setTimeout(() => this.#timerFired(), INTERVAL_MS);
  }

  #timerFired(): void {
    const now = this.#clock.now();
    const lag = Math.max(0, now - this.#due);
    this.#lags[this.#next] = lag;
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % SAMPLES;
    this.#count = Math.min(this.#count + 1, SAMPLES);
    this.#windowSum += lag;
    this.#windowCount++;
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#beforeLast = this.#last;
      this.#last = this.#windowSum / this.#windowCount;
      this.#startWindow(now);
    }
    this.#arm();
  }

  #startWindow(now: number): void {
    this.#windowStart = now;
    this.#windowSum = 0;
    this.#windowCount = 0;
  }
}

// As they were at the start: what test tools put in their place fires when they say, or never.
const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

/** The lag of this process, held by every server that is open. */
export const processLag: LagSampler = new LagSampler({
  now,
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
});
