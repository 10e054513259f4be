import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { Duplex } from "node:stream";

/** Every outgoing message of Node has it; its types know of requests only. */
interface RawHeaders {
  getRawHeaderNames(): string[];
}

/**
 * The response that middlewares see on an upgrade request: headers set on it are sent with the 101,
 * and ending it ends the connection. Nothing else that is written to it goes anywhere.
 */
export class UpgradeResponse extends ServerResponse {
  readonly #socket: Duplex;

  constructor(request: IncomingMessage, socket: Duplex) {
    super(request);
    this.#socket = socket;
  }

  /** What middlewares want in the 101, with names as they wrote them; `undefined` for nothing. */
  get headers(): OutgoingHttpHeaders | undefined {
    const names = (this as unknown as RawHeaders).getRawHeaderNames();
    return names.length > 0
      ? Object.fromEntries(names.map((name) => [name, this.getHeader(name)]))
      : undefined;
  }

  override write(): boolean {
    return true;
  }

  override writeHead(status: number): this {
    this.statusCode = status;
    return this;
  }

  override end(): this {
    if (!this.finished) {
      this.finished = true;
      this.emit("finish");
      this.#socket.destroy();
      this.emit("close");
    }
    return this;
  }
}

/** Answers an upgrade request with a plain HTTP error and ends the connection. */
export function rejectUpgrade(
  socket: Duplex,
  status: number,
  message: string,
  headers: OutgoingHttpHeaders = { "Content-type": "text/html" },
): void {
  if (socket.writable) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${lines.join("")}` +
        `Content-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
    );
  }
  socket.once("finish", () => socket.destroy());
}
