import { bytesOf, type Packet } from "@hawser/engine-codec/frames";
import type { TransportCodec } from "../transport/codec.ts";
import { NOBODY, Transport } from "../transport/transport.ts";
import type { UwsListener, UwsWebSocket } from "./app.ts";

const DROPPED = 2;

/** One WebSocket of µWebSockets.js. */
export class UwsTransport extends Transport implements UwsListener {
  readonly #ws: UwsWebSocket;

  constructor(codec: TransportCodec, ws: UwsWebSocket) {
    super(codec);
    this.writable = true;
    this.#ws = ws;
    ws.getUserData().listener = this;
  }

  get name(): "websocket" {
    return "websocket";
  }

  override get bufferedBytes(): number {
    return this._readyState === "open" ? this.#ws.getBufferedAmount() : 0;
  }

  send(packets: readonly Packet[]): void {
    this.writable = false;
    let dropped = false;
    this.#ws.cork(() => {
      for (const packet of packets) {
        const frame = this.codec.encodeFrame(packet);
        const bytes = ArrayBuffer.isView(frame) ? bytesOf(frame) : frame;
        const compress = packet.options?.compress !== false;
        dropped ||= this.#ws.send(bytes, typeof frame !== "string", compress) === DROPPED;
      }
    });
    if (dropped) {
      this.failed("the peer is too slow: maxBackpressure");
      this.discard();
    } else if (this._readyState === "open" && this.#ws.getBufferedAmount() === 0) {
      this.writable = true;
      this.sent();
      if (this.listened) {
        this.emit("ready");
      }
    }
  }

  close(done?: () => void): void {
    if (this._readyState === "open") {
      this._readyState = "closing";
      this.writable = false;
      done?.();
      // This calls `onClose` before it returns.
      this.#ws.end();
    }
  }

  discard(): void {
    this.handler = NOBODY;
    this.close();
  }

  override abort(): void {
    if (this._readyState === "open") {
      this.handler = NOBODY;
      this._readyState = "closing";
      this.writable = false;
      this.#ws.close();
    }
  }

  onMessage(message: ArrayBuffer, isBinary: boolean): void {
    if (this._readyState === "open") {
      const shared = Buffer.from(message);
      // The memory is taken back when this returns.
      const frame = isBinary ? Buffer.concat([shared]) : shared.toString();
      this.received(this.codec.decodeFrame(frame));
    }
  }

  onDrain(): void {
    if (!this.writable && this._readyState === "open" && this.#ws.getBufferedAmount() === 0) {
      this.writable = true;
      this.sent();
      this.ready();
    }
  }

  onClose(): void {
    this.closed();
  }
}
