import type { Packet, RawData } from "@hawser/engine-codec/frames";
import { TransportError } from "../errors.ts";
import type { OpenWebSocket, WebSocketHandler, WebSocketPipe } from "../platform/platform.ts";
import { Transport } from "./transport.ts";

/** One WebSocket, one packet a message. */
export abstract class WebSocketTransport extends Transport implements WebSocketHandler {
  /** The platform's way to open one. */
  protected abstract readonly connect: OpenWebSocket;
  protected pipe: WebSocketPipe | undefined;
  #ended = false;

  override get name(): string {
    return "websocket";
  }

  override open(): void {
    const { opts } = this;
    const url = this.address("ws", opts.timestampRequests);
    try {
      this.pipe = this.connect(url, opts, this);
    } catch (error) {
      // A constructor that refuses: the session is not listening yet.
      queueMicrotask(() => this.failed(error));
    }
  }

  override send(packets: readonly Packet[]): void {
    this.writable = false;
    this.write(packets, this.opts.codec.encodeFrame);
  }

  protected write(packets: readonly Packet[], encode: (packet: Packet) => RawData): void {
    for (const packet of packets) {
      this.pipe?.send(encode(packet), packet.options?.compress);
    }
    queueMicrotask(() => {
      if (!this.#ended) {
        this.writable = true;
        this.handler?.transportDrained();
      }
    });
  }

  override close(): void {
    if (this.#end()) {
      this.handler?.transportClosed();
    }
    this.pipe?.close();
  }

  opened(): void {
    if (!this.#ended) {
      this.writable = true;
      this.handler?.transportOpened();
    }
  }

  received(data: RawData): void {
    if (!this.#ended) {
      this.handler?.transportReceived(this.opts.codec.decodeFrame(data));
    }
  }

  failed(event: unknown): void {
    if (this.#end()) {
      this.handler?.transportFailed(new TransportError("websocket error", event));
    }
  }

  closed(event: unknown): void {
    if (this.#end()) {
      this.handler?.transportClosed({
        description: "websocket connection closed",
        context: event,
      });
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
