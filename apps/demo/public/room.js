// The room I am in. It is named in the page's address, and joined anew after every reconnection.

import { roomName } from "./limits.js";
import { $, make, notice } from "./page.js";
import { avatar } from "./person.js";

const FIRST_ROOM = "harbour";

/**
 * Fires "leave" when another room is chosen, and "joined" (with `history`) when the server has let
 * me in, which for one room can happen many times.
 */
export class Room extends EventTarget {
  name = addressed();
  joined = false;
  /** Grows with every attempt, so that the answer to an earlier one is known as such. */
  #attempt = 0;
  #connection;
  #profile;

  /**
   * @param {import("./connection.js").Connection} connection
   * @param {import("./person.js").Profile} profile
   */
  constructor(connection, profile) {
    super();
    this.#connection = connection;
    this.#profile = profile;
    const { socket } = connection;
    socket.on("connect", () => this.join());
    socket.on("disconnect", () => {
      this.joined = false;
    });
    socket.on("people", (/** @type {{ room: string, people: Person[] }} */ { room, people }) => {
      if (room === this.name) this.#showPeople(people);
    });
    profile.addEventListener("chosen", () => this.join());
    addEventListener("hashchange", () => this.#switch(addressed()));
    $("#copy-link").addEventListener("click", () => this.#copyLink());
    this.#showName();
  }

  async join() {
    const attempt = ++this.#attempt;
    const reply = await this.#connection.ask("join", { room: this.name, name: this.#profile.name });
    if (attempt !== this.#attempt) return;
    if (reply === null) {
      // Still connected: the answer was late. Otherwise the next "connect" tries again.
      if (this.#connection.socket.connected) this.join();
      return;
    }
    if (!reply.ok) {
      notice(reply.error);
      if (this.name !== FIRST_ROOM) location.hash = FIRST_ROOM;
      return;
    }
    this.joined = true;
    this.#profile.adopt(reply.self);
    this.#showPeople(reply.people);
    this.dispatchEvent(new CustomEvent("joined", { detail: reply.history }));
  }

  /** @param {string} name */
  #switch(name) {
    if (name === this.name) return;
    this.name = name;
    this.joined = false;
    this.#showName();
    this.dispatchEvent(new Event("leave"));
    this.join();
  }

  #showName() {
    $("#room-name").textContent = this.name;
    $("#text").placeholder = `Message #${this.name}`;
  }

  /** @typedef {{ id: string, name: string }} Person @param {Person[]} people */
  #showPeople(people) {
    const count = people.length;
    $("#room-people").textContent = count === 1 ? "Only you are here" : `${count} people here`;
    const mine = this.#profile.id;
    const order = [...people].sort((a, b) => Number(b.id === mine) - Number(a.id === mine));
    $("#people").replaceChildren(
      ...order.map((person) => {
        const name = make("span", { class: "person-name" }, person.name);
        const you = person.id === mine ? [make("span", { class: "you" }, "you")] : [];
        return make("li", {}, avatar(person), name, ...you);
      }),
    );
  }

  async #copyLink() {
    try {
      await navigator.clipboard.writeText(location.href);
      notice("The link to this room is copied.");
    } catch {
      // Plain http on another machine has no clipboard.
      notice(location.href);
    }
  }
}

function addressed() {
  const name = roomName(decode(location.hash.slice(1))) || FIRST_ROOM;
  history.replaceState(null, "", `#${name}`);
  return name;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
