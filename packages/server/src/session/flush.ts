import type { EngineOptions } from "../options.ts";
import { throwLater } from "../throw-later.ts";
import { SharedPacket } from "../transport/shared-packet.ts";

/** As it was at the start: test tools put one in its place that fires when they say. */
const { setImmediate } = globalThis;

/** Milliseconds of a turn in which sessions are flushed; the others have to wait for the next turn. */
const SLICE_MS = 5;

/** After so many sessions the time is looked at again. */
const GROUP = 16;

/** A queue that never gets empty forgets its beginning when that is so long. */
const MAX_DONE = 10_000;

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
    this.#countTick();
    this.#tickIsCounted = false;
  };
  /** Those with something of their own to write, in this turn. */
  #urgent: Flushable[] = [];
  /** Those of broadcasts, and those that there was no time for, from `#next` on. */
  #others: Flushable[] = [];
  #next = 0;
  #isScheduled = false;
  #turn = 0;
  #tick = 0;
  /** Whether ticks are told apart, which takes a callback in each. */
  #tellsTicks = false;
  #tickIsCounted = false;

  constructor(owner: { readonly opts: EngineOptions }) {
    this.#owner = owner;
  }

  /**
   * The number of this tick. A turn of the event loop has many: one for each chunk that came in; until
   * somebody has asked by {@link isNow}, they are not told apart.
   */
  get tick(): number {
    if (this.#tellsTicks && !this.#tickIsCounted) {
      this.#tickIsCounted = true;
      process.nextTick(this.#nextTick);
    }
    return this.#tick;
  }

  /** Whether this is still the tick of that number. */
  isNow(tick: number): boolean {
    this.#tellsTicks = true;
    return tick === this.tick;
  }

  /** The number of this turn; a new one begins with each flush. */
  get turn(): number {
    return this.#turn;
  }

  /** Flushes it soon. The caller asks once a turn. */
  add(flushable: Flushable): void {
    this.#urgent.push(flushable);
    this.#schedule();
  }

  /** Flushes it after the others, as one of many. The caller asks once a turn. */
  addLast(flushable: Flushable): void {
    this.#others.push(flushable);
    this.#schedule();
  }

  #schedule(): void {
    const { batchWindow, clock } = this.#owner.opts;
    if (batchWindow === 0) {
      this.#scheduleNow();
    } else if (!this.#isScheduled) {
      this.#isScheduled = true;
      clock.setTimeout(this.#flush, batchWindow);
    }
  }

  #flushTurn(): void {
    this.#isScheduled = false;
    this.#turn = (this.#turn + 1) | 0;
    this.#countTick();
    SharedPacket.keepFrames();
    const urgent = this.#urgent;
    this.#urgent = [];
    for (let i = this.#flushFor(SLICE_MS, urgent, 0); i < urgent.length; i++) {
      this.#others.push(urgent[i]!);
    }
    this.#next = this.#flushFor(SLICE_MS, this.#others, this.#next);
    if (this.#next === this.#others.length) {
      this.#others = [];
      this.#next = 0;
      SharedPacket.dropFrames();
    } else {
      if (this.#next > MAX_DONE) {
        this.#others = this.#others.slice(this.#next);
        this.#next = 0;
      }
      this.#scheduleNow();
    }
  }

  #countTick(): void {
    this.#tick = (this.#tick + 1) | 0;
  }

  #scheduleNow(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#flush);
    }
  }

  /** Flushes from `index` on, for that many milliseconds; answers where to go on. */
  #flushFor(ms: number, flushables: readonly Flushable[], index: number): number {
    if (index === flushables.length) {
      return index;
    }
    const { clock } = this.#owner.opts;
    const end = clock.now() + ms;
    let i = index;
    do {
      try {
        flushables[i]?.flush();
      } catch (error) {
        // A listener of one session must not keep the others waiting.
        throwLater(error);
      }
      i++;
    } while (i < flushables.length && ((i - index) % GROUP !== 0 || clock.now() < end));
    return i;
  }
}
