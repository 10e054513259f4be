// All rooms, and the bounds on what they may hold together.

import { InputError } from "./input.js";
import { Room } from "./room.js";

const ALWAYS_OPEN = ["harbour", "dry-dock", "crows-nest"];
const MOST_ROOMS = 100;
const PICTURE_BYTES_PER_ROOM = 8_000_000;
const PICTURE_BYTES = 64_000_000;

export class Rooms {
  /** @type {Map<string, Room>} */
  #rooms = new Map();

  constructor() {
    for (const name of ALWAYS_OPEN) this.#rooms.set(name, new Room(name));
  }

  /** @param {string} name */
  get(name) {
    return this.#rooms.get(name);
  }

  all() {
    return [...this.#rooms.values()];
  }

  /** The room of that name, made when there is none. @param {string} name */
  open(name) {
    const known = this.#rooms.get(name);
    if (known) return known;
    if (this.#rooms.size >= MOST_ROOMS) this.#closeOne();
    const room = new Room(name);
    this.#rooms.set(name, room);
    return room;
  }

  /**
   * Keeps a message. When pictures outgrow their bounds, the oldest lose their bytes: first those
   * of this room, then those of the room that holds the most.
   *
   * @param {Room} room
   * @param {import("./history.js").Message} message
   */
  keep(room, message) {
    room.usedAt = Date.now();
    room.history.add(message);
    if (!message.picture) return;
    while (room.history.pictureBytes() > PICTURE_BYTES_PER_ROOM) dropOldest(room);
    const sizes = this.all().map((each) => ({ each, bytes: each.history.pictureBytes() }));
    let total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    while (total > PICTURE_BYTES) {
      const largest = sizes.reduce((a, b) => (b.bytes > a.bytes ? b : a));
      const freed = dropOldest(largest.each);
      largest.bytes -= freed;
      total -= freed;
    }
  }

  /** Makes place for a new room: the empty one unused for longest goes. */
  #closeOne() {
    const idle = this.all()
      .filter((room) => room.isEmpty && !ALWAYS_OPEN.includes(room.name))
      .sort((a, b) => a.usedAt - b.usedAt)[0];
    if (!idle) throw new InputError("There are too many rooms. Use one of those that are open.");
    this.#rooms.delete(idle.name);
  }
}

/** @param {Room} room @returns {number} bytes freed */
function dropOldest(room) {
  const picture = room.history.oldestPicture()?.picture;
  if (!picture?.bytes) return 0;
  const freed = picture.bytes.length;
  picture.bytes = null;
  return freed;
}
