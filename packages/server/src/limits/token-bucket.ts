/** Lets so many through in a second, and so many at once. Full at first. */
export class TokenBucket {
  #tokens: number;
  /** When tokens were last added, in milliseconds. */
  #at: number;

  /** @param now milliseconds, as in all methods */
  constructor(burst: number, now: number) {
    this.#tokens = Math.max(1, burst);
    this.#at = now;
  }

  /** Takes a token, if there is one. @param rate tokens in a second @param burst tokens at most */
  take(rate: number, burst: number, now: number): boolean {
    const tokens = this.#tokens + ((now - this.#at) * rate) / 1000;
    // The time of no length has nothing to add, whatever the rate.
    this.#tokens = now > this.#at ? Math.min(Math.max(1, burst), tokens) : this.#tokens;
    this.#at = now;
    if (this.#tokens < 1) {
      return false;
    }
    this.#tokens--;
    return true;
  }

  /** Milliseconds until there is a token, from the last {@link take}. */
  wait(rate: number): number {
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) * 1000) / rate;
  }

  /** Milliseconds since the last {@link take}. */
  idleSince(now: number): number {
    return now - this.#at;
  }
}
