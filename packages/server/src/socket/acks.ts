import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import { TimeoutError } from "../errors.ts";

export type Ack = (...args: unknown[]) => void;

/** The acknowledgements that a socket waits for. Made when the first is asked for. */
export class PendingAcks {
  /** By packet id; adapters add their own. */
  readonly callbacks = new Map<number, Ack>();
  #timed: Map<number, TimedAck> | undefined;

  /** @param timeout milliseconds; with it, the callback gets `(error, ...args)` */
  expect(id: number, callback: Ack, timeout: number | undefined, timers: Timers): void {
    if (timeout === undefined) {
      this.callbacks.set(id, callback);
      return;
    }
    const timed = new TimedAck(timers, timeout, () => {
      this.forget(id);
      callback(new TimeoutError());
    });
    this.#timed ??= new Map();
    this.#timed.set(id, timed);
    this.callbacks.set(id, (...args) => callback(null, ...args));
  }

  /** Answers are taken once; those nobody waits for are ignored. */
  resolve(id: number, args: unknown[]): void {
    const callback = this.callbacks.get(id);
    this.forget(id);
    callback?.(...args);
  }

  /** Waits no longer. */
  forget(id: number): void {
    this.callbacks.delete(id);
    this.#timed?.get(id)?.stop();
    this.#timed?.delete(id);
  }
}

/** The time limit of an acknowledgement. */
class TimedAck implements Expirable {
  readonly #onTimeout: () => void;
  readonly #limit: Duration;

  constructor(timers: Timers, ms: number, onTimeout: () => void) {
    this.#onTimeout = onTimeout;
    this.#limit = timers.start(this, ms);
  }

  stop(): void {
    this.#limit.stop(this);
  }

  [expire](): void {
    this.#onTimeout();
  }
}
