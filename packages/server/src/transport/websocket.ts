import type { Duplex } from "node:stream";
import type { Packet, RawData } from "@hawser/engine-codec";
import type { WebSocket } from "ws";
import type { TransportCodec } from "./codec.ts";
import type { Transport, TransportHandler } from "./transport.ts";

/** Leads from a WebSocket to its transport, so that all share the same listeners. */
const OWNER: unique symbol = Symbol("transport");

const COMPRESSED = { compress: true };
const UNCOMPRESSED = { compress: false };

type OwnedWebSocket = WebSocket & { [OWNER]?: WebSocketTransport | undefined };
type OwnedSocket = Duplex & { [OWNER]?: WebSocketTransport | undefined };

/** One WebSocket. What is sent together is corked, and so leaves by one system call. */
export class WebSocketTransport implements Transport {
  readonly name = "websocket";
  handler: TransportHandler;
  readonly #ws: OwnedWebSocket;
  readonly #socket: OwnedSocket;
  readonly #codec: TransportCodec;
  #writable = true;
  #waitsForDrain = false;

  /** @param socket the connection below, which `ws` was given */
  constructor(handler: TransportHandler, codec: TransportCodec, ws: WebSocket, socket: Duplex) {
    this.handler = handler;
    this.#codec = codec;
    this.#ws = ws;
    this.#socket = socket;
    this.#ws[OWNER] = this;
    ws.on("message", webSocketOnMessage)
      .on("close", webSocketOnClose)
      .on("error", webSocketOnError);
  }

  get writable(): boolean {
    return this.#writable;
  }

  send(packets: readonly Packet[]): void {
    this.#writable = false;
    this.#socket.cork();
    try {
      for (const packet of packets) {
        const { options } = packet;
        this.#ws.send(
          this.#codec.encodeFrame(packet),
          options?.compress === false ? UNCOMPRESSED : COMPRESSED,
        );
      }
    } finally {
      this.#socket.uncork();
    }
    if (this.#socket.writableNeedDrain) {
      this.#waitForDrain();
    } else {
      this.#writable = true;
      this.handler.transportSent();
    }
  }

  close(done: () => void): void {
    this.discard();
    done();
  }

  discard(): void {
    this.#release();
    this.#ws.close();
  }

  #waitForDrain(): void {
    if (!this.#waitsForDrain) {
      this.#waitsForDrain = true;
      this.#socket[OWNER] = this;
      this.#socket.on("drain", socketOnDrain);
    }
  }

  #release(): void {
    this.#writable = false;
    this.#ws[OWNER] = undefined;
    this.#socket[OWNER] = undefined;
  }

  /** @internal */
  onMessage(message: Buffer | string, isBinary: boolean): void {
    const frame: RawData = isBinary || typeof message === "string" ? message : message.toString();
    this.handler.transportPacket(this.#codec.decodeFrame(frame));
  }

  /** @internal */
  onDrain(): void {
    if (!this.#writable) {
      this.#writable = true;
      this.handler.transportSent();
      this.handler.transportReady();
    }
  }

  /** @internal */
  onClose(description?: unknown): void {
    this.#release();
    this.handler.transportClosed(description);
  }

  /** @internal */
  onError(error: Error): void {
    this.#release();
    this.handler.transportFailed("websocket error", error);
    this.#ws.close();
  }
}

function webSocketOnMessage(this: OwnedWebSocket, data: unknown, isBinary: boolean): void {
  this[OWNER]?.onMessage(data as Buffer, isBinary);
}

function webSocketOnClose(this: OwnedWebSocket): void {
  this[OWNER]?.onClose();
}

// Stays after the transport has let go: an error without a listener would end the process.
function webSocketOnError(this: OwnedWebSocket, error: Error): void {
  this[OWNER]?.onError(error);
}

function socketOnDrain(this: OwnedSocket): void {
  this[OWNER]?.onDrain();
}
