import type { Clock } from "../src/clock/clock.ts";

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** The clock of an event loop whose turns take as long as is said: what falls due in one runs at its end. */
export class LateClock implements Clock {
  #now = 0;
  readonly #alarms = new Set<Alarm>();

  now = (): number => this.#now;

  setTimeout = (callback: () => void, ms: number): unknown => {
    const alarm = { at: this.#now + ms, callback };
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

  /** One turn of so many milliseconds. */
  turn(ms: number): void {
    this.#now += ms;
    for (const alarm of [...this.#alarms].sort((a, b) => a.at - b.at)) {
      if (alarm.at <= this.#now && this.#alarms.delete(alarm)) {
        alarm.callback();
      }
    }
  }

  /** So many milliseconds of turns that take `ms` each. */
  turns(ms: number, total: number): void {
    for (let passed = 0; passed < total; passed += ms) {
      this.turn(ms);
    }
  }
}
