/** What code under test asks of a clock. */
export interface Clock {
  /** Milliseconds since an arbitrary start. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

interface Alarm {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until `advance` moves it. */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #alarms = new Set<Alarm>();

  constructor(now = 0) {
    this.#now = now;
  }

  now = (): number => this.#now;

  setTimeout = (callback: () => void, ms: number): unknown => {
    const alarm = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#alarms.add(alarm);
    return alarm;
  };

  clearTimeout = (handle: unknown): void => {
    this.#alarms.delete(handle as Alarm);
  };

  /** How many timeouts are waiting. */
  get pending(): number {
    return this.#alarms.size;
  }

  /**
   * Moves the time by `ms` and runs what falls due, earliest first, each at its own time. Timeouts
   * set by a callback run too when they fall into the span. Throws what a callback throws.
   */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#nextUntil(end); next !== undefined; next = this.#nextUntil(end)) {
      this.#alarms.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  #nextUntil(end: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.at > end) continue;
      if (!next || alarm.at < next.at || (alarm.at === next.at && alarm.order < next.order)) {
        next = alarm;
      }
    }
    return next;
  }
}
