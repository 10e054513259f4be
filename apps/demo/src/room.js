// One room: who is in it and what was said.

import { personName } from "../public/limits.js";
import { History } from "./history.js";

/** How long a person stays listed after the last connection is gone: a reconnection is no farewell. */
const FAREWELL_MS = 4000;

/** @typedef {{ id: string, name: string, sockets: Set<string> }} Person */

export class Room {
  /** @type {Map<string, Person>} */
  #people = new Map();

  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.history = new History();
    this.usedAt = Date.now();
  }

  /** What the list beside the chat shows. */
  summary() {
    return { name: this.name, people: this.#people.size, latest: this.history.latest };
  }

  get isEmpty() {
    return this.#people.size === 0;
  }

  people() {
    return [...this.#people.values()].map(({ id, name }) => ({ id, name }));
  }

  /**
   * Adds a connection of a person. A name somebody else has here gets a number.
   *
   * @param {string} id
   * @param {string} wanted
   * @param {string} socketId
   * @returns {string} the name the person has in this room
   */
  enter(id, wanted, socketId) {
    this.usedAt = Date.now();
    const person = this.#people.get(id) ?? { id, name: "", sockets: new Set() };
    person.name = this.#freeName(id, wanted);
    person.sockets.add(socketId);
    this.#people.set(id, person);
    return person.name;
  }

  /**
   * Removes a connection; the person goes with the last one.
   *
   * @param {string} id
   * @param {string} socketId
   * @param {{ mayReturn: boolean, onGone: () => void }} options  mayReturn: wait a moment first
   */
  exit(id, socketId, { mayReturn, onGone }) {
    const person = this.#people.get(id);
    if (!person?.sockets.delete(socketId)) return;
    const finish = () => {
      if (person.sockets.size > 0 || this.#people.get(id) !== person) return;
      this.#people.delete(id);
      this.usedAt = Date.now();
      onGone();
    };
    if (mayReturn) setTimeout(finish, FAREWELL_MS).unref();
    else finish();
  }

  /** @param {string} id @param {string} wanted */
  #freeName(id, wanted) {
    const taken = new Set();
    for (const person of this.#people.values()) if (person.id !== id) taken.add(person.name);
    let name = wanted;
    for (let number = 2; taken.has(name); number++) {
      const suffix = ` ${number}`;
      name = personName(wanted.slice(0, 32 - suffix.length)) + suffix;
    }
    return name;
  }
}
