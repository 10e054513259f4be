/** How often a peer that sends is waited for anew: at 20 s each, 5 minutes for one message. */
const MAX_GRANTS = 15;

/** Milliseconds that a late event loop is given to read what has come in meanwhile. */
const LATE_GRACE_MS = 100;

/** For how long a peer is waited for that was asked, and has not answered in time. */
export class Patience {
  #bytesRead: number;
  #grants = 0;
  #wasLate = false;

  /** @param bytesRead of the connection, when the peer was asked */
  constructor(bytesRead: number) {
    this.#bytesRead = bytesRead;
  }

  /** Something has come, which the caller has granted time for. */
  look(bytesRead: number): void {
    this.#bytesRead = bytesRead;
  }

  /**
   * How many milliseconds to wait on, 0 for no more. Bytes are a sign of life, also those of a message
   * that is not complete, behind which the answer waits. But whoever only trickles must come to an end.
   * @param bytesRead of the connection, now; 0 if nothing is being read
   * @param late milliseconds since the time was up: in a busy process, the answer may be there unread
   */
  more(bytesRead: number, late: number, pingTimeout: number): number {
    if (bytesRead > 0 && bytesRead !== this.#bytesRead && this.#grants < MAX_GRANTS) {
      this.#bytesRead = bytesRead;
      this.#grants++;
      return pingTimeout;
    }
    if (late >= 1 && !this.#wasLate) {
      this.#wasLate = true;
      return Math.min(LATE_GRACE_MS, pingTimeout);
    }
    return 0;
  }
}
