import { bytesOf, type Packet, StreamReader, streamHead } from "@hawser/engine-codec/frames";
import { throwLater } from "../throw-later.ts";
import type { TransportCodec } from "./codec.ts";
import { NOBODY, Transport } from "./transport.ts";

/** What is used of a WebTransport session, as HTTP/3 servers hand it over. */
export interface WebTransportSession {
  /** Settles when the session has ended. */
  readonly closed: Promise<unknown>;
  readonly incomingBidirectionalStreams: ReadableStream<WebTransportStream>;
  close(): unknown;
}

export interface WebTransportStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** One bidirectional stream of a WebTransport session. */
export class WebTransportTransport extends Transport {
  readonly #session: WebTransportSession;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #frames: StreamReader;
  #bytesRead = 0;
  #bytesLeaving = 0;
  /** While nothing is to be read. */
  #pause: Promise<void> | undefined;
  #resume: (() => void) | undefined;

  /** @param maxPayload bytes that one message may have */
  constructor(
    codec: TransportCodec,
    session: WebTransportSession,
    stream: WebTransportStream,
    maxPayload: number,
  ) {
    super(codec);
    this.writable = true;
    this.#session = session;
    this.#writer = stream.writable.getWriter();
    this.#frames = new StreamReader(maxPayload);
    const onClosed = (description?: unknown) => this.closed(description);
    session.closed.then(() => onClosed(), onClosed);
    // A broken stream shows in what is written; this is the same error once more.
    this.#writer.closed.catch(() => {});
    this.#read(stream.readable.getReader()).catch(throwLater);
  }

  get name(): "webtransport" {
    return "webtransport";
  }

  override get bytesRead(): number {
    return this.#bytesRead;
  }

  override get bufferedBytes(): number {
    return this.#bytesLeaving;
  }

  override pause(): void {
    this.#pause ??= new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  override resume(): void {
    this.#resume?.();
    this.#pause = undefined;
  }

  send(packets: readonly Packet[]): void {
    this.writable = false;
    const bytes = this.#encode(packets);
    this.#bytesLeaving = bytes.length;
    this.#writer.write(bytes).then(
      () => this.#writerOnWritten(),
      (error: unknown) => this.#lose(error),
    );
  }

  close(done?: () => void): void {
    if (this._readyState === "open") {
      this._readyState = "closing";
      this.writable = false;
      this.#session.close();
      done?.();
      this.closed();
    }
  }

  discard(): void {
    this.handler = NOBODY;
    this.close();
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    while (this._readyState === "open") {
      await this.#pause;
      let chunk: Awaited<ReturnType<typeof reader.read>>;
      try {
        chunk = await reader.read();
      } catch (error) {
        this.#lose(error);
        return;
      }
      if (chunk.done) {
        this.#lose();
        return;
      }
      this.#bytesRead += chunk.value.length;
      for (const packet of this.#frames.push(chunk.value)) {
        if (this._readyState === "open") {
          this.received(withBuffer(packet));
        }
      }
    }
  }

  #encode(packets: readonly Packet[]): Uint8Array {
    const chunks: Uint8Array[] = [];
    for (const packet of packets) {
      const frame = this.codec.encodeFrame(packet);
      const isBinary = typeof frame !== "string";
      const bytes = isBinary ? bytesOf(frame) : Buffer.from(frame);
      chunks.push(streamHead(bytes.length, isBinary), bytes);
    }
    return Buffer.concat(chunks);
  }

  #writerOnWritten(): void {
    if (this._readyState === "open") {
      this.writable = true;
      this.#bytesLeaving = 0;
      this.sent();
      this.ready();
    }
  }

  /** The session is over, or as good as that: a peer that sends no more cannot answer pings either. */
  #lose(description?: unknown): void {
    if (this._readyState === "open") {
      this._readyState = "closing";
      this.#session.close();
      this.closed(description);
    }
  }
}

/** Bytes reach applications as Buffers, whatever the transport. */
function withBuffer(packet: Packet): Packet {
  const { data } = packet;
  return data instanceof Uint8Array
    ? { ...packet, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) }
    : packet;
}
