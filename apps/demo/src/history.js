// What one room remembers: its last messages, oldest first, and which ids it has already seen.

import { LIMITS } from "../public/limits.js";

/** Ids are remembered longer than messages: a resent message must be known after its text is gone. */
const REMEMBERED_IDS = 5 * LIMITS.history;

/**
 * @typedef {{ id: string, name: string }} Author
 * @typedef {{ type: string, width: number, height: number, size: number, bytes: Uint8Array | null }} KeptPicture
 * @typedef {{
 *   id: string, author: Author, at: number, text: string, picture: KeptPicture | null,
 *   delivered: number, seen: Set<string>,
 * }} Message
 */

export class History {
  /** @type {Message[]} */
  #messages = [];
  /** @type {Map<string, { author: string, at: number }>} */
  #ids = new Map();
  #latest = 0;

  /** Time of the newest message, ms since 1970; 0 when there never was one. */
  get latest() {
    return this.#latest;
  }

  get messages() {
    return /** @type {readonly Message[]} */ (this.#messages);
  }

  /** Who sent the message of that id and when, also after it was forgotten. @param {string} id */
  known(id) {
    return this.#ids.get(id);
  }

  /** @param {string} id */
  find(id) {
    return this.#messages.find((message) => message.id === id);
  }

  /** A time for the next message. Strictly rising, so that it also serves as the order. */
  nextTime() {
    return Math.max(Date.now(), this.#latest + 1);
  }

  /** @param {Message} message */
  add(message) {
    this.#messages.push(message);
    this.#ids.set(message.id, { author: message.author.id, at: message.at });
    this.#latest = message.at;
    if (this.#messages.length > LIMITS.history) this.#messages.shift();
    if (this.#ids.size > REMEMBERED_IDS) {
      const [oldest] = this.#ids.keys();
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
  }

  /** The oldest message that still has its picture. */
  oldestPicture() {
    return this.#messages.find((message) => message.picture?.bytes);
  }

  /** Bytes of all pictures kept. */
  pictureBytes() {
    return this.#messages.reduce((sum, { picture }) => sum + (picture?.bytes?.length ?? 0), 0);
  }
}
