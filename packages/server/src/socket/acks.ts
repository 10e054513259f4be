import { type Ack, unanswered } from "../ack.ts";
import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import { type HawserError, LimitError, TimeoutError } from "../errors.ts";
import { type Supervisor, supervise } from "../handlers.ts";

/** Callbacks are called for no event. */
const NO_CALL: readonly unknown[] = [];

/** The acknowledgements that a socket waits for. Made when the first is asked for. */
export class PendingAcks {
  /** By packet id; adapters add their own. */
  readonly callbacks = new Map<number, Ack>();
  readonly #supervisor: Supervisor;
  #limits: Map<number, TimeLimit> | undefined;

  /** @param supervisor hears of callbacks that fail */
  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
  }

  /** @param timeout milliseconds; with it, the callback gets `(error, ...args)` */
  expect(id: number, callback: Ack, timeout: number | undefined, timers: Timers): void {
    if (timeout === undefined) {
      this.callbacks.set(id, callback);
      return;
    }
    const errorFirst: Ack = (...args) => callback(null, ...args);
    errorFirst[unanswered] = callback;
    this.callbacks.set(id, errorFirst);
    this.#limits ??= new Map();
    this.#limits.set(id, new TimeLimit(timers, timeout, () => this.fail(id, new TimeoutError())));
  }

  /**
   * Makes room for one more: whoever waits longest is told that no answer will come.
   * @returns whether that had to be
   */
  makeRoom(max: number): boolean {
    const isFull = this.callbacks.size >= max;
    while (this.callbacks.size >= max) {
      const [id, callback] = this.callbacks.entries().next().value!;
      this.forget(id);
      const fail = callback[unanswered];
      if (fail) {
        // Later: it may emit again, and ask for the room that is made here.
        process.nextTick(() => this.#call(fail, [new LimitError("pendingAcks", max)]));
      }
    }
    return isFull;
  }

  /** Answers are taken once; those nobody waits for are ignored. */
  resolve(id: number, args: unknown[]): void {
    const callback = this.callbacks.get(id);
    if (callback) {
      this.forget(id);
      this.#call(callback, args);
    }
  }

  /** No answer will come. Callbacks that take no error are forgotten. */
  fail(id: number, error: HawserError): void {
    const callback = this.callbacks.get(id)?.[unanswered];
    this.forget(id);
    if (callback) {
      this.#call(callback, [error]);
    }
  }

  failAll(error: HawserError): void {
    for (const id of [...this.callbacks.keys()]) {
      this.fail(id, error);
    }
  }

  /** Waits no longer, and calls nobody. */
  forget(id: number): void {
    this.callbacks.delete(id);
    this.#limits?.get(id)?.stop();
    this.#limits?.delete(id);
  }

  #call(callback: (...args: any[]) => unknown, args: readonly unknown[]): void {
    try {
      supervise(callback(...args), NO_CALL, this.#supervisor);
    } catch (thrown) {
      this.#supervisor.handlerFailed(thrown, NO_CALL);
    }
  }
}

/** The time limit of an acknowledgement. */
class TimeLimit implements Expirable {
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
