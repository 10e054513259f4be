import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { UwsHttpResponse } from "./app.ts";

/** A response of µWebSockets.js as Node has it. It is written as a whole, by `end`. */
export class UwsResponse extends ServerResponse {
  readonly #res: UwsHttpResponse;
  readonly #chunks: Uint8Array[] = [];
  #headersWritten = false;

  constructor(request: IncomingMessage, res: UwsHttpResponse) {
    super(request);
    this.#res = res;
    // Node looks at what it has written itself.
    Object.defineProperty(this, "headersSent", { get: () => this.#headersWritten });
    res.onAborted(() => {
      request.destroy();
      this.#gone();
    });
  }

  override writeHead(status: number, ...rest: unknown[]): this {
    this.statusCode = status;
    const headers = (rest.at(-1) ?? {}) as OutgoingHttpHeaders;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) {
        this.setHeader(name, value);
      }
    }
    this.#headersWritten = true;
    return this;
  }

  override write(chunk: string | Uint8Array): boolean {
    this.#chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    return true;
  }

  override end(chunk?: unknown): this {
    if (this.writableEnded || this.destroyed) {
      return this;
    }
    if (typeof chunk === "string" || chunk instanceof Uint8Array) {
      this.write(chunk);
    }
    if (!this.#headersWritten) {
      this.writeHead(this.statusCode);
    }
    this.finished = true;
    const res = this.#res;
    res.cork(() => {
      res.writeStatus(`${this.statusCode} ${STATUS_CODES[this.statusCode] ?? ""}`);
      this.writeHeadersTo(res);
      res.end(Buffer.concat(this.#chunks), this.getHeader("connection") === "close");
    });
    this.emit("finish");
    this.#gone();
    return this;
  }

  /** Writes what was set, but for the length, which µWebSockets.js knows itself. */
  writeHeadersTo(res: UwsHttpResponse): void {
    for (const name of this.getHeaderNames()) {
      const value = this.getHeader(name);
      if (name !== "content-length" && value !== undefined) {
        for (const one of Array.isArray(value) ? value : [value]) {
          res.writeHeader(name, String(one));
        }
      }
    }
  }

  #gone(): void {
    if (!this.destroyed) {
      this.destroyed = true;
      this.emit("close");
    }
  }
}
