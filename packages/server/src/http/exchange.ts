import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { type EngineRequest, headerOf } from "./request.ts";

export type BodyFailure = "too large" | "aborted";

/**
 * One request and its reply, the only form in which polling sees HTTP. The reply is given once;
 * later ones are ignored, so that a race between a poll and a close cannot throw.
 */
export class Exchange {
  readonly request: EngineRequest;
  readonly #response: ServerResponse;
  #onGone: (() => void) | undefined;
  #onLeft: (() => void) | undefined;
  #replied = false;

  constructor(request: EngineRequest, response: ServerResponse) {
    this.request = request;
    this.#response = response;
    response.on("close", () => this.#responseOnClose());
  }

  get method(): string {
    return this.request.method ?? "";
  }

  /** @param name in lower case */
  header(name: string): string {
    return headerOf(this.request, name) ?? "";
  }

  /** Calls back when the peer goes away before the reply, or has gone already. */
  onGone(listener: () => void): void {
    if (this.gone) {
      listener();
    } else {
      this.#onGone = listener;
    }
  }

  /** Calls back when the reply has left, or nobody takes it any more. */
  onLeft(listener: () => void): void {
    this.#onLeft = listener;
  }

  /** Ends the connection, whatever has still to be sent. */
  destroy(): void {
    this.#response.destroy?.();
  }

  reply(status: number, headers: OutgoingHttpHeaders = {}, body: string | Uint8Array = ""): void {
    if (this.#replied) {
      return;
    }
    this.#replied = true;
    const response = this.#response;
    if (!response.headersSent) {
      response.writeHead(status, headers);
    }
    response.end(body);
  }

  /** Replies, and ends the connection: the rest of the request would be read for nothing. */
  replyAndClose(status: number): void {
    // HTTP/2 has no such header, and needs none.
    this.reply(status, this.request.httpVersionMajor > 1 ? {} : { Connection: "close" });
  }

  /** Whether the peer went away before the reply. */
  get gone(): boolean {
    return this.#response.destroyed;
  }

  /**
   * Reads the whole body, but no more than `limit` bytes of it.
   * @param done called once, with the bytes or with what went wrong
   */
  readBody(limit: number, done: (failure: BodyFailure | undefined, body: Buffer) => void): void {
    const { request } = this;
    if (Number(this.header("content-length")) > limit) {
      done("too large", Buffer.alloc(0));
      return;
    }
    if (request.destroyed || request.readableEnded) {
      done("aborted", Buffer.alloc(0));
      return;
    }
    const body = new Body();
    const finish = (failure?: BodyFailure) => {
      request.off("data", requestOnData).off("end", requestOnEnd).off("close", requestOnClose);
      done(failure, body.bytes);
    };
    const requestOnData = (chunk: Buffer) => {
      if (body.length + chunk.length > limit) {
        finish("too large");
      } else {
        body.append(chunk);
      }
    };
    const requestOnEnd = () => finish();
    const requestOnClose = () => finish("aborted");
    request.on("data", requestOnData).on("end", requestOnEnd).on("close", requestOnClose);
  }

  #responseOnClose(): void {
    // The session may keep the request; it need not keep this response.
    this.request.res = undefined;
    if (!this.#replied) {
      this.#replied = true;
      this.#onGone?.();
    }
    this.#onLeft?.();
  }
}

/** Bytes that grow by copying: a body of many tiny chunks must not cost an object for each. */
class Body {
  length = 0;
  #buffer: Buffer = Buffer.alloc(0);

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }

  append(chunk: Buffer): void {
    const length = this.length + chunk.length;
    if (this.length === 0) {
      this.#buffer = chunk;
    } else {
      if (length > this.#buffer.length) {
        const larger = Buffer.allocUnsafe(2 * length);
        larger.set(this.bytes);
        this.#buffer = larger;
      }
      this.#buffer.set(chunk, this.length);
    }
    this.length = length;
  }
}
