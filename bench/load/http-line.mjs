// One keep-alive connection for HTTP requests, one at a time.
import { connect } from "node:net";
import { hostOf } from "./connection.mjs";

const MEMORY = Buffer.allocUnsafeSlow(65_536);

export class HttpLine {
  #socket;
  #received = "";
  #waiting;

  /** @param {number} index of the visitor @param {number} port */
  constructor(index, port) {
    this.host = `${hostOf(index)}:${port}`;
    this.#socket = connect({
      host: hostOf(index),
      port,
      noDelay: true,
      onread: { buffer: MEMORY, callback: (size) => this.#read(size) },
    });
    const lost = (error) => this.#settle("reject", error);
    this.#socket.on("error", lost);
    this.#socket.on("close", () => lost(new Error("the server closed the HTTP connection")));
  }

  /** The body of the answer, in ASCII. @param {string} text the whole request @returns {Promise<string>} */
  request(text) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(text, "latin1");
    });
  }

  end() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #settle(how, value) {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.[how](value);
  }

  #read(size) {
    this.#received += MEMORY.latin1Slice(0, size);
    const end = this.#received.indexOf("\r\n\r\n") + 4;
    if (end >= 4) {
      const head = this.#received.slice(0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
      if (!head.startsWith("HTTP/1.1 200") || Number.isNaN(length)) {
        this.#settle("reject", new Error(`the answer was: ${this.#received}`));
      } else if (this.#received.length >= end + length) {
        const body = this.#received.slice(end, end + length);
        this.#received = this.#received.slice(end + length);
        this.#settle("resolve", body);
      }
    }
    return true;
  }
}
