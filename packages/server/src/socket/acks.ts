import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import { TimeoutError } from "../errors.ts";

export type Ack = (...args: unknown[]) => void;

/** An acknowledgement with a time limit: its callback gets `(error, ...args)`, once. */
export class TimedAck implements Expirable {
  readonly #callback: Ack;
  readonly #onTimeout: () => void;
  readonly #limit: Duration;
  #over = false;

  /** @param ms milliseconds */
  constructor(callback: Ack, timers: Timers, ms: number, onTimeout: () => void) {
    this.#callback = callback;
    this.#onTimeout = onTimeout;
    this.#limit = timers.start(this, ms);
  }

  resolve(args: unknown[]): void {
    if (!this.#over) {
      this.#over = true;
      this.#limit.stop(this);
      this.#callback(null, ...args);
    }
  }

  [expire](): void {
    this.#over = true;
    this.#onTimeout();
    this.#callback(new TimeoutError());
  }
}
