import type { OutgoingHttpHeaders } from "node:http";
import type { Packet } from "@hawser/engine-codec/frames";
import { TransportError } from "../errors.ts";
import { Exchange } from "../http/exchange.ts";
import type { EngineRequest } from "../http/request.ts";
import { LazyEmitter } from "../lazy-emitter.ts";
import type { TransportName } from "../options.ts";
import type { TransportCodec } from "./codec.ts";

/** `closing`: the peer has still to be told, or to answer. */
export type TransportState = "open" | "closing" | "closed";

/** What a transport calls. All calls stop when the transport was closed or discarded. */
export interface TransportHandler {
  /** A packet came in; of type `error` when it could not be read. */
  transportPacket(packet: Packet): void;
  /** What `send` was given has left; may come during `send`. */
  transportSent(): void;
  /** `writable` has become true. */
  transportReady(): void;
  /** The peer ended the connection, or `close` has come to its end. */
  transportClosed(description?: unknown): void;
  /** The connection failed, or the peer broke the rules of the transport. */
  transportFailed(error: TransportError): void;
  /** A request was refused for a limit of that name; the transport goes on. */
  transportRefused(limit: string): void;
  /** An HTTP response is about to be sent; headers may be added. */
  transportHeaders(headers: OutgoingHttpHeaders, request: EngineRequest): void;
}

/** A transport is made before its session, and may outlive it; what it says then nobody waits for. */
export const NOBODY: TransportHandler = {
  transportPacket() {},
  transportSent() {},
  transportReady() {},
  transportClosed() {},
  transportFailed() {},
  transportRefused() {},
  transportHeaders() {},
};

/**
 * One pipe of a session; applications know it as `socket.conn.transport`. It knows bytes and
 * readiness; what a close means is the session's to say.
 *
 * Events, for applications and tools: `packet(packet)`, `drain`, `ready`, `error(TransportError)`,
 * `close`, `headers(headers, request)`. The session itself is told by `handler`.
 */
export abstract class Transport extends LazyEmitter {
  /** The names of the transports that a session may change to from this one. */
  static readonly upgradesTo: readonly TransportName[] = [];

  /** Set by whoever owns the transport at the moment: a session, or the upgrade that probes it. */
  handler: TransportHandler = NOBODY;
  /** The id of the session, once the transport belongs to one. */
  sid: string | undefined;
  /** Whether `send` may be called now. */
  writable = false;
  /** The same as `readyState`; read by tools of others. */
  _readyState: TransportState = "open";
  protected readonly codec: TransportCodec;

  constructor(codec: TransportCodec) {
    super();
    this.codec = codec;
  }

  abstract get name(): TransportName;

  get readyState(): TransportState {
    return this._readyState;
  }

  /** Bytes that have come in over the connection of the message that is being read; 0 for none, or unknown. */
  get bytesRead(): number {
    return 0;
  }

  /** Bytes that the peer has not taken yet, outside the memory of the operating system. */
  get bufferedBytes(): number {
    return 0;
  }

  /** The revision of the Engine.IO protocol: 4, or 3 for clients of Socket.IO 1 and 2. */
  get protocol(): number {
    return this.codec.protocol;
  }

  /** Sends these packets in order. MUST be called only while `writable`. */
  abstract send(packets: readonly Packet[]): void;

  /**
   * Tells the peer that the session ends, and lets go.
   * @param done called when the peer has been told or can no longer be
   */
  abstract close(done?: () => void): void;

  /** Lets go at once, telling the peer only if that is possible now. No call of the handler follows. */
  abstract discard(): void;

  /** Lets go at once, and frees what the peer has not taken. No call of the handler follows. */
  abort(): void {
    this.discard();
  }

  /** Reads no more, for now. A few messages that were read already may still come. */
  pause(): void {}

  resume(): void {}

  /**
   * Calls back when `bufferedBytes` has come to 0.
   * @returns false where `transportSent` will tell, and the callback is not called
   */
  whenEmpty(_callback: () => void): boolean {
    return false;
  }

  /** Takes the next HTTP request of the session. Only polling expects any. */
  onRequest(request: EngineRequest): void {
    if (request.res) {
      new Exchange(request, request.res).reply(400);
    }
  }

  protected received(packet: Packet): void {
    this.handler.transportPacket(packet);
    if (this.listened) {
      this.emit("packet", packet);
    }
  }

  protected sent(): void {
    this.handler.transportSent();
    if (this.listened) {
      this.emit("drain");
    }
  }

  protected ready(): void {
    this.handler.transportReady();
    if (this.listened) {
      this.emit("ready");
    }
  }

  protected failed(message: string, description?: unknown): void {
    const error = new TransportError(message, description);
    this.handler.transportFailed(error);
    // Without a listener, Node would throw an event of this name.
    if (this.listenerCount("error") > 0) {
      this.emit("error", error);
    }
  }

  protected closed(description?: unknown): void {
    if (this._readyState === "closed") {
      return;
    }
    this._readyState = "closed";
    this.writable = false;
    this.handler.transportClosed(description);
    if (this.listened) {
      this.emit("close");
    }
  }

  protected answers(headers: OutgoingHttpHeaders, request: EngineRequest): void {
    this.handler.transportHeaders(headers, request);
    if (this.listened) {
      this.emit("headers", headers, request);
    }
  }
}
