import type { Packet, RawData } from "@hawser/engine-codec/frames";
import { incompatibleServer, TransportError } from "../errors.ts";
import type { HttpReply, HttpRequest, SendRequest } from "../platform/platform.ts";
import { batchLength } from "./batch.ts";
import { withBlobsRead } from "./blobs.ts";
import { Transport } from "./transport.ts";

type State = "opening" | "open" | "pausing" | "closed";

/** How long answers are awaited after the close, in milliseconds. */
const LATE_MS = 5000;

/** HTTP long-polling: one GET hangs to receive, a POST at a time sends. */
export abstract class Polling extends Transport {
  /** The platform's way to send a request. */
  protected abstract readonly request: SendRequest;
  /** What the failure of a GET and of a POST is called. */
  protected abstract readonly failures: readonly [get: string, post: string];

  #state: State = "opening";
  #abortGet: (() => void) | undefined;
  #posting = false;
  #onPaused: (() => void) | undefined;

  override get name(): string {
    return "polling";
  }

  override open(): void {
    if (this.opts.forceBase64) {
      // The server reads it from the request that opens the session.
      this.query.b64 = "1";
      this.#get();
      delete this.query.b64;
    } else {
      this.#get();
    }
  }

  override send(packets: readonly Packet[]): void {
    this.writable = false;
    this.#posting = true;
    withBlobsRead(
      packets,
      (ready) =>
        this.#post(ready, () => {
          this.#posting = false;
          this.writable = this.#state !== "closed";
          this.emitReserved("drain");
          this.handler?.transportDrained();
          this.#checkPaused();
        }),
      (error) => this.handler?.transportFailed(new TransportError(this.failures[1], error)),
    );
  }

  override batchLength(packets: readonly Packet[], maxBytes: number | undefined): number {
    return maxBytes ? batchLength(packets, maxBytes) : packets.length;
  }

  override pause(paused: () => void): void {
    this.#state = "pausing";
    this.#onPaused = paused;
    this.#checkPaused();
  }

  override resume(): void {
    if (this.#state === "pausing") {
      this.#state = "open";
      this.#onPaused = undefined;
      if (!this.#abortGet) {
        this.#get();
      }
    }
  }

  override close(): void {
    const before = this.#state;
    this.#state = "closed";
    this.writable = false;
    if (before === "closed") {
      return;
    }
    // While opening, the session id is still to come: see #received.
    const abortPost = before === "opening" ? undefined : this.#sendClose();
    // A server that is stuck answers neither.
    const timer: { unref?(): unknown } | number = setTimeout(() => {
      this.#abortGet?.();
      abortPost?.();
    }, LATE_MS);
    if (typeof timer === "object") {
      timer.unref?.();
    }
    this.handler?.transportClosed();
  }

  #get(): void {
    this.#abortGet = this.#call("GET", undefined, (body) => {
      this.#abortGet = undefined;
      this.#received(body);
    });
    this.emitReserved("poll");
  }

  #post(packets: readonly Packet[], sent: () => void): () => void {
    return this.#call("POST", this.opts.codec.payload!.encode(packets), sent);
  }

  #received(body: RawData): void {
    for (const packet of this.opts.codec.payload!.decode(body)) {
      if (this.#state === "closed") {
        this.#closeLate(packet);
        return;
      }
      if (packet.type === "error" && /^\d+:0{/.test(body as string)) {
        this.handler?.transportFailed(incompatibleServer());
        return;
      }
      if (this.#state === "opening" && packet.type === "open") {
        this.#state = "open";
        this.writable = true;
        this.handler?.transportOpened();
      }
      if (packet.type === "close") {
        this.#state = "closed";
        this.handler?.transportClosed({ description: "transport closed by the server" });
        return;
      }
      this.handler?.transportReceived(packet);
    }
    this.emitReserved("pollComplete");
    if (this.#state === "open") {
      this.#get();
    } else {
      this.#checkPaused();
    }
  }

  /** The server has made a session that was given up meanwhile: it should not wait for its heartbeat. */
  #closeLate(packet: Packet): void {
    const sid = packet.type === "open" && /"sid":"([^"]+)"/.exec(`${packet.data}`)?.[1];
    if (sid && !this.query.sid) {
      this.query.sid = sid;
      this.#sendClose();
    }
  }

  #sendClose(): () => void {
    return this.#post([{ type: "close" }], () => this.#abortGet?.());
  }

  #checkPaused(): void {
    if (this.#onPaused && !this.#abortGet && !this.#posting) {
      const paused = this.#onPaused;
      this.#onPaused = undefined;
      paused();
    }
  }

  #call(method: "GET" | "POST", body: string | undefined, ok: (body: RawData) => void): () => void {
    const { opts } = this;
    const headers: HttpRequest["headers"] = { Accept: "*/*", ...opts.extraHeaders };
    if (body !== undefined) {
      headers["Content-type"] = "text/plain;charset=UTF-8";
    }
    const url = this.address("http", opts.timestampRequests !== false);
    const done = ({ body, failure }: HttpReply): void => {
      if (!failure) {
        ok(body);
      } else if (this.#state !== "closed") {
        const message = this.failures[method === "GET" ? 0 : 1];
        const { description, context } = failure;
        const error = new TransportError(message, description, context);
        const status = description as number;
        this.handler?.transportFailed(Object.assign(error, status > 0 && { status }));
      }
    };
    try {
      return this.request(
        {
          method,
          url,
          body,
          headers,
          options: opts,
          responseType: opts.codec.payload!.responseType,
        },
        done,
      );
    } catch (description) {
      // A port, an agent or a header that cannot be. Not at once: the caller is not ready for it.
      queueMicrotask(() => done({ body: "", failure: { description } }));
      return () => {};
    }
  }
}
