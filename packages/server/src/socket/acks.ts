import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import { TimeoutError } from "../errors.ts";

export type Ack = (...args: unknown[]) => void;

/** The acknowledgements that a socket waits for. Made when the first is asked for. */
export class PendingAcks {
  /** By packet id; adapters add their own. */
  readonly callbacks = new Map<number, Ack>();

  /** @param timeout milliseconds; with it, the callback gets `(error, ...args)` */
  expect(id: number, callback: Ack, timeout: number | undefined, timers: Timers): void {
    if (timeout === undefined) {
      this.callbacks.set(id, callback);
      return;
    }
    const timed = new TimedAck(callback, timers, timeout, () => this.callbacks.delete(id));
    this.callbacks.set(id, (...args) => timed.resolve(args));
  }

  /** Answers are taken once; those nobody waits for are ignored. */
  resolve(id: number, args: unknown[]): void {
    const callback = this.callbacks.get(id);
    this.callbacks.delete(id);
    callback?.(...args);
  }
}

/** An acknowledgement with a time limit. */
class TimedAck implements Expirable {
  readonly #callback: Ack;
  readonly #onTimeout: () => void;
  readonly #limit: Duration;

  constructor(callback: Ack, timers: Timers, ms: number, onTimeout: () => void) {
    this.#callback = callback;
    this.#onTimeout = onTimeout;
    this.#limit = timers.start(this, ms);
  }

  resolve(args: unknown[]): void {
    this.#limit.stop(this);
    this.#callback(null, ...args);
  }

  [expire](): void {
    this.#onTimeout();
    this.#callback(new TimeoutError());
  }
}
