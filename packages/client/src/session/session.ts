import type { Packet, PacketOptions, RawData } from "@hawser/engine-codec/frames";
import { TransportError } from "../errors.ts";
import { TypedEmitter } from "../events.ts";
import type { EngineOptions } from "../options.ts";
import type { Clock } from "../platform/clock.ts";
import type { BinaryType, CookieJar, Platform } from "../platform/platform.ts";
import type {
  CloseDetails,
  Transport,
  TransportClass,
  TransportHandler,
} from "../transport/transport.ts";
import type { Environment } from "./environment.ts";
import type { Heartbeat, HeartbeatHost } from "./heartbeat.ts";
import type { Ladder, LadderHost } from "./ladder.ts";
import type { Revision } from "./revision.ts";
import { queryOf, resolveTarget, type Target } from "./target.ts";
import type { UpgradeError } from "./upgrade.ts";

export type CloseReason = "transport error" | "transport close" | "ping timeout" | "forced close";

/** What the server says when it opens a session. */
export interface Handshake {
  sid: string;
  upgrades: string[];
  /** Milliseconds. */
  pingInterval: number;
  /** Milliseconds. */
  pingTimeout: number;
  /** Largest polling request the server takes, in bytes. */
  maxPayload?: number;
  /** What a server of ours knows beyond the protocol. */
  hawser?: number;
}

export interface SessionEvents {
  open: () => void;
  handshake: (handshake: Handshake) => void;
  packet: (packet: Packet) => void;
  packetCreate: (packet: Packet) => void;
  data: (data: RawData) => void;
  message: (data: RawData) => void;
  drain: () => void;
  flush: () => void;
  heartbeat: () => void;
  ping: () => void;
  pong: () => void;
  error: (error: Error | string) => void;
  upgrading: (transport: Transport) => void;
  upgrade: (transport: Transport) => void;
  upgradeError: (error: UpgradeError) => void;
  close: (reason: CloseReason, description?: CloseDetails | Error) => void;
}

/** Whom a session serves: it hears of an event before the listeners do. */
export type SessionHandler = Partial<SessionEvents>;

type State = "opening" | "open" | "closing" | "closed";

/**
 * One engine session: opens a transport, keeps the queue of what is to be sent, changes to a better
 * transport, and decides when and why it is over. Never reused.
 */
export class Session
  extends TypedEmitter<Record<never, never>, SessionEvents>
  implements TransportHandler, HeartbeatHost, LadderHost
{
  /** Undefined before the handshake and after the close, which nobody wants to rule out to read it. */
  id!: string;
  readyState: State = "opening";
  /** Undefined only where the ladder knows none. */
  declare transport: Transport;
  // `declare`, here and elsewhere, where the constructor sets a field: bundles need not define it before.
  /** In what form received bytes are handed out. */
  declare binaryType: BinaryType;
  /** Packets not yet on their way, those being sent first. */
  writeBuffer: Packet[] = [];
  declare readonly opts: Omit<EngineOptions, keyof Target> & Target;
  declare readonly clock: Clock;
  /** All that depends on which revision of the protocol the server speaks. */
  declare readonly revision: Revision;

  /** Cleared by whom it serves once there is no more interest. */
  declare handler: SessionHandler | undefined;

  readonly #platform: Platform;
  readonly #ladder: Ladder;
  readonly #cookies: CookieJar | undefined;
  readonly #stopListening: (() => void) | undefined;
  #heartbeat: Heartbeat | undefined;
  /** @internal Bytes that the server takes in one message, as far as it has told. */
  maxPayload: number | undefined;
  /** @internal How many packets at the head of `writeBuffer` the transport is sending. */
  inFlight = 0;
  /** @internal A probe was answered and the old transport is drained: nothing may be sent. */
  switching = false;

  constructor(
    environment: Environment,
    uri: string | undefined,
    opts: EngineOptions,
    handler?: SessionHandler,
  ) {
    super();
    const { platform, createLadder, createClock, createRevision } = environment;
    this.#platform = platform;
    this.handler = handler;
    this.opts = { ...opts, ...resolveTarget(uri, opts) };
    this.#cookies = opts.withCredentials ? platform.createCookieJar?.() : undefined;
    this.clock = createClock(opts);
    this.revision = (opts.revision ?? createRevision)(opts);
    this.#ladder = createLadder(this, opts);
    this.binaryType = platform.binaryType;
    this.#stopListening = platform.onPage?.({
      ...(this.opts.hostname !== "localhost" && {
        offline: () => this.#close("transport close", { description: "network connection lost" }),
      }),
      ...(opts.closeOnBeforeunload && { beforeunload: () => this.#detach() }),
    });
    this.#open(this.#ladder.first());
  }

  /** Sends a message. `sent` is called once it has been handed to the transport. */
  send(data: RawData, options?: PacketOptions | null, sent?: () => void): this {
    return this.sendAll([data], options, sent);
  }

  write(data: RawData, options?: PacketOptions | null, sent?: () => void): this {
    return this.send(data, options, sent);
  }

  /** The same for messages that belong together; a polling transport sends them in one request. */
  sendAll(messages: readonly RawData[], options?: PacketOptions | null, sent?: () => void): this {
    if (this.#isUsable()) {
      for (const data of messages) {
        this.#enqueue({
          type: "message",
          data,
          options: { compress: true, ...options },
        });
      }
      if (sent) {
        this.once("flush", sent);
      }
      this.#flush();
    }
    return this;
  }

  /** Closes once everything is sent and a running upgrade is done. */
  close(): this {
    if (this.#isUsable()) {
      this.readyState = "closing";
      this.#closeIfDone();
    }
    return this;
  }

  /**
   * Whether the server has been silent for too long, as a page finds after it was suspended. The
   * session then closes.
   */
  hasExpired(): boolean {
    return this.#heartbeat?.expired() ?? false;
  }

  #isUsable(): boolean {
    return this.readyState === "opening" || this.readyState === "open";
  }

  #open(transport: TransportClass | undefined): void {
    if (transport) {
      this.transport = this.createTransport(transport);
      this.transport.handler = this;
      this.transport.open();
    }
  }

  createTransport(Class: TransportClass): Transport {
    const { name } = Class.prototype;
    const { opts, revision } = this;
    const own = opts.transportOptions?.[name];
    return new Class({
      cookies: this.#cookies,
      ...opts,
      ...(own as object),
      query: {
        ...opts.query,
        ...queryOf(own?.query),
        EIO: `${revision.protocol}`,
        transport: name,
        ...(this.id && { sid: this.id }),
      },
      codec: revision.codec,
    });
  }

  transportOpened(): void {}

  transportReceived(packet: Packet): void {
    if (this.readyState === "closed") {
      return;
    }
    const { type, data } = packet;
    if (type === "error" || (!this.id && type !== "open")) {
      this.transportFailed(new TransportError("server error", data));
      return;
    }
    this.emitReserved("packet", packet);
    this.emitReserved("heartbeat");
    switch (type) {
      case "open":
        if (!this.id) {
          this.#shakeHands(data);
        }
        break;
      case "ping":
      case "pong":
        this.emitReserved(type);
        break;
      case "message":
        this.#deliver(data);
        break;
    }
    this.#heartbeat?.received(packet);
  }

  transportDrained(): void {
    this.writeBuffer.splice(0, this.inFlight);
    this.inFlight = 0;
    if (this.writeBuffer.length > 0) {
      this.#flush();
    } else {
      this.emitReserved("drain");
      this.#closeIfDone();
    }
  }

  transportFailed(error: Error): void {
    const next = this.#ladder.afterFailure?.(this.transport, error);
    if (next && this.readyState === "opening") {
      this.#detach();
      this.#open(next);
    } else {
      this.#failed(error);
    }
  }

  transportClosed(details?: CloseDetails): void {
    if (this.readyState === "opening") {
      // Closed by the other side before the handshake: an attempt that failed.
      const { name } = this.transport;
      this.transportFailed(
        new TransportError(`${name} error`, details?.description, details?.context),
      );
    } else {
      this.#close("transport close", details);
    }
  }

  sendHeartbeat(type: "ping" | "pong"): void {
    this.#enqueue({ type });
    this.#flush();
    this.emitReserved(type);
  }

  heartbeatMissed(): void {
    this.#close("ping timeout");
  }

  #shakeHands(data: unknown): void {
    let handshake: Handshake | undefined;
    try {
      handshake = JSON.parse(data as string);
    } catch {}
    if (!handshake?.sid) {
      // Not the answer of an engine: a captive portal, another application.
      this.transportFailed(new TransportError("server error", data));
      return;
    }
    const { sid, pingInterval, pingTimeout, maxPayload } = handshake;
    this.id = sid;
    this.transport.query.sid = sid;
    this.maxPayload = maxPayload;
    this.#heartbeat = this.revision.startHeartbeat(this, pingInterval, pingTimeout);
    if (this.readyState === "opening") {
      this.readyState = "open";
    }
    this.emitReserved("handshake", handshake);
    this.emitReserved("open");
    this.#flush();
    if (this.readyState === "open") {
      this.#ladder.opened?.(handshake.upgrades);
    }
  }

  #deliver(data: RawData = ""): void {
    const message =
      typeof data === "string" ? data : (this.#platform.toBinary(data, this.binaryType) as RawData);
    this.emitReserved("data", message);
    this.emitReserved("message", message);
  }

  #enqueue(packet: Packet): void {
    this.emitReserved("packetCreate", packet);
    this.writeBuffer.push(packet);
  }

  #flush(): void {
    // `id`: a transport is writable before the handshake, but the server does not listen yet.
    const { transport, writeBuffer } = this;
    if (
      this.id &&
      !this.switching &&
      !this.inFlight &&
      transport.writable &&
      writeBuffer.length > 0
    ) {
      this.inFlight = transport.batchLength?.(writeBuffer, this.maxPayload) ?? writeBuffer.length;
      transport.send(writeBuffer.slice(0, this.inFlight));
      this.emitReserved("flush");
    }
  }

  #closeIfDone(): void {
    if (this.readyState === "closing" && this.writeBuffer.length === 0 && !this.switching) {
      this.#close("forced close");
    }
  }

  #failed(error: Error): void {
    if (this.readyState === "closed") {
      return;
    }
    this.emitReserved("error", error);
    this.#close("transport error", error);
  }

  #close(reason: CloseReason, details?: CloseDetails | Error): void {
    if (this.readyState === "closed") {
      return;
    }
    this.readyState = "closed";
    this.#heartbeat?.stop();
    this.#ladder.stop?.();
    this.#detach();
    this.#stopListening?.();
    this.id = undefined!;
    this.emitReserved("close", reason, details);
    // After the event: a listener may want to see what was not sent.
    this.writeBuffer = [];
    this.inFlight = 0;
  }

  #detach(): void {
    if (this.transport) {
      this.transport.handler = undefined;
      this.transport.close();
    }
  }

  protected override emitReserved<Name extends keyof SessionEvents>(
    event: Name,
    ...args: Parameters<SessionEvents[Name]>
  ): void {
    (this.handler?.[event] as ((...args: unknown[]) => void) | undefined)?.(...args);
    super.emitReserved(event, ...args);
  }
}
