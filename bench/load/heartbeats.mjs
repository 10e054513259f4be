// Whether heartbeats come when they should.

export class Heartbeats {
  #last = new Map();
  #latest = 0;
  #count = 0;

  /** @param {number} interval in milliseconds */
  constructor(interval) {
    this.interval = interval;
  }

  /** @param {import("./connection.mjs").Connection} connection */
  heard(connection) {
    const now = performance.now();
    const last = this.#last.get(connection);
    if (last !== undefined) {
      this.#count++;
      this.#latest = Math.max(this.#latest, now - last - this.interval);
    }
    this.#last.set(connection, now);
  }

  /** How many connections were pinged, and by how much the latest ping was late. */
  result() {
    return { pinged: this.#last.size, intervals: this.#count, late: this.#latest };
  }
}
