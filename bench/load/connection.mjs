// One WebSocket connection, from the TCP connection to the joined namespace.
import { connect } from "node:net";
import { CLOSE, clientFrame, FIRST_NUMBER, TEXT } from "./frames.mjs";
import { upgradeRequest } from "./headers.mjs";
import { FrameReader } from "./reader.mjs";

/** Node reads and calls back at once, so all sockets read into the same memory. */
const MEMORY = Buffer.allocUnsafeSlow(65_536);
const SHOWN = 200;

/** Several addresses of this machine, for a process has no more than 28,000 ports to each. */
export const hostOf = (index) => `127.0.0.${2 + (index % 8)}`;

/**
 * @typedef {object} Receiver who gets the messages, once connected
 * @property {(connection: Connection, bytes: Buffer, at: number, length: number, opcode: number) => void} message
 *
 * @typedef {object} Drill
 * @property {Receiver | undefined} current
 * @property {Receiver | undefined} idle between drills
 * @property {((connection: Connection) => void) | undefined} ping at each heartbeat
 * @property {(error: Error) => void} fail
 */
export class Connection {
  socket;
  /** The number of the next message to send, and the one to come next. */
  sent = FIRST_NUMBER;
  heard = FIRST_NUMBER;
  /** Free for the drill. */
  left = 0;
  /** Its own, instead of the drill. @type {Receiver | undefined} */
  receiver;
  #dialect;
  #reader = new FrameReader((...message) => this.#message(...message));
  #response = "";
  /** @type {"upgrading" | "opening" | "connecting" | "connected" | "closing" | "closed"} */
  #state = "upgrading";
  #pong;
  #settle;
  #closed;
  /** @type {Drill} */
  #drill;

  /** @param {{ index: number, port: number, dialect: any, drill: Drill, path?: string, receiver?: Receiver, probe?: boolean }} options
   *   a probe is ready when the WebSocket is open: its session exists already */
  constructor({ index, port, dialect, drill, path = dialect.path, receiver, probe = false }) {
    this.index = index;
    this.receiver = receiver;
    this.#dialect = dialect;
    this.#drill = drill;
    this.#pong = dialect.pong && clientFrame(TEXT, dialect.pong);
    this.probe = probe;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.closed = new Promise((resolve) => {
      this.#closed = resolve;
    });
    const host = hostOf(index);
    this.socket = connect({
      host,
      port,
      noDelay: true,
      onread: { buffer: MEMORY, callback: (size) => this.#read(size) },
    });
    this.socket.write(upgradeRequest(path, `${host}:${port}`, index));
    this.socket.on("error", (error) => this.#lost(error));
    this.socket.on("close", () => this.#lost(new Error("the server closed the connection")));
  }

  /** @param {Buffer} frame */
  write(frame) {
    this.socket.write(frame);
  }

  /** Ends it as a page does, by a close frame, or without a word. */
  end(abrupt = false) {
    this.#state = "closing";
    if (abrupt) {
      this.socket.resetAndDestroy();
    } else {
      this.socket.end(clientFrame(CLOSE, ""));
    }
    return this.closed;
  }

  #lost(error) {
    const expected = this.#state === "closing" || this.#state === "closed";
    this.#state = "closed";
    this.socket.destroy();
    this.#closed();
    if (!expected) {
      this.#settle.reject(error);
      this.#drill.fail(error);
    }
  }

  #read(size) {
    if (this.#state !== "upgrading") {
      this.#reader.read(MEMORY, 0, size);
      return true;
    }
    // Servers answer in one piece, often with the first frame behind it.
    this.#response += MEMORY.latin1Slice(0, size);
    const end = this.#response.indexOf("\r\n\r\n");
    if (end >= 0) {
      const head = this.#response.slice(0, end);
      if (!head.startsWith("HTTP/1.1 101") || /extensions/i.test(head)) {
        this.#lost(new Error(`the answer to the upgrade was: ${head}`));
        return false;
      }
      const rest = Buffer.from(this.#response.slice(end + 4), "latin1");
      this.#response = "";
      this.#state = this.probe ? "connected" : "opening";
      if (this.probe) {
        this.#settle.resolve(this);
      }
      this.#reader.read(rest, 0, rest.length);
    }
    return true;
  }

  #message(bytes, at, length, opcode) {
    if (opcode > 7) {
      if (opcode === CLOSE && this.#state !== "closing") {
        this.#lost(new Error("the server sent a close frame"));
      }
    } else if (length === 1 && this.#pong && bytes[at] === this.#dialect.ping.charCodeAt(0)) {
      this.write(this.#pong);
      this.#drill.ping?.(this);
    } else if (this.#state === "connected") {
      this.#receive(bytes, at, length, opcode);
    } else if (this.#state !== "closing") {
      this.#join(bytes.latin1Slice(at, at + Math.min(length, SHOWN)));
    }
  }

  #receive(bytes, at, length, opcode) {
    const receiver = this.receiver ?? this.#drill.current ?? this.#drill.idle;
    if (receiver === undefined) {
      const text = bytes.latin1Slice(at, at + Math.min(length, SHOWN));
      this.#drill.fail(new Error(`a message that nothing asked for: ${text}`));
    } else {
      receiver.message(this, bytes, at, length, opcode);
    }
  }

  #join(message) {
    if (this.#state === "opening" && this.#dialect.isOpen(message)) {
      this.#state = "connecting";
      this.write(clientFrame(TEXT, this.#dialect.connect));
    } else if (this.#state === "connecting" && this.#dialect.isConnected(message)) {
      this.#state = "connected";
      this.#settle.resolve(this);
    } else {
      this.#lost(new Error(`while ${this.#state}: ${message}`));
    }
  }
}
