// Messages on their way to the server. Each stays here until the server has answered, over as many
// reconnections as it takes; the server knows a message by its id and takes it once.

import { randomId } from "./person.js";

const TRY_AGAIN_MS = 500;
const REPLY_MS = 15_000;

export class Outbox {
  /** @type {{ id: string, room: string, text: string, picture: object | null }[]} */
  #waiting = [];
  #isSending = false;
  #connection;
  #room;
  #messages;

  /**
   * @param {import("./connection.js").Connection} connection
   * @param {import("./room.js").Room} room
   * @param {import("./messages.js").Messages} messages
   */
  constructor(connection, room, messages) {
    this.#connection = connection;
    this.#room = room;
    this.#messages = messages;
    room.addEventListener("joined", () => {
      for (const draft of this.#waiting) {
        if (draft.room === room.name) messages.addPending(draft);
      }
      this.#send();
    });
    addEventListener("beforeunload", (event) => {
      if (this.#waiting.length > 0) event.preventDefault();
    });
  }

  /** @param {{ text: string, picture: object | null }} content */
  add(content) {
    const draft = { id: randomId(), room: this.#room.name, ...content };
    this.#waiting.push(draft);
    this.#messages.addPending(draft);
    this.#send();
  }

  /** One at a time and in order: a message never overtakes the one before it. */
  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#room.joined) {
      const draft = this.#waiting[0];
      if (!draft) break;
      const reply = await this.#connection.ask("send", draft, REPLY_MS);
      if (reply?.ok && !reply.retry) {
        this.#waiting.shift();
        this.#messages.markSent(draft.id, reply.at);
      } else if (reply && !reply.retry) {
        this.#waiting.shift();
        this.#messages.markFailed(draft.id, reply.error);
      } else {
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      }
    }
    this.#isSending = false;
  }
}
