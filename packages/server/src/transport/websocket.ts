import { isUtf8 } from "node:buffer";
import type { Duplex } from "node:stream";
import type { Packet, RawData } from "@hawser/engine-codec/frames";
import type { WebSocket } from "ws";
import type { TransportCodec } from "./codec.ts";
import { writeFrames } from "./frame-writer.ts";
import { NOBODY, Transport } from "./transport.ts";

/** Leads from a WebSocket to its transport, so that all share the same listeners. */
const OWNER: unique symbol = Symbol("transport");

/** The status with which a peer is sent away whose text is none (RFC 6455, section 7.4.1). */
const INVALID_TEXT = 1007;

/** The `readyState` of a WebSocket that nobody has closed yet. */
const OPEN = 1;

/** Written to learn when all before it has left. */
const NOTHING = Buffer.alloc(0);

const COMPRESSED = { compress: true };
const UNCOMPRESSED = { compress: false };

type OwnedSocket = Duplex & { [OWNER]?: WebSocketTransport | undefined };
type OwnedWebSocket = WebSocket & {
  [OWNER]?: WebSocketTransport | undefined;
  /** The connection below. `ws` has it; other engines need not. */
  readonly _socket?: (Partial<OwnedSocket> & { readonly bytesRead?: number }) | undefined;
};

/**
 * One WebSocket. What is sent together leaves by one system call: as frames of our own where nothing
 * stands between them and the connection, else by the `send` of the WebSocket, corked.
 */
export class WebSocketTransport extends Transport {
  readonly #ws: OwnedWebSocket;
  /** The connection below, if it can be corked. */
  readonly #socket: OwnedSocket | undefined;
  /** Whether no extension, such as compression, changes the frames. */
  readonly #isPlain: boolean;
  #waitsForDrain = false;
  /** For the last message of each write, where there is an extension. */
  readonly #written: (() => void) | undefined;

  /** @param ws accepted, and read by nobody yet */
  constructor(codec: TransportCodec, ws: WebSocket) {
    super(codec);
    this.writable = true;
    this.#ws = ws;
    this.#ws[OWNER] = this;
    const { _socket: socket } = this.#ws;
    this.#socket = typeof socket?.cork === "function" ? (socket as OwnedSocket) : undefined;
    this.#isPlain = ws.extensions === "";
    this.#written = this.#isPlain ? undefined : () => this.onDrain();
    ws.on("message", webSocketOnMessage)
      .on("close", webSocketOnClose)
      .on("error", webSocketOnError);
  }

  get name(): "websocket" {
    return "websocket";
  }

  override get bytesRead(): number {
    return this.#ws._socket?.bytesRead ?? 0;
  }

  override get bufferedBytes(): number {
    return this.#socket || !this.writable ? (this.#ws.bufferedAmount ?? 0) : 0;
  }

  /** What `wsEngine` has accepted; for applications that look below, at `bufferedAmount` for one. */
  get socket(): WebSocket {
    return this.#ws;
  }

  send(packets: readonly Packet[]): void {
    this.writable = false;
    if (!this.#socket) {
      this.#sendUncorked(packets);
      return;
    }
    if (!this.#isPlain) {
      this.#sendCorked(packets, this.#socket);
    } else if (this.#ws.readyState === OPEN) {
      writeFrames(this.#socket, packets, this.codec);
    }
    if (!this.#isHeldUp(this.#socket)) {
      this.writable = true;
      this.sent();
      // The session has seen that `writable` never changed; others wait for the event.
      if (this.listened) {
        this.emit("ready");
      }
    }
  }

  override pause(): void {
    this.#ws.pause?.();
  }

  override resume(): void {
    this.#ws.resume?.();
  }

  override whenEmpty(callback: () => void): boolean {
    const socket = this.#socket;
    const canWrite = this.writable && socket?.writable === true && this.#ws.readyState === OPEN;
    if (canWrite) {
      socket.write(NOTHING, () => callback());
    }
    return canWrite;
  }

  close(done?: () => void): void {
    if (this._readyState === "open") {
      this.#startClosing();
      done?.();
    }
  }

  discard(): void {
    this.handler = NOBODY;
    if (this._readyState === "open") {
      this.#startClosing();
    }
  }

  override abort(): void {
    this.handler = NOBODY;
    this._readyState = "closing";
    this.writable = false;
    // Not every engine has it.
    if (this.#ws.terminate) {
      this.#ws.terminate();
    } else {
      this.#ws.close();
    }
  }

  /** Whether something keeps what was written from leaving; the end of that is told by `onDrain`. */
  #isHeldUp(socket: OwnedSocket): boolean {
    if (socket.writableNeedDrain) {
      this.#waitForDrain(socket);
      return true;
    }
    // More than the connection has: `ws` is compressing.
    return !this.#isPlain && this.#ws.bufferedAmount > socket.writableLength;
  }

  #sendOne(packet: Packet, sent?: () => void): void {
    const options = packet.options?.compress === false ? UNCOMPRESSED : COMPRESSED;
    this.#ws.send(this.codec.encodeFrame(packet), options, sent);
  }

  #sendCorked(packets: readonly Packet[], socket: OwnedSocket): void {
    socket.cork();
    try {
      const last = packets.length - 1;
      packets.forEach((packet, index) => {
        this.#sendOne(packet, index === last ? this.#written : undefined);
      });
    } finally {
      socket.uncork();
    }
  }

  /** Where the connection below is out of reach, the last message tells when all have left. */
  #sendUncorked(packets: readonly Packet[]): void {
    const last = packets.length - 1;
    packets.forEach((packet, index) => {
      this.#sendOne(packet, index === last ? () => this.onDrain() : undefined);
    });
  }

  #waitForDrain(socket: OwnedSocket): void {
    if (!this.#waitsForDrain) {
      this.#waitsForDrain = true;
      socket[OWNER] = this;
      socket.on("drain", socketOnDrain);
    }
  }

  /** The rest comes with the `close` of the WebSocket. */
  #startClosing(): void {
    this._readyState = "closing";
    this.writable = false;
    // The peer's answer has to be read.
    this.resume();
    this.#ws.close();
  }

  /** @internal */
  onMessage(message: Buffer | string, isBinary: boolean): void {
    if (this._readyState !== "open") {
      return;
    }
    const frame: RawData = isBinary || typeof message === "string" ? message : message.toString();
    if (!isBinary && isGarbled(frame as string, message)) {
      this.#ws.close(INVALID_TEXT);
      this.onError(new RangeError("Invalid WebSocket frame: invalid UTF-8 sequence"));
      return;
    }
    this.received(this.codec.decodeFrame(frame));
  }

  /** @internal */
  onDrain(): void {
    if (
      !this.writable &&
      this._readyState === "open" &&
      !(this.#socket && this.#isHeldUp(this.#socket))
    ) {
      this.writable = true;
      this.sent();
      this.ready();
    }
  }

  /** @internal */
  onClose(): void {
    this.#ws[OWNER] = undefined;
    if (this.#socket) {
      this.#socket[OWNER] = undefined;
    }
    this.closed();
  }

  /** @internal */
  onError(error: Error): void {
    if (this._readyState === "open") {
      this.#startClosing();
      this.failed("websocket error", error);
    }
  }
}

/** Whether what a WebSocket has failed with is a message beyond `maxPayload`. */
export function isTooLarge(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
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

/** Whether a text frame was no UTF-8. What cannot be decoded becomes U+FFFD, which few texts have. */
function isGarbled(text: string, message: Buffer | string): boolean {
  return text.includes("\ufffd") && typeof message !== "string" && !isUtf8(message);
}
