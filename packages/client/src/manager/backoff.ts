export interface BackoffOptions {
  /** Milliseconds before the first attempt. */
  delay: number;
  /** Milliseconds. */
  delayMax: number;
  /** Share of the delay that is random, 0 to 1. */
  randomization: number;
}

/** How long to wait before each attempt: twice as long each time, within limits, and spread out. */
export class Backoff {
  attempts = 0;
  readonly options: BackoffOptions;
  readonly #random: () => number;

  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.options = options;
    this.#random = random;
  }

  /** Milliseconds before the next attempt, which it counts. */
  next(): number {
    const { delay, delayMax, randomization } = this.options;
    // The limit on the power keeps a long outage from reaching Infinity, and then NaN.
    let ms = delay * 2 ** Math.min(this.attempts++, 31);
    if (randomization) {
      const random = this.#random();
      const deviation = Math.floor(random * randomization * ms);
      ms += Math.floor(random * 10) % 2 === 0 ? -deviation : deviation;
    }
    return Math.min(Math.trunc(ms), delayMax);
  }

  reset(): void {
    this.attempts = 0;
  }
}
