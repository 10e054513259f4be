import { bytesOf, type Packet, StreamReader, streamHead } from "@hawser/engine-codec/frames";
import { TransportError } from "../errors.ts";
import { withBlobsRead } from "./blobs.ts";
import { Transport } from "./transport.ts";

/** One bidirectional stream of a WebTransport session, by the runtime's own `WebTransport`. */
export class WebTransport extends Transport {
  /** Asked for each session: polyfills are loaded after imports. */
  static isAvailable(): boolean {
    return "WebTransport" in globalThis;
  }

  readonly #utf8 = new TextEncoder();
  #session: globalThis.WebTransport | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #ended = false;

  override get name(): string {
    return "webtransport";
  }

  override open(): void {
    this.#run().catch((error) => this.#failed(error));
  }

  override send(packets: readonly Packet[]): void {
    this.writable = false;
    withBlobsRead(
      packets,
      // A stream that breaks ends its session; if that broke first, it tells why.
      (ready) =>
        this.#write(ready, () => this.handler?.transportDrained()).catch(() =>
          this.#session!.close(),
        ),
      (error) => this.#failed(error),
    );
  }

  override close(): void {
    if (this.#end()) {
      this.handler?.transportClosed();
    }
    this.#session?.close();
  }

  /** The life of a session; rejects if it breaks. */
  async #run(): Promise<void> {
    const { host, pathname } = new URL(this.address("http", false));
    const session = new globalThis.WebTransport(
      `https://${host}${pathname}`,
      this.opts.transportOptions?.webtransport as WebTransportOptions,
    );
    this.#session = session;
    // Awaited below, unless a step before that fails.
    session.closed.catch(() => {});
    await session.ready;
    const { readable, writable } = await session.createBidirectionalStream();
    this.#writer = writable.getWriter();
    const { sid } = this.query;
    await this.#write([{ type: "open", data: sid && JSON.stringify({ sid }) }], () =>
      this.handler?.transportOpened(),
    );
    // A server that ends or breaks the stream alone could not ping either.
    this.#read(readable.getReader())
      .catch(() => {})
      .then(() => session.close());
    await session.closed;
    if (this.#end()) {
      this.handler?.transportClosed({ description: "webtransport connection closed" });
    }
  }

  async #read(source: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const reader = new StreamReader(Number.MAX_SAFE_INTEGER);
    for (;;) {
      const { done, value } = await source.read();
      if (done) {
        return;
      }
      for (const packet of reader.push(value)) {
        if (!this.#ended) {
          this.handler?.transportReceived(packet);
        }
      }
    }
  }

  async #write(packets: readonly Packet[], done: () => void): Promise<void> {
    for (const packet of packets) {
      const frame = this.opts.codec.encodeFrame(packet);
      const isBinary = typeof frame !== "string";
      const payload = isBinary ? bytesOf(frame) : this.#utf8.encode(frame);
      await this.#writer!.write(streamHead(payload.length, isBinary));
      await this.#writer!.write(payload);
    }
    if (!this.#ended) {
      this.writable = true;
      done();
    }
  }

  #failed(error: unknown): void {
    if (this.#end()) {
      this.handler?.transportFailed(new TransportError("webtransport error", error));
    }
  }

  /** Whether the end was still to be told. */
  #end(): boolean {
    const first = !this.#ended;
    this.#ended = true;
    this.writable = false;
    return first;
  }
}
