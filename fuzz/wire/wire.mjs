// One TCP connection to the server under test.
import { connect } from "node:net";
import { FrameReader } from "./frame-reader.mjs";
import { ResponseReader } from "./response-reader.mjs";

/** @typedef {import("./response-reader.mjs").Response} Response */

/**
 * @typedef {object} WireHost
 * @property {number} port
 * @property {(what: string) => void} onWrong
 */

export class Wire {
  /** Whether a WebSocket has come of it. */
  isWebSocket = false;
  isClosed = false;
  /** Whether the server has said that nothing more will come. */
  isEnded = false;
  /** Whether what comes is not read. */
  isDeaf = false;
  #socket;
  #responses;
  /** @type {FrameReader | undefined} */
  #frames;
  #whenClosed;

  /**
   * @param {WireHost} host
   * @param {object} [options]
   * @param {boolean} [options.staysOpen] does not end when the server does, as no proper client does
   * @param {(text: string) => void} [options.onText] for text that comes by WebSocket
   */
  constructor({ port, onWrong }, { staysOpen = false, onText = () => {} } = {}) {
    this.#responses = new ResponseReader(onWrong, (rest) => {
      this.isWebSocket = true;
      this.#frames = new FrameReader(onWrong, onText);
      this.#frames.push(rest);
    });
    this.#socket = connect({ port, host: "127.0.0.1", allowHalfOpen: staysOpen, noDelay: true });
    this.#whenClosed = new Promise((resolve) => {
      const socketOnEnd = () => {
        this.isEnded = true;
        this.#responses.end();
      };
      const socketOnClose = () => {
        this.isClosed = true;
        socketOnEnd();
        resolve(undefined);
      };
      this.#socket.on("close", socketOnClose).on("end", socketOnEnd);
    });
    this.#socket
      .on("data", (bytes) => (this.#frames ?? this.#responses).push(bytes))
      .on("error", () => {});
  }

  /**
   * The answer to one request; `undefined` when the connection is closed before.
   * @param {string} method
   * @returns {Promise<Response | undefined>}
   */
  expect(method) {
    return new Promise((done) => {
      if (this.isEnded) {
        done(undefined);
      } else {
        this.#responses.expect({ method, done });
      }
    });
  }

  /** The request that comes next is the last, and has no end. @param {string} method */
  expectBrokenOff(method) {
    this.#responses.expect({ method, done: () => {} });
    this.#responses.breakOff();
  }

  /** Sends the pieces in turns of their own. @param {Buffer} bytes @param {readonly number[]} cuts */
  async send(bytes, cuts) {
    let start = 0;
    for (const cut of cuts) {
      this.#write(bytes.subarray(start, cut));
      start = cut;
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#write(bytes.subarray(start));
  }

  /** @param {Buffer} bytes */
  #write(bytes) {
    if (this.#socket.writable && bytes.length > 0) {
      this.#socket.write(bytes);
    }
  }

  /** Says that nothing more will come. */
  finish() {
    this.#socket.end();
  }

  /** Stops reading what comes. */
  pause() {
    this.isDeaf = true;
    this.#socket.pause();
  }

  resume() {
    this.isDeaf = false;
    this.#socket.resume();
  }

  reset() {
    // Once it is shutting down, Node cannot reset it any more, and would forget to close it.
    if (this.#socket.connecting || this.#socket.writableEnded) {
      this.#socket.destroy();
    } else {
      this.#socket.resetAndDestroy();
    }
  }

  /** For reports. */
  get description() {
    const { bytesRead, bytesWritten, readyState, connecting } = this.#socket;
    return `${bytesWritten} bytes sent, ${bytesRead} received, ${connecting ? "connecting" : readyState}`;
  }

  get whenClosed() {
    return this.#whenClosed;
  }
}
