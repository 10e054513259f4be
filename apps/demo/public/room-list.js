// The rooms there are, with a mark where something was said since I last looked.

import { closeDrawer } from "./drawers.js";
import { roomName } from "./limits.js";
import { $, make } from "./page.js";

/** @typedef {{ name: string, people: number, latest: number }} Summary */

export class RoomList {
  /** @type {Summary[]} */
  #rooms = [];
  /** Newest message known to have been seen, by room. @type {Map<string, number>} */
  #readTo = new Map();
  #room;

  /**
   * @param {import("./connection.js").Connection} connection
   * @param {import("./room.js").Room} room
   */
  constructor(connection, room) {
    this.#room = room;
    connection.socket.on("rooms", (/** @type {Summary[]} */ rooms) => {
      this.#rooms = rooms;
      this.#show();
    });
    room.addEventListener("leave", () => this.#show());
    room.addEventListener("joined", () => this.#show());
    $("#rooms").addEventListener("click", closeDrawer);
    $("#new-room").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      const field = $("#new-room-name");
      const name = roomName(field.value);
      if (!name) return;
      field.value = "";
      location.hash = name;
      closeDrawer();
    });
  }

  #show() {
    const current = this.#room.name;
    const rooms = [...this.#rooms];
    if (!rooms.some(({ name }) => name === current))
      rooms.push({ name: current, people: 0, latest: 0 });
    $("#rooms").replaceChildren(...rooms.map((room) => this.#entry(room, room.name === current)));
  }

  /** @param {Summary} room @param {boolean} isCurrent */
  #entry({ name, people, latest }, isCurrent) {
    if (isCurrent || !this.#readTo.has(name)) this.#readTo.set(name, latest);
    const isNew = latest > (this.#readTo.get(name) ?? 0);
    const link = make(
      "a",
      { href: `#${name}` },
      make("span", { class: "hash", "aria-hidden": "true" }, "#"),
    );
    link.append(make("span", { class: "room-link-name" }, name));
    if (isCurrent) link.setAttribute("aria-current", "page");
    if (isNew) {
      link.classList.add("new");
      link.append(make("span", { class: "visually-hidden" }, ", new messages"));
    }
    if (people > 0) {
      const count = make("span", { class: "count", "aria-hidden": "true" }, String(people));
      link.append(count, make("span", { class: "visually-hidden" }, `, ${people} people`));
    }
    return make("li", {}, link);
  }
}
