// The responses on one HTTP connection, counted: each request is to get one.

const HEAD_END = Buffer.from("\r\n\r\n");
const MAX_HEAD = 65_536;
const EMPTY = Buffer.alloc(0);

/**
 * @typedef {object} Response
 * @property {number} status
 * @property {Map<string, string>} headers
 * @property {Buffer} body
 */

/**
 * @typedef {object} Awaited
 * @property {string} method or "UPGRADE"
 * @property {(response: Response | undefined) => void} done `undefined`: the connection was closed
 */

export class ResponseReader {
  #buffer = EMPTY;
  /** @type {Awaited[]} */
  #awaited = [];
  /** @type {Response | undefined} */
  #current;
  /** Bytes that the body still has; -1: as many as come. */
  #left = 0;
  #isChunked = false;
  /** @type {Buffer[]} */
  #parts = [];
  /** After an upgrade was refused: what follows were frames, which are no requests. */
  #isOver = false;
  /** The last request is not sent to its end: Node may answer its beginning, and then that it has no end. */
  #isBrokenOff = false;
  #onWrong;
  #onSwitch;

  /**
   * @param {(what: string) => void} onWrong
   * @param {(rest: Buffer) => void} [onSwitch] after a 101
   */
  constructor(onWrong, onSwitch) {
    this.#onWrong = onWrong;
    this.#onSwitch = onSwitch;
  }

  /** @param {Awaited} awaited */
  expect(awaited) {
    this.#awaited.push(awaited);
  }

  breakOff() {
    this.#isBrokenOff = true;
  }

  get awaited() {
    return this.#awaited.length;
  }

  /** @param {Buffer} bytes */
  push(bytes) {
    if (this.#isOver) {
      return;
    }
    this.#buffer = this.#buffer.length > 0 ? Buffer.concat([this.#buffer, bytes]) : bytes;
    while (!this.#isOver && (this.#current ? this.#readBody() : this.#readHead())) {
      // Until more bytes are needed.
    }
  }

  /** The connection was closed. */
  end() {
    if (this.#current && this.#left === -1) {
      this.#parts.push(this.#buffer);
      this.#complete();
    }
    for (const { done } of this.#awaited.splice(0)) {
      done(undefined);
    }
  }

  /** Whether a head was read. */
  #readHead() {
    const end = this.#buffer.indexOf(HEAD_END);
    if (end === -1) {
      if (this.#buffer.length > MAX_HEAD) {
        this.#wrong("a head without end");
      }
      return false;
    }
    const [first = "", ...lines] = this.#buffer.toString("latin1", 0, end).split("\r\n");
    this.#buffer = this.#buffer.subarray(end + HEAD_END.length);
    const status = Number(/^HTTP\/1\.1 ([1-5]\d\d)( |$)/.exec(first)?.[1]);
    if (!status) {
      return this.#wrong(`no status line: ${JSON.stringify(first.slice(0, 100))}`);
    }
    if (status < 200 && status !== 101) {
      return true;
    }
    if (this.#awaited.length === 0) {
      this.#isOver = this.#isBrokenOff;
      return !this.#isOver && this.#wrong(`a response that nobody asked for: ${first}`);
    }
    const headers = new Map();
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon < 1) {
        return this.#wrong(`no header: ${JSON.stringify(line.slice(0, 100))}`);
      }
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    this.#current = { status, headers, body: EMPTY };
    this.#start(this.#current);
    return true;
  }

  /** @param {Response} response */
  #start({ status, headers }) {
    this.#isChunked = false;
    this.#left = 0;
    const length = headers.get("content-length");
    if (status === 101 || status === 204 || status === 304 || this.#awaited[0].method === "HEAD") {
      return;
    }
    if (headers.get("transfer-encoding") === "chunked") {
      this.#isChunked = true;
    } else if (length === undefined) {
      this.#left = -1;
    } else {
      this.#left = Number(length);
    }
  }

  /** Whether there is more to read now. */
  #readBody() {
    if (this.#isChunked) {
      return this.#readChunk();
    }
    if (this.#left === -1 || this.#buffer.length < this.#left) {
      return false;
    }
    this.#parts.push(this.#buffer.subarray(0, this.#left));
    this.#buffer = this.#buffer.subarray(this.#left);
    this.#complete();
    return this.#buffer.length > 0;
  }

  #readChunk() {
    const end = this.#buffer.indexOf("\r\n");
    if (end === -1) {
      return false;
    }
    const size = Number.parseInt(this.#buffer.toString("latin1", 0, end), 16);
    if (Number.isNaN(size)) {
      return this.#wrong("no chunk size");
    }
    if (this.#buffer.length < end + size + 4) {
      return false;
    }
    this.#parts.push(this.#buffer.subarray(end + 2, end + 2 + size));
    this.#buffer = this.#buffer.subarray(end + size + 4);
    if (size === 0) {
      this.#complete();
    }
    return this.#buffer.length > 0;
  }

  #complete() {
    const response = this.#current;
    const awaited = this.#awaited.shift();
    this.#current = undefined;
    response.body = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [];
    awaited?.done(response);
    this.#isOver = awaited?.method === "UPGRADE" && response.status !== 101;
    if (response.status === 101) {
      const rest = this.#buffer;
      this.#buffer = EMPTY;
      this.#onSwitch?.(rest);
    }
  }

  /** @param {string} what */
  #wrong(what) {
    this.#onWrong(what);
    this.#buffer = EMPTY;
    return false;
  }
}
