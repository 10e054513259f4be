import type { EngineOptions } from "../options.ts";
import { throwLater } from "../throw-later.ts";

/** As it was at the start: test tools put one in its place that fires when they say. */
const { setImmediate } = globalThis;

/** Milliseconds of a turn in which sessions are flushed; the others have to wait for the next turn. */
const SLICE_MS = 5;

/** After so many sessions the time is looked at again. */
const GROUP = 16;

/** What has something to write. */
export interface Flushable {
  flush(): void;
}

/**
 * The sessions of an engine that have something to write. They are flushed together at the end of the
 * event loop's turn, when everything that came in with it has been handled: what one turn emits to a
 * session leaves by one system call, and the processes at the other end are woken once.
 *
 * A broadcast to very many sessions takes several turns. Whoever asks for something meanwhile gets the
 * answer in between.
 */
export class FlushQueue {
  readonly #owner: { readonly opts: EngineOptions };
  readonly #flush = () => this.#flushTurn();
  readonly #nextTick = () => {
    this.#tick = (this.#tick + 1) | 0;
    this.#tickIsCounted = false;
  };
  /** Those of this turn. */
  #waiting: Flushable[] = [];
  /** Those that earlier turns had no time for, from `#next` on. */
  #backlog: Flushable[] = [];
  #next = 0;
  #isScheduled = false;
  #turn = 0;
  #tick = 0;
  #tickIsCounted = false;

  constructor(owner: { readonly opts: EngineOptions }) {
    this.#owner = owner;
  }

  /** The number of this tick. A turn of the event loop has many: one for each chunk that came in. */
  get tick(): number {
    if (!this.#tickIsCounted) {
      this.#tickIsCounted = true;
      process.nextTick(this.#nextTick);
    }
    return this.#tick;
  }

  /** The number of this turn; a new one begins with each flush. */
  get turn(): number {
    return this.#turn;
  }

  /** Flushes it soon. The caller asks once a turn. */
  add(flushable: Flushable): void {
    this.#waiting.push(flushable);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      const { batchWindow, clock } = this.#owner.opts;
      if (batchWindow > 0) {
        clock.setTimeout(this.#flush, batchWindow);
      } else {
        setImmediate(this.#flush);
      }
    }
  }

  #flushTurn(): void {
    this.#isScheduled = false;
    this.#turn = (this.#turn + 1) | 0;
    const waiting = this.#waiting;
    this.#waiting = [];
    const flushed = this.#flushFor(SLICE_MS, waiting, 0);
    this.#next = this.#flushFor(SLICE_MS, this.#backlog, this.#next);
    if (this.#next === this.#backlog.length) {
      this.#backlog = waiting;
      this.#next = flushed;
    } else {
      this.#backlog = [...this.#backlog.slice(this.#next), ...waiting.slice(flushed)];
      this.#next = 0;
    }
    if (this.#next < this.#backlog.length) {
      this.#isScheduled = true;
      setImmediate(this.#flush);
    } else {
      this.#backlog = [];
      this.#next = 0;
    }
  }

  /** Flushes from `index` on, for that many milliseconds; answers where to go on. */
  #flushFor(ms: number, flushables: readonly Flushable[], index: number): number {
    const { clock } = this.#owner.opts;
    const end = index < flushables.length ? clock.now() + ms : 0;
    let i = index;
    while (i < flushables.length && ((i - index) % GROUP !== GROUP - 1 || clock.now() < end)) {
      try {
        flushables[i]?.flush();
      } catch (error) {
        // A listener of one session must not keep the others waiting.
        throwLater(error);
      }
      i++;
    }
    return i;
  }
}
