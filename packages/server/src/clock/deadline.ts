import { type Duration, type Expirable, expire, type Timers } from "./timers.ts";

/** Calls back once its time is up. */
export class Deadline implements Expirable {
  readonly #callback: () => void;
  #duration: Duration | undefined;

  constructor(callback: () => void) {
    this.#callback = callback;
  }

  get running(): boolean {
    return this.#duration !== undefined;
  }

  /** Starts, or starts over. @param ms milliseconds */
  start(timers: Timers, ms: number): void {
    this.#duration = timers.restart(this, ms, this.#duration);
  }

  stop(): void {
    this.#duration?.stop(this);
    this.#duration = undefined;
  }

  [expire](): void {
    this.#duration = undefined;
    this.#callback();
  }
}
