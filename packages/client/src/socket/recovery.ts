/** What a socket says when it comes back, so that the server sends what was missed meanwhile. */
export class Recovery {
  /** Secret of the session, from the server. */
  #pid: string | undefined;
  /** The last argument of the last event: the server adds its offset there. */
  #offset: string | undefined;

  /** What to join with. @param auth credentials; they win over names used here */
  request(auth: object | undefined): object | undefined {
    return this.#pid ? { pid: this.#pid, offset: this.#offset, ...auth } : auth;
  }

  /** Whether the session that the server has confirmed is the one from before. */
  joined(pid: string | undefined): boolean {
    const isSame = !!pid && pid === this.#pid;
    if (!isSame) {
      // Offsets of another session mean nothing to this one.
      this.#offset = undefined;
    }
    this.#pid = pid;
    return isSame;
  }

  delivered(event: readonly unknown[]): void {
    const last = event.at(-1);
    // A long text is none: it would come with every request to join, and the server might not take it.
    if (this.#pid && typeof last === "string" && last.length < 1000) {
      this.#offset = last;
    }
  }
}
