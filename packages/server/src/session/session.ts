import type { OutgoingHttpHeaders } from "node:http";
import { asRawData, type Packet, type PacketType, type RawData } from "@hawser/engine-codec/frames";
import { copyOf, isLarge, isSmall } from "../bytes.ts";
import type { Timers } from "../clock/timers.ts";
import {
  DisconnectedError,
  HawserError,
  LimitError,
  PayloadTooLargeError,
  SlowReaderError,
  TransportError,
} from "../errors.ts";
import type { EngineRequest } from "../http/request.ts";
import { type HandshakeSource, RequestRecord } from "../http/request-record.ts";
import { LazyEmitter } from "../lazy-emitter.ts";
import type { EngineOptions, TransportName } from "../options.ts";
import { count, type EngineCounters } from "../stats/counters.ts";
import type { SharedPacket } from "../transport/shared-packet.ts";
import type { Transport, TransportHandler } from "../transport/transport.ts";
import {
  PACKET_BYTES,
  type QueuedPacket,
  type WaitingEvent,
  weightOf,
} from "../transport/waiting-event.ts";
import { isTooLarge } from "../transport/websocket.ts";
import { type Choice, takeNewest, takeOldest, weightOfAll } from "./backlog.ts";
import { Drain } from "./drain.ts";
import type { Flushable, FlushQueue } from "./flush.ts";
import type { CloseReason, SessionHandler } from "./handler.ts";
import type { Heartbeat, HeartbeatSession } from "./heartbeat.ts";
import type { Revision } from "./revision.ts";
import { type SessionAction, type SessionState, transition } from "./state.ts";
import { type UpgradableSession, Upgrade } from "./upgrade.ts";

export interface SendOptions {
  /** `false` keeps this message out of compression. Default: true. */
  compress?: boolean | undefined;
}

/** The options of nearly every packet; shared, since most are never looked at. */
const COMPRESSED: SendOptions = { compress: true };
const UNCOMPRESSED: SendOptions = { compress: false };

/** The queue of a session that has nothing to send: most have not, most of the time. */
const NOTHING: QueuedPacket[] = [];
Object.freeze(NOTHING);

/** Milliseconds that a reader has for what one turn has sent beyond its budget. */
const BURST_MS = 300_000;

/** More than any queue weighs. */
const NO_ALERT = 0x7fffffff;

export type SendCallback = (transport: Transport) => void;

/** What a session asks of the engine that made it. */
export interface SessionOwner {
  readonly opts: EngineOptions;
  readonly timers: Timers;
  readonly flushes: FlushQueue;
  readonly counters: EngineCounters;
  /** What clients are told of what is beyond the protocol. */
  readonly extensions: number | undefined;
  upgrades(transport: string): string[];
  sessionOnHeaders(session: Session, headers: OutgoingHttpHeaders, request: EngineRequest): void;
  sessionOnFlush(session: Session, packets: Packet[]): void;
  sessionOnDrain(session: Session): void;
  sessionOnClose(session: Session): void;
}

/**
 * One Engine.IO session; applications know it as `socket.conn`. It outlives its transports: an
 * upgrade detaches one and attaches another, while the queue goes on.
 *
 * Events: `open`, `packet`, `packetCreate`, `message`/`data`, `heartbeat`, `upgrading`, `upgrade`,
 * `flush`, `drain`, `close(reason, description)`.
 */
export class Session
  extends LazyEmitter
  implements TransportHandler, HeartbeatSession, UpgradableSession, Flushable
{
  /** Secret: whoever knows it can take part in the session. */
  readonly id: string;
  readonly server: SessionOwner;
  readonly revision: Revision;
  readonly remoteAddress: string;
  transport: Transport;
  /** Whether the session has changed to a better transport. */
  upgraded = false;
  /** What waits for the transport. */
  writeBuffer: QueuedPacket[] = NOTHING;
  /** The connection that stands on this session. */
  handler: SessionHandler | undefined;

  #request: EngineRequest | RequestRecord | null;
  readonly #heartbeat: Heartbeat;
  #state: SessionState = "opening";
  #upgrade: Upgrade | undefined;
  /** The turn in which a flush was last asked for. */
  #flushTurn = -1;
  /** The same, as one of many. */
  #broadcastTurn = -1;
  /** The tick in which something was last sent. */
  #sentAt = -1;
  /** How many Blobs wait to be read. */
  #unread = 0;
  /** Callbacks of what waits, and of what the transport has taken; most sessions have none. */
  #callbacks: SendCallback[] | undefined;
  #callbacksSent: SendCallback[] | undefined;
  /** What the queue weighs, and what the transport held when that was last looked at. */
  #queued = 0;
  #held = 0;
  /** What was sent at once when nothing waited, and has not all left: nobody is slow for getting much. */
  #burst = 0;
  /** The budget that a burst has exceeded, and when; 0 if none did. */
  #exceeded = 0;
  #exceededAt = 0;
  /** The weight from which {@link lacksRoom} holds. */
  #alert = NO_ALERT;
  /** The turn in which something came to wait after nothing did. */
  #waitsSince = -1;
  /** Whether something has had to wait for the peer. */
  #hasWaited = false;
  #isLookingForDrain = false;
  #drain: Drain | undefined;
  #pauses = 0;

  constructor(
    id: string,
    server: SessionOwner,
    transport: Transport,
    request: EngineRequest | RequestRecord | null,
    revision: Revision,
  ) {
    super();
    this.id = id;
    this.server = server;
    this.transport = transport;
    this.#request = request;
    this.remoteAddress = request?.socket.remoteAddress ?? "";
    this.revision = revision;
    this.#heartbeat = revision.createHeartbeat(this, server.opts, server.timers);
  }

  /**
   * The request of the handshake; null for WebTransport. It is let go unless the application has seen it, and
   * made anew when it is read. May be set to null to save what little is left of it.
   */
  get request(): EngineRequest | null {
    if (this.#request instanceof RequestRecord) {
      this.#request = this.#request.toRequest();
    }
    return this.#request;
  }

  set request(request: EngineRequest | null) {
    this.#request = request;
  }

  /** What the request has said, for those who can do without the request itself. */
  get said(): HandshakeSource | null {
    return this.#request;
  }

  /** The revision of the Engine.IO protocol: 4, or 3 for clients of Socket.IO 1 and 2. */
  get protocol(): number {
    return this.revision.protocol;
  }

  get readyState(): SessionState {
    return this.#state;
  }

  /** The same as `readyState`; read by tools of others. */
  get _readyState(): SessionState {
    return this.#state;
  }

  /** Whether another transport has come to take over from polling, probed or not. */
  get upgrading(): boolean {
    return this.#upgrade !== undefined;
  }

  /** Whether something was sent in this tick already. */
  get hasSent(): boolean {
    return this.server.flushes.isNow(this.#sentAt);
  }

  /**
   * Bytes that wait for the peer: those of the queue, and those that the transport still has. A text counts
   * its characters; what the operating system has taken counts no more.
   */
  get bufferedBytes(): number {
    return this.#queued - PACKET_BYTES * this.writeBuffer.length + this.transport.bufferedBytes;
  }

  /** Whether what is sent now would have to wait for the peer. */
  get isBehind(): boolean {
    return !this.transport.writable;
  }

  /**
   * Resolves when nothing waits for the peer any more; at once, when nothing does.
   * @returns rejects with a DisconnectedError if the session ends first
   */
  drained(): Promise<void> {
    if (this.#state === "closed") {
      return Promise.reject(new DisconnectedError("transport close"));
    }
    if (this.writeBuffer.length === 0 && this.transport.bufferedBytes === 0) {
      return Promise.resolve();
    }
    if (!this.#drain) {
      this.#drain = new Drain();
      this.#lookForDrain();
    }
    return this.#drain.promise;
  }

  /** Reads no more from the peer, until `resume` was called as often. Its heartbeat is not missed meanwhile. */
  pause(): void {
    this.#pauses++;
    if (this.#pauses === 1) {
      this.transport.pause();
    }
  }

  resume(): void {
    if (this.#pauses === 0 || --this.#pauses > 0) {
      return;
    }
    this.transport.resume();
    if (this.#state === "open") {
      // Its answers have waited to be read.
      this.#heartbeat.start();
    }
  }

  /** From that weight on, {@link lacksRoom} holds; the least that was set counts. */
  alertAt(weight: number): void {
    this.#alert = Math.min(this.#alert, weight);
  }

  /** Whether there may be no room for that weight: {@link fits} says it for sure. One comparison, for each receiver. */
  lacksRoom(weight: number): boolean {
    return this.#queued + this.#held + weight > this.#alert;
  }

  /**
   * Whether there is room for that weight. A reader that has kept up has it: much in one turn of the
   * event loop is the sender's affair, and the budget is for what comes while that has not left.
   */
  fits(weight: number, budget: number): boolean {
    this.#held = this.#hasWaited ? this.transport.bufferedBytes : 0;
    const waiting = this.#queued + this.#held;
    if (this.transport.writable || this.#waitsSince === this.server.flushes.turn) {
      this.#burst = waiting + weight;
      if (this.#exceeded === 0 && this.#burst > budget) {
        this.#exceeded = budget;
        this.#exceededAt = this.server.timers.now();
      }
      return true;
    }
    return waiting === 0 || waiting + weight <= budget + this.#burst;
  }

  /** The same, whoever is to blame for what waits. */
  hasRoom(weight: number, budget: number): boolean {
    const waiting = this.#queued + (this.isBehind ? this.transport.bufferedBytes : 0);
    return waiting === 0 || waiting + weight <= budget;
  }

  /** Remembers which event the last packet begins, so that it can be taken out of the queue. */
  mark(event: WaitingEvent): void {
    const last = this.writeBuffer.at(-1);
    if (last) {
      last.event = event;
    }
  }

  /** Takes the oldest of the chosen events out of the queue, until that much more fits. */
  dropOldest(weight: number, budget: number, choose: Choice): WaitingEvent[] {
    const excess = this.#queued + this.#held + weight - budget - this.#burst;
    const taken = takeOldest(this.writeBuffer, excess, choose);
    this.#queued -= taken.weight;
    return taken.events;
  }

  /** Takes the newest of the chosen events out of the queue. */
  dropNewest(choose: Choice): WaitingEvent | undefined {
    const taken = takeNewest(this.writeBuffer, choose);
    this.#queued -= taken?.weight ?? 0;
    return taken?.event;
  }

  /**
   * Ends the session of a reader that is too slow. What waits is freed now; who stands on the session is told in
   * the next tick, since this happens while something is sent.
   */
  abandon(error: SlowReaderError): void {
    if (this.#move("close")) {
      this.#clear();
      this.transport.abort();
      process.nextTick(() => this.#end("transport error", error));
    }
  }

  /** A reader that only shows that it lives must not keep a burst for good. */
  #judgeBurst(): void {
    const { timers, counters } = this.server;
    if (timers.now() - this.#exceededAt < BURST_MS) {
      return;
    }
    const { bufferedBytes } = this;
    if (bufferedBytes > this.#exceeded) {
      count(counters.dropped, "disconnect");
      this.abandon(new SlowReaderError(bufferedBytes, this.#exceeded));
    } else {
      this.#exceeded = 0;
    }
  }

  /** Sends the handshake. */
  open(): void {
    this.#move("open");
    const { pingInterval, pingTimeout, maxHttpBufferSize, initialPacket, transports } =
      this.server.opts;
    const handshake = {
      sid: this.id,
      upgrades: this.server
        .upgrades(this.transport.name)
        .filter((name) => transports.includes(name as TransportName)),
      pingInterval,
      pingTimeout,
      maxPayload: maxHttpBufferSize,
      // Left out where it is undefined.
      hawser: this.protocol === 4 ? this.server.extensions : undefined,
    };
    this.sendPacket("open", JSON.stringify(handshake));
    if (initialPacket) {
      this.sendPacket("message", initialPacket);
    }
    // The first response holds nothing else, as clients of all ages expect it.
    this.flush();
    this.emit("open");
    this.#heartbeat.start();
  }

  /**
   * Sends a message: bytes, or the text of anything else. It is dropped when the session is closing or
   * closed.
   * @param callback called when the message was handed to the network
   */
  send(data: RawData, options?: SendOptions | SendCallback, callback?: SendCallback): this {
    if (typeof options === "function") {
      this.sendPacket("message", data, undefined, options);
    } else {
      this.sendPacket("message", data, options, callback);
    }
    return this;
  }

  write(data: RawData, options?: SendOptions | SendCallback, callback?: SendCallback): this {
    return this.send(data, options, callback);
  }

  /**
   * Ends the session, after what waits has been sent.
   * @param discard end it now, and drop what the transport cannot take now
   */
  close(discard?: boolean): void {
    if (discard) {
      this.flush();
      this.#end("forced close");
      return;
    }
    if (!this.#move("close")) {
      return;
    }
    if (this.writeBuffer.length === 0) {
      this.#closeTransport();
    }
  }

  /** Lets a new transport probe, and take over if it answers in time. */
  upgradeTo(transport: Transport): void {
    transport.sid = this.id;
    this.#upgrade = new Upgrade(this, transport, this.server.opts, this.server.timers);
  }

  /** Hands what waits to the transport, if that can take it. */
  flush(): void {
    if (this.#state === "closed" || !this.transport.writable || this.writeBuffer.length === 0) {
      return;
    }
    const packets = this.#takeReadable();
    if (packets.length === 0) {
      return;
    }
    if (this.#callbacks) {
      this.#callbacksSent = [...(this.#callbacksSent ?? []), ...this.#callbacks];
      this.#callbacks = undefined;
    }
    if (this.listened) {
      this.emit("flush", packets);
    }
    this.server.sessionOnFlush(this, packets);
    if (this.transport.writable) {
      this.server.counters.packetsOut += packets.length;
      this.transport.send(packets);
      this.#handedOver();
    } else if (this.readyState !== "closed") {
      // A listener has used the transport: these go next.
      this.writeBuffer = [...packets, ...this.writeBuffer];
      this.#queued = weightOfAll(this.writeBuffer);
    }
  }

  /** @internal */
  transportPacket(packet: Packet): void {
    if (this.#state !== "open") {
      return;
    }
    this.server.counters.packetsIn++;
    const { listened } = this;
    if (listened) {
      this.emit("packet", packet);
      if (this.#state !== "open") {
        return;
      }
    }
    if (!this.#heartbeat.onPacket(packet)) {
      this.#end("transport error", new TransportError("invalid heartbeat direction"));
      return;
    }
    switch (packet.type) {
      case "message":
        this.#receive(packet.data ?? "", listened);
        break;
      case "pong":
      case "ping":
        this.emit("heartbeat");
        if (this.#exceeded > 0) {
          this.#judgeBurst();
        }
        break;
      case "error":
        this.#end("parse error");
        break;
    }
  }

  /** @internal */
  transportSent(): void {
    const callbacks = this.#callbacksSent;
    this.#callbacksSent = undefined;
    if (callbacks) {
      for (const callback of callbacks) {
        callback(this.transport);
      }
    }
    if (this.#state === "closed") {
      return;
    }
    if (this.listened) {
      this.emit("drain");
    }
    this.server.sessionOnDrain(this);
    if (this.#hasWaited || this.#drain) {
      this.#lookForDrain();
    }
    if (this.#state === "closing" && this.writeBuffer.length === 0) {
      this.#closeTransport();
    }
  }

  /** @internal */
  transportReady(): void {
    if (this.writeBuffer.length === 0) {
      this.#caughtUp();
    } else {
      this.#hasWaited = true;
    }
    this.flush();
  }

  /** @internal */
  transportClosed(description?: unknown): void {
    this.#end("transport close", description);
  }

  /** @internal */
  transportFailed(error: TransportError): void {
    const { description } = error;
    if (isTooLarge(description)) {
      this.#end("transport error", new PayloadTooLargeError(this.server.opts.maxHttpBufferSize));
    } else {
      if (description instanceof LimitError) {
        count(this.server.counters.limits, description.limit);
      }
      // A typed error says more than that the transport has failed.
      this.#end("transport error", description instanceof HawserError ? description : error);
    }
  }

  /** @internal */
  transportHeaders(headers: OutgoingHttpHeaders, request: EngineRequest): void {
    this.server.sessionOnHeaders(this, headers, request);
  }

  /** @internal */
  get bytesRead(): number {
    return this.transport.bytesRead;
  }

  /** @internal */
  sendHeartbeat(type: "ping" | "pong"): void {
    this.sendPacket(type);
    if (this.#exceeded > 0) {
      this.#judgeBurst();
    }
  }

  /** @internal */
  heartbeatTimedOut(): void {
    if (this.#pauses > 0) {
      this.#heartbeat.start();
    } else {
      this.#end("ping timeout");
    }
  }

  /** @internal */
  upgradeProbed(transport: Transport): void {
    this.emit("upgrading", transport);
  }

  /** @internal */
  upgradeTick(): void {
    if (this.writeBuffer.length > 0) {
      this.flush();
    } else if (this.transport.writable) {
      this.transport.send([{ type: "noop" }]);
    }
  }

  /** @internal */
  upgradeCompleted(transport: Transport): void {
    this.#upgrade = undefined;
    this.transport.discard();
    transport.handler = this;
    this.transport = transport;
    this.upgraded = true;
    this.#caughtUp();
    if (this.#pauses > 0) {
      transport.pause();
    }
    this.emit("upgrade", transport);
    this.flush();
    if (this.#state === "closing" && this.writeBuffer.length === 0) {
      this.#closeTransport();
    }
  }

  /** @internal */
  upgradeFailed(): void {
    this.#upgrade = undefined;
  }

  #receive(data: RawData, listened: boolean): void {
    if (typeof data === "string") {
      this.handler?.sessionOnText(data);
    } else {
      this.handler?.sessionOnBinary(data as Uint8Array);
    }
    if (listened) {
      this.emit("data", data);
      this.emit("message", data);
    }
  }

  /** Sends a packet of any type. Messages go by `send`; the others are for tools that test a connection. */
  sendPacket(
    type: PacketType,
    data?: RawData,
    options?: SendOptions,
    callback?: SendCallback,
  ): void {
    if (this.#state === "closing" || this.#state === "closed") {
      return;
    }
    const compress = options?.compress === false ? UNCOMPRESSED : COMPRESSED;
    const raw = data === undefined ? data : asRawData(data);
    const packet: Packet = { type, data: isSmall(raw) ? copyOf(raw) : raw, options: compress };
    if (this.#isWatched) {
      packet.options = { ...compress };
      this.emit("packetCreate", packet);
    }
    this.#enqueue(packet, weightOf(packet.data), false);
    if (data instanceof Blob) {
      this.#read(data, packet);
    }
    if (callback) {
      this.#callbacks ??= [];
      this.#callbacks.push(callback);
    }
    if (isLarge(raw)) {
      // Not copied, so it leaves before the application has its bytes back.
      this.flush();
    }
  }

  /** Sends a message that many sessions get alike. */
  sendShared(packet: SharedPacket): void {
    if (this.#isWatched) {
      // Whoever looks at the packet may change it, so that one is for this session alone.
      this.sendPacket("message", packet.data, packet.options);
      if (packet.event) {
        this.mark(packet.event);
      }
    } else if (this.#state !== "closing" && this.#state !== "closed") {
      this.#enqueue(packet, packet.weight, true);
    }
  }

  /** Whether somebody looks at what goes out. */
  get #isWatched(): boolean {
    return this.listened && this.listenerCount("packetCreate") > 0;
  }

  /** @param isShared whether many others get the same */
  #enqueue(packet: QueuedPacket, weight: number, isShared: boolean): void {
    const { flushes } = this.server;
    const { turn } = flushes;
    this.#queued += weight;
    if (this.writeBuffer.length > 0) {
      this.writeBuffer.push(packet);
    } else {
      this.writeBuffer = [packet];
      if (this.#held > 0) {
        this.#held = this.transport.bufferedBytes;
      }
      if (this.#held === 0) {
        this.#waitsSince = turn;
      }
    }
    this.#sentAt = flushes.tick;
    // Asked for anew where an earlier turn's flush is still due, or stands behind a broadcast's.
    if (this.#flushTurn === turn) {
      return;
    }
    if (!isShared) {
      this.#flushTurn = turn;
      flushes.add(this);
    } else if (this.#broadcastTurn !== turn) {
      this.#broadcastTurn = turn;
      flushes.addLast(this);
    }
  }

  /** What may be sent now: what stands behind a Blob waits until that was read. */
  #takeReadable(): QueuedPacket[] {
    const packets = this.writeBuffer;
    if (this.#unread > 0) {
      const readable = packets.splice(
        0,
        packets.findIndex((packet) => packet.data instanceof Blob),
      );
      this.#queued -= weightOfAll(readable);
      return readable;
    }
    this.#clear();
    return packets;
  }

  /** The transport has the packets now: either they have left, or it holds them. */
  #handedOver(): void {
    if (this.transport.writable) {
      this.#caughtUp();
      return;
    }
    this.#held = this.transport.bufferedBytes;
    if (!this.#hasWaited) {
      this.#hasWaited = true;
      this.#burst = this.#held;
    }
  }

  #caughtUp(): void {
    this.#hasWaited = false;
    this.#held = 0;
    this.#burst = 0;
    this.#exceeded = 0;
  }

  #clear(): void {
    this.writeBuffer = NOTHING;
    this.#queued = 0;
  }

  /** Tells those who want to know when nothing waits any more; if something does, this is called again. */
  #lookForDrain(): void {
    if (this.#isLookingForDrain || this.writeBuffer.length > 0 || this.#state === "closed") {
      return;
    }
    if (this.transport.bufferedBytes > 0) {
      this.#isLookingForDrain = this.transport.whenEmpty(() => {
        this.#isLookingForDrain = false;
        this.#lookForDrain();
      });
      return;
    }
    this.#caughtUp();
    const drain = this.#drain;
    this.#drain = undefined;
    drain?.end();
    this.handler?.sessionOnDrain();
  }

  #read(blob: Blob, packet: Packet): void {
    this.#unread++;
    blob.arrayBuffer().then(
      (bytes) => {
        packet.data = Buffer.from(bytes);
        this.#unread--;
        this.flush();
      },
      (error: unknown) => this.#end("transport error", error),
    );
  }

  #closeTransport(): void {
    this.transport.close(() => this.#end("forced close"));
  }

  #end(reason: CloseReason, description?: unknown): void {
    if (!this.#move("end")) {
      return;
    }
    this.#heartbeat.stop();
    this.#upgrade?.cancel();
    this.#upgrade = undefined;
    this.transport.discard();
    this.#callbacks = undefined;
    this.#callbacksSent = undefined;
    this.#drain?.fail(new DisconnectedError(reason));
    this.server.sessionOnClose(this);
    this.handler?.sessionOnClose(reason, description);
    this.handler = undefined;
    this.emit("close", reason, description);
    // Listeners of `close` may look at what was not sent.
    this.#clear();
  }

  #move(action: SessionAction): boolean {
    const state = transition(this.#state, action);
    if (state === undefined) {
      return false;
    }
    this.#state = state;
    return true;
  }
}
