import { throwLater } from "../throw-later.ts";
import { type Clock, systemClock, unreferenced } from "./clock.ts";

/** Runtime timers of more fire at once; a deadline further away is looked at again then. */
const MAX_TIMER_MS = 0x7fffffff;

/**
 * What a {@link Duration} calls when the time is up, with the milliseconds since then. A symbol, to stay
 * out of public surfaces.
 */
export const expire: unique symbol = Symbol("expire");

/** A mapped type, since the bundler of declarations loses sight of a computed name. */
export type Expirable = { [Method in typeof expire]: (late: number) => void };

/**
 * All deadlines of a server: one runtime timer for each duration in use, however many wait on it.
 * A server has few durations (heartbeats, time limits) and very many waiting.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #durations = new Map<number, Duration>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds of the clock. */
  now(): number {
    return this.#clock.now();
  }

  /** @param ms milliseconds */
  duration(ms: number): Duration {
    let duration = this.#durations.get(ms);
    if (!duration) {
      duration = new Duration(this.#clock, ms, (emptied) => this.#durationOnEmpty(ms, emptied));
      this.#durations.set(ms, duration);
    }
    return duration;
  }

  /** Starts `waiting` on that duration; the answer is where to stop it. */
  start(waiting: Expirable, ms: number): Duration {
    const duration = this.duration(ms);
    duration.start(waiting);
    return duration;
  }

  /** The same for one that may wait already, on `from`. */
  restart(waiting: Expirable, ms: number, from: Duration | undefined): Duration {
    const duration = this.duration(ms);
    if (from !== duration) {
      from?.stop(waiting);
    }
    duration.start(waiting);
    return duration;
  }

  #durationOnEmpty(ms: number, emptied: Duration): void {
    // One that was empty for a moment may have been replaced.
    if (this.#durations.get(ms) === emptied) {
      this.#durations.delete(ms);
    }
  }
}

/** Everything that waits for the same length of time, which is therefore in order of its deadline. */
export class Duration {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #onEmpty: (duration: Duration) => void;
  readonly #deadlines = new Map<Expirable, number>();
  #timer: unknown;

  constructor(clock: Clock, ms: number, onEmpty: (duration: Duration) => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#onEmpty = onEmpty;
  }

  /** Starts the time over for one that waits already. */
  start(waiting: Expirable): void {
    this.#deadlines.delete(waiting);
    // Whole milliseconds: small integers are stored in place, fractions are objects.
    this.#deadlines.set(waiting, Math.ceil(this.#clock.now() + this.#ms));
    if (this.#timer === undefined) {
      this.#arm(this.#ms);
    }
  }

  stop(waiting: Expirable): void {
    if (this.#deadlines.delete(waiting) && this.#deadlines.size === 0) {
      this.#clock.clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#onEmpty(this);
    }
  }

  #arm(ms: number): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#timerFired(), Math.min(ms, MAX_TIMER_MS));
  }

  #timerFired(): void {
    const now = this.#clock.now();
    for (const [waiting, deadline] of this.#deadlines) {
      // Runtime timers count whole milliseconds and may be a fraction early.
      if (deadline - now >= 1) {
        this.#arm(deadline - now);
        return;
      }
      this.#deadlines.delete(waiting);
      try {
        waiting[expire](now - deadline);
      } catch (error) {
        // One that fails must not stop the clock of all others.
        throwLater(error);
      }
    }
    this.#timer = undefined;
    this.#onEmpty(this);
  }
}

/** For adapters on a namespace that has no clock of its own. */
export const systemTimers: Timers = new Timers(systemClock);

/** The same for what need not keep the process running. */
export const quietSystemTimers: Timers = new Timers(unreferenced(systemClock));
