// How much one connection may do: a bucket that fills steadily and allows a burst.

export class Allowance {
  #tokens;
  #filledAt = Date.now();

  /** @param {{ perSecond: number, burst: number }} rate */
  constructor(rate) {
    this.rate = rate;
    this.#tokens = rate.burst;
  }

  /** Takes one. False when there is none left; try again in a moment. */
  take() {
    const now = Date.now();
    const gained = ((now - this.#filledAt) / 1000) * this.rate.perSecond;
    this.#tokens = Math.min(this.rate.burst, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
