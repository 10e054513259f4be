// A healthy client, the official one: whatever happens to others, what it asks for comes back whole, in
// order and soon.
import { isDeepStrictEqual } from "node:util";
import { io } from "socket.io-client";

const EVERY_MS = 25;

/** Milliseconds; a machine that is busy with the attack itself needs some. */
const LIMIT_MS = 10_000;

export class Witness {
  count = 0;
  #sent = 0;
  #sentAt = performance.now();
  #client;
  #timer;
  #isOver = false;
  #transport;
  #onWrong;

  /** @param {number} port @param {"websocket" | "polling"} transport @param {(what: string) => void} onWrong */
  constructor(port, transport, onWrong) {
    this.#transport = transport;
    this.#onWrong = onWrong;
    this.#client = io(`http://127.0.0.1:${port}`, {
      ...{ transports: [transport], forceNew: true, reconnection: false },
    });
    this.connected = new Promise((resolve) =>
      this.#client.once("connect", () => resolve(undefined)),
    );
    this.#client
      .on("echo", (...args) => this.#onEcho(args))
      .on("disconnect", (reason, details) =>
        this.#wrong(
          `was disconnected: ${reason} ${details?.message ?? ""} ${details?.description ?? ""}`,
        ),
      )
      .on("connect_error", (error) => this.#wrong(`could not connect: ${error.message}`));
    this.#timer = setInterval(() => this.#ask(), EVERY_MS);
  }

  end() {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#client.disconnect();
  }

  /** One question at a time. */
  #ask() {
    if (!this.#client.connected) {
      return;
    }
    if (this.#sent > this.count) {
      if (performance.now() - this.#sentAt > LIMIT_MS) {
        this.#wrong(`got no echo in ${LIMIT_MS / 1000} s`);
      }
      return;
    }
    this.#sentAt = performance.now();
    this.#client.emit("echo", ...question(this.#sent++), this.#sent);
    this.#client.emit("echo", ...question(this.#sent++), this.#sent);
  }

  /** @param {unknown[]} args the last may be an offset */
  #onEcho(args) {
    const expected = [...question(this.count), this.count + 1];
    if (!isDeepStrictEqual(args.slice(0, expected.length), expected)) {
      const shown = JSON.stringify(args).slice(0, 200);
      this.#wrong(`got ${shown} in the place of echo ${this.count}`);
    }
    this.count++;
  }

  /** @param {string} what */
  #wrong(what) {
    if (!this.#isOver) {
      this.end();
      this.#onWrong(`the witness by ${this.#transport} ${what}`);
    }
  }
}

/** @param {number} number */
function question(number) {
  return number % 4 === 0
    ? [{ number, bytes: Buffer.from([number & 0xff, 1, 2]) }, "€"]
    : ["text", { number, "": [null] }, "x".repeat(number % 300)];
}
