// The conversation: what each event of a client does.

import { createHash } from "node:crypto";
import { Allowance } from "./allowance.js";
import { checkDraft, checkId, checkJoin, checkRoom, checkSeen, InputError } from "./input.js";

/** How long the other clients may take to confirm a message, ms. */
const CONFIRM_MS = 5000;
/** Changes of the room list within this many ms are told as one. */
const ROOM_LIST_MS = 150;

/**
 * @param {import("@hawser/server").Server} io
 * @param {import("./rooms.js").Rooms} rooms
 */
export function serveChat(io, rooms) {
  const tellRooms = once(ROOM_LIST_MS, () => io.emit("rooms", listOf(rooms)));

  io.use((socket, next) => {
    try {
      socket.data.person = publicId(checkId(socket.handshake.auth.person));
      next();
    } catch {
      next(new Error("The page is out of date. Please reload it."));
    }
  });

  io.on("connection", (socket) => {
    const chat = new Chat(io, rooms, socket, tellRooms);
    socket.emit("rooms", listOf(rooms));
    socket.on("join", (request, reply) => answer(reply, () => chat.join(request)));
    socket.on("send", (draft, reply) => answer(reply, () => chat.send(draft)));
    socket.on("picture", (id, reply) => answer(reply, () => chat.picture(id)));
    socket.on("seen", (request) => answer(undefined, () => chat.seen(request)));
    socket.on("typing", (on) => chat.typing(on === true));
    socket.on("echo", (reply) => answer(reply, () => ({})));
    socket.on("disconnect", () => chat.leave({ mayReturn: true }));
  });
}

/** The part of one connection in the conversation. */
class Chat {
  /** @type {import("./room.js").Room | undefined} */
  #room;
  #name = "";
  #messages = new Allowance({ perSecond: 5, burst: 20 });
  #pictures = new Allowance({ perSecond: 20, burst: 250 });
  #io;
  #rooms;
  #socket;
  #tellRooms;

  /**
   * @param {import("@hawser/server").Server} io
   * @param {import("./rooms.js").Rooms} rooms
   * @param {import("@hawser/server").Socket} socket
   * @param {() => void} tellRooms
   */
  constructor(io, rooms, socket, tellRooms) {
    this.#io = io;
    this.#rooms = rooms;
    this.#socket = socket;
    this.#tellRooms = tellRooms;
  }

  get #self() {
    return { id: /** @type {string} */ (this.#socket.data.person), name: this.#name };
  }

  /** @param {unknown} request */
  join(request) {
    const { name, room: roomName } = checkJoin(request);
    const room = this.#rooms.open(roomName);
    if (this.#room !== room) this.leave({ mayReturn: false });
    this.#room = room;
    this.#name = room.enter(this.#self.id, name, this.#socket.id);
    // A person's own room reaches all of their tabs: receipts go there.
    this.#socket.join([inRoom(room.name), ofPerson(this.#self.id)]);
    this.#tellPeople(room);
    return { self: this.#self, people: room.people(), history: room.history.messages.map(shown) };
  }

  /** @param {{ mayReturn: boolean }} options */
  leave({ mayReturn }) {
    const room = this.#room;
    if (!room) return;
    this.#room = undefined;
    this.#socket.leave(inRoom(room.name));
    room.exit(this.#self.id, this.#socket.id, { mayReturn, onGone: () => this.#tellPeople(room) });
  }

  /**
   * Takes a message once: the same id again, after a reply was lost, gets the same reply.
   *
   * @param {unknown} request
   */
  send(request) {
    if (!this.#name || !this.#messages.take()) return { retry: true };
    const { id, room: roomName, text, picture } = checkDraft(request);
    const room = this.#rooms.open(roomName);
    const known = room.history.known(id);
    if (known) {
      if (known.author !== this.#self.id) throw new InputError("That message was not understood.");
      return { at: known.at };
    }
    const message = {
      id,
      author: this.#self,
      at: room.history.nextTime(),
      text,
      picture: picture && { ...picture, size: picture.bytes.length },
      delivered: 0,
      seen: /** @type {Set<string>} */ (new Set()),
    };
    this.#rooms.keep(room, message);
    this.#deliver(room, message);
    this.#tellRooms();
    return { at: message.at };
  }

  /** @param {import("./room.js").Room} room @param {import("./history.js").Message} message */
  #deliver(room, message) {
    const full = { ...shown(message), room: room.name, picture: message.picture };
    const own = ofPerson(message.author.id);
    this.#socket.to(own).emit("message", full);
    this.#socket
      .to(inRoom(room.name))
      .except(own)
      .timeout(CONFIRM_MS)
      .emit(
        "message",
        full,
        (/** @type {Error | null} */ _late, /** @type {unknown[]} */ replies) => {
          message.delivered = replies.length;
          if (replies.length > 0) this.#tellReceipt(message);
        },
      );
  }

  /** The bytes of a picture in the history. @param {unknown} request */
  picture(request) {
    if (!this.#pictures.take()) return { retry: true };
    const bytes = this.#room?.history.find(checkId(request))?.picture?.bytes;
    if (!bytes) throw new InputError("This picture is no longer kept.");
    return { bytes };
  }

  /** @param {unknown} request */
  seen(request) {
    for (const id of checkSeen(request)) {
      const message = this.#room?.history.find(id);
      if (!message || message.author.id === this.#self.id) continue;
      if (message.seen.has(this.#self.id) || message.seen.size >= 100) continue;
      message.seen.add(this.#self.id);
      this.#tellReceipt(message);
    }
  }

  /** @param {boolean} on */
  typing(on) {
    if (!this.#room) return;
    this.#socket.volatile.to(inRoom(this.#room.name)).emit("typing", { ...this.#self, on });
  }

  /** @param {import("./history.js").Message} message */
  #tellReceipt({ id, author, delivered, seen }) {
    this.#io.to(ofPerson(author.id)).emit("receipt", { id, delivered, seen: seen.size });
  }

  /** @param {import("./room.js").Room} room */
  #tellPeople(room) {
    this.#io.to(inRoom(room.name)).emit("people", { room: room.name, people: room.people() });
    this.#tellRooms();
  }
}

/** A message as it goes over the wire: counts for names, and no picture bytes. @param {import("./history.js").Message} message */
function shown({ picture, seen, ...message }) {
  if (!picture) return { ...message, picture, seen: seen.size };
  const { bytes, ...about } = picture;
  return { ...message, picture: { ...about, kept: bytes !== null }, seen: seen.size };
}

/** Replies with what the work returns, or with why it was refused. @param {unknown} reply @param {() => object | void} work */
function answer(reply, work) {
  const send = typeof reply === "function" ? reply : () => {};
  try {
    send({ ok: true, ...work() });
  } catch (error) {
    if (!(error instanceof InputError)) console.error(error);
    const told =
      error instanceof InputError ? error.message : "Something went wrong on the server.";
    send({ ok: false, error: told });
  }
}

/**
 * What the others see of a person. The page keeps the original to itself, so that nobody can speak
 * in another's name.
 *
 * @param {string} secret
 */
const publicId = (secret) => createHash("sha256").update(secret).digest("hex").slice(0, 16);
/** @param {string} name */
const inRoom = (name) => `room:${checkRoom(name)}`;
/** @param {string} id */
const ofPerson = (id) => `person:${id}`;

/** @param {import("./rooms.js").Rooms} rooms */
function listOf(rooms) {
  return rooms.all().map((room) => room.summary());
}

/** Calls within the delay become one. @param {number} delay @param {() => void} work */
function once(delay, work) {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      work();
    }, delay);
  };
}
