// What an application on bare WebSockets writes itself: events by name in JSON arrays, answers by a
// number, a set of members for each room. Nothing else: no heartbeats, no namespaces, no middlewares.
import { randomUUID } from "node:crypto";

/** A connection; `ws.mjs` and `uws.mjs` say how text and bytes are sent. */
export class BareSocket {
  id = randomUUID();
  #listeners = new Map();
  /** The event whose bytes come next. */
  #announced;

  /** @param {string} event @param {(...args: any[]) => void} listener */
  on(event, listener) {
    this.#listeners.set(event, listener);
  }

  emit(event, ...args) {
    if (args[0] instanceof Uint8Array) {
      this.sendText(JSON.stringify([event, { attached: 1 }]));
      this.sendBytes(args[0]);
    } else {
      this.sendText(JSON.stringify([event, ...args]));
    }
  }

  greet() {
    this.sendText(JSON.stringify(["open", { sid: this.id, pingInterval: 25000 }]));
  }

  /** @param {string} text @param {(socket: BareSocket) => void} onConnect */
  receiveText(text, onConnect) {
    const message = JSON.parse(text);
    const [first, second] = message;
    if (typeof first === "number") {
      message.shift();
      message.shift();
      const answer = (...args) => this.sendText(JSON.stringify([first, ...args]));
      this.#listeners.get(second)?.(...message, answer);
    } else if (second?.attached) {
      this.#announced = first;
    } else if (first === "connect") {
      this.sendText(JSON.stringify(["connected", { sid: this.id }]));
      onConnect(this);
    } else {
      message.shift();
      this.#listeners.get(first)?.(...message);
    }
  }

  /** @param {Uint8Array} data */
  receiveBytes(data) {
    this.#listeners.get(this.#announced)?.(data);
  }

  receiveClose() {
    this.#listeners.get("disconnect")?.();
  }
}
