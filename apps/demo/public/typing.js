// Who is writing. Told by volatile events: one that cannot be sent at once is worth nothing later.

import { $ } from "./page.js";

const TELL_EVERY_MS = 2000;
const FORGET_MS = 4500;

export class Typing {
  /** @type {Map<string, { name: string, timer: ReturnType<typeof setTimeout> }>} */
  #writers = new Map();
  #toldAt = Number.NEGATIVE_INFINITY;
  #socket;

  /**
   * @param {import("./connection.js").Connection} connection
   * @param {import("./room.js").Room} room
   */
  constructor(connection, room) {
    this.#socket = connection.socket;
    this.#socket.on("typing", (/** @type {{ id: string, name: string, on: boolean }} */ writer) => {
      this.#note(writer);
    });
    this.#socket.on("message", (/** @type {{ author: { id: string } }} */ { author }) => {
      this.#note({ id: author.id, name: "", on: false });
    });
    room.addEventListener("leave", () => {
      for (const id of [...this.#writers.keys()]) this.#note({ id, name: "", on: false });
    });
  }

  /** Tells the room that I am writing, or have stopped. @param {boolean} on */
  tell(on) {
    const now = performance.now();
    if (on && now - this.#toldAt < TELL_EVERY_MS) return;
    if (!on && this.#toldAt === Number.NEGATIVE_INFINITY) return;
    this.#toldAt = on ? now : Number.NEGATIVE_INFINITY;
    this.#socket.volatile.emit("typing", on);
  }

  /** @param {{ id: string, name: string, on: boolean }} writer */
  #note({ id, name, on }) {
    clearTimeout(this.#writers.get(id)?.timer);
    this.#writers.delete(id);
    if (on) {
      const timer = setTimeout(() => this.#note({ id, name, on: false }), FORGET_MS);
      this.#writers.set(id, { name, timer });
    }
    $("#typing").textContent = sentence([...this.#writers.values()].map((writer) => writer.name));
    $("#typing").classList.toggle("on", this.#writers.size > 0);
  }
}

/** @param {string[]} names */
function sentence(names) {
  if (names.length === 0) return "";
  if (names.length === 1) return `${names[0]} is typing…`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing…`;
  return "Several people are typing…";
}
