import type { OutgoingHttpHeaders } from "node:http";
import type { Packet } from "@hawser/engine-codec/frames";
import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import { LimitError, PayloadTooLargeError } from "../errors.ts";
import { type BodyFailure, Exchange } from "../http/exchange.ts";
import type { EngineRequest } from "../http/request.ts";
import { limitsOf } from "../limits/limits.ts";
import type { EngineOptions, TransportName } from "../options.ts";
import type { TransportCodec } from "./codec.ts";
import { chooseEncoding, compress, isWorthCompressing } from "./compression.ts";
import { NOBODY, Transport } from "./transport.ts";

/** How long a closed session waits for a poll that it can tell, in milliseconds. */
const CLOSE_GRACE_MS = 30_000;

const NOOP: Packet = { type: "noop" };
const CLOSE: Packet = { type: "close" };

/** HTTP long-polling: GET waits for packets to the client, POST brings packets from it. */
export class PollingTransport extends Transport implements Expirable {
  static override readonly upgradesTo: readonly TransportName[] = ["websocket", "webtransport"];

  readonly #options: EngineOptions;
  readonly #timers: Timers;
  /** The GET that waits for packets. */
  #poll: Exchange | undefined;
  /** Whether the answer to that GET is being made. */
  #answering = false;
  /** The last request that was refused for its size: most clients leave after that. */
  #tooLarge: PayloadTooLargeError | undefined;
  /** The POST whose body is being read. */
  #post: Exchange | undefined;
  /** Whether that POST is left unread. */
  #isUnread = false;
  #isPaused = false;
  /** The answers of polls that the peer has not taken yet, and what they weigh. */
  #leaving: Set<Exchange> | undefined;
  #bytesLeaving = 0;
  #onEmpty: (() => void) | undefined;
  #onClosed: (() => void) | undefined;
  #grace: Duration | undefined;
  /** Where the session waits for the next poll, if that has a limit. */
  #gap: Duration | undefined;

  constructor(codec: TransportCodec, options: EngineOptions, timers: Timers) {
    super(codec);
    this.#options = options;
    this.#timers = timers;
  }

  get name(): "polling" {
    return "polling";
  }

  override get bytesRead(): number {
    return this.#post?.request.socket.bytesRead ?? 0;
  }

  override get bufferedBytes(): number {
    return this.#bytesLeaving;
  }

  /** Takes the next request of the session; its response MUST be there as `request.res`. */
  override onRequest(request: EngineRequest): void {
    if (!request.res) {
      return;
    }
    const exchange = new Exchange(request, request.res);
    if (exchange.method === "GET") {
      this.#exchangeOnPoll(exchange);
    } else if (exchange.method === "POST") {
      this.#exchangeOnPost(exchange);
    } else {
      exchange.reply(500);
    }
  }

  send(packets: readonly Packet[]): void {
    this.#answer(packets, () => this.sent());
  }

  /** The next POST has to wait. */
  override pause(): void {
    this.#isPaused = true;
  }

  override resume(): void {
    this.#isPaused = false;
    if (this.#isUnread && this.#post) {
      this.#read(this.#post);
    }
  }

  override whenEmpty(callback: () => void): boolean {
    this.#onEmpty = callback;
    return true;
  }

  override abort(): void {
    this.discard();
    for (const exchange of this.#leaving ?? []) {
      exchange.destroy();
    }
  }

  close(done?: () => void): void {
    if (this._readyState !== "open") {
      return;
    }
    this._readyState = "closing";
    this.#endGap();
    this.#onClosed = done;
    if (this.#poll && !this.#answering) {
      this.#tellOfClose();
      this.#finishClosing();
    } else {
      this.#grace = this.#timers.start(this, CLOSE_GRACE_MS);
    }
  }

  discard(): void {
    if (this._readyState === "closed") {
      return;
    }
    this.#grace?.stop(this);
    this.#endGap();
    this.#onClosed = undefined;
    this.#tellOfClose();
    this.handler = NOBODY;
    this.closed();
  }

  /** No poll came in time; a closing session could have told it of the close. */
  [expire](): void {
    if (this._readyState === "closing") {
      this.#finishClosing();
    } else {
      const { pollGap } = limitsOf(this.#options);
      this.#fail("no poll in time", new LimitError("pollGap", pollGap));
    }
  }

  #exchangeOnPoll(exchange: Exchange): void {
    if (this.#poll) {
      exchange.reply(400);
      this.#fail("overlap from client");
      return;
    }
    if (this._readyState === "closed") {
      exchange.reply(400);
      return;
    }
    this.#poll = exchange;
    this.#endGap();
    exchange.onGone(() => this.#exchangeOnGone(exchange));
    if (this.#poll !== exchange) {
      return;
    }
    if (this._readyState === "closing") {
      this.#answer([NOOP, CLOSE]);
      this.#finishClosing();
      return;
    }
    this.writable = true;
    this.ready();
  }

  #exchangeOnPost(exchange: Exchange): void {
    if (this.#post) {
      exchange.reply(400);
      this.#fail("data request overlap from client");
      return;
    }
    this.#post = exchange;
    if (this.#isPaused) {
      this.#isUnread = true;
    } else {
      this.#read(exchange);
    }
  }

  #read(exchange: Exchange): void {
    this.#isUnread = false;
    exchange.readBody(this.#options.maxHttpBufferSize, (failure, body) =>
      this.#bodyOnRead(exchange, failure, body),
    );
  }

  #bodyOnRead(exchange: Exchange, failure: BodyFailure | undefined, body: Buffer): void {
    this.#post = undefined;
    if (failure === "too large") {
      const size = Number(exchange.header("content-length")) || undefined;
      this.#tooLarge = new PayloadTooLargeError(this.#options.maxHttpBufferSize, size);
      this.handler.transportRefused("maxHttpBufferSize");
      // The rest of the body would be read for nothing.
      exchange.replyAndClose(413);
      return;
    }
    if (failure === "aborted") {
      exchange.reply(400);
      this.#fail("data request connection closed prematurely");
      return;
    }
    const packets = this.#decode(exchange, body);
    if (!packets) {
      return;
    }
    this.#reply(exchange, { "Content-Type": "text/html", "Content-Length": 2 }, "ok");
    for (const packet of packets) {
      if (this._readyState === "closed") {
        return;
      }
      if (packet.type === "close") {
        this.#answer([NOOP]);
        this.#grace?.stop(this);
        this.#endGap();
        this.closed(this.#tooLarge);
        return;
      }
      this.#tooLarge = undefined;
      this.received(packet);
    }
  }

  /** The packets of a body; where they cannot be read, the request and the session are done with. */
  #decode(exchange: Exchange, body: Buffer): Packet[] | undefined {
    let packets: Packet[] | undefined;
    let problem: unknown;
    try {
      const { packetsPerPayload } = limitsOf(this.#options);
      packets = this.codec.decodeBody(body, exchange.header("content-type"), packetsPerPayload);
    } catch (error) {
      problem = error;
    }
    if (!packets) {
      exchange.reply(400);
      this.#fail("invalid content", problem);
    }
    return packets;
  }

  /** Answers the poll, if one waits. It stays ours until the answer is complete, which may take time. */
  #answer(packets: readonly Packet[], sent?: () => void): void {
    const poll = this.#poll;
    if (!poll || this.#answering) {
      return;
    }
    this.#answering = true;
    this.writable = false;
    const { type, body } = this.codec.encodeBody(packets);
    const bytes = Buffer.byteLength(body);
    this.#watch(poll, bytes);
    const option = this.#options.httpCompression;
    const encoding =
      isWorthCompressing(option, bytes) && packets.some(isCompressible)
        ? chooseEncoding(poll.header("accept-encoding"))
        : undefined;
    if (!encoding) {
      this.#completeAnswer(poll, { "Content-Type": type, "Content-Length": bytes }, body, sent);
      return;
    }
    compress(body, encoding, option, (error, compressed) => {
      if (error) {
        poll.reply(500);
        this.#fail("compression failed", error);
        return;
      }
      const headers = { "Content-Type": type, "Content-Encoding": encoding };
      this.#completeAnswer(poll, headers, compressed, sent);
    });
  }

  /** Counts an answer until the peer has taken it. */
  #watch(poll: Exchange, bytes: number): void {
    this.#leaving ??= new Set();
    this.#leaving.add(poll);
    this.#bytesLeaving += bytes;
    poll.onLeft(() => {
      this.#leaving?.delete(poll);
      this.#bytesLeaving -= bytes;
      if (this.#bytesLeaving === 0) {
        const onEmpty = this.#onEmpty;
        this.#onEmpty = undefined;
        onEmpty?.();
      }
    });
  }

  #completeAnswer(
    poll: Exchange,
    headers: OutgoingHttpHeaders,
    body: string | Uint8Array,
    sent: (() => void) | undefined,
  ): void {
    if (this.#poll === poll) {
      this.#poll = undefined;
      this.#answering = false;
    }
    this.#reply(poll, headers, body);
    if (this._readyState !== "closed") {
      sent?.();
      this.#startGap();
    }
  }

  /** From the answer of a poll on, the session waits for the next one. */
  #startGap(): void {
    const { pollGap } = limitsOf(this.#options);
    if (this._readyState === "open" && !this.#poll && Number.isFinite(pollGap)) {
      this.#gap = this.#timers.restart(this, pollGap, this.#gap);
    }
  }

  #endGap(): void {
    this.#gap?.stop(this);
    this.#gap = undefined;
  }

  #exchangeOnGone(exchange: Exchange): void {
    if (this.#poll === exchange) {
      this.#poll = undefined;
      this.#answering = false;
      this.writable = false;
      this.#fail("poll connection closed prematurely");
    }
  }

  #fail(message: string, description?: unknown): void {
    if (this._readyState !== "closed") {
      this.failed(message, description);
    }
  }

  #tellOfClose(): void {
    this.#post?.replyAndClose(400);
    this.#answer([CLOSE]);
  }

  #finishClosing(): void {
    this.#grace?.stop(this);
    const done = this.#onClosed;
    this.#onClosed = undefined;
    done?.();
    this.closed();
  }

  #reply(exchange: Exchange, headers: OutgoingHttpHeaders, body: string | Uint8Array): void {
    headers["cache-control"] = "no-store";
    const agent = exchange.header("user-agent");
    if (agent.includes(";MSIE") || agent.includes("Trident/")) {
      headers["X-XSS-Protection"] = "0";
    }
    this.answers(headers, exchange.request);
    exchange.reply(200, headers, body);
  }
}

function isCompressible({ options }: Packet): boolean {
  return options?.compress !== false;
}
