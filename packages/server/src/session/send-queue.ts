import { asRawData, type Packet, type PacketType, type RawData } from "@hawser/engine-codec/frames";
import { copyOf, isLarge, isSmall } from "../bytes.ts";
import type { Timers } from "../clock/timers.ts";
import { DisconnectedError, SlowReaderError } from "../errors.ts";
import { LazyEmitter } from "../lazy-emitter.ts";
import { count, type EngineCounters } from "../stats/counters.ts";
import type { SharedPacket } from "../transport/shared-packet.ts";
import type { Transport } from "../transport/transport.ts";
import {
  PACKET_BYTES,
  type QueuedPacket,
  type WaitingEvent,
  weightOf,
} from "../transport/waiting-event.ts";
import { type Choice, takeNewest, takeOldest, weightOfAll } from "./backlog.ts";
import { Drain } from "./drain.ts";
import type { Flushable, FlushQueue } from "./flush.ts";
import type { SessionState } from "./state.ts";

export interface SendOptions {
  /** `false` keeps this message out of compression. Default: true. */
  compress?: boolean | undefined;
}

export type SendCallback = (transport: Transport) => void;

/** What all queues of an engine share. */
export interface SendQueueOwner {
  readonly timers: Timers;
  readonly flushes: FlushQueue;
  readonly counters: EngineCounters;
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

/**
 * The half of a session that sends: what waits for the transport, what that weighs, and who waits until it has
 * left. A base class rather than an object of its own, which every connection would have to keep.
 */
export abstract class SendQueue extends LazyEmitter implements Flushable {
  readonly server: SendQueueOwner;
  transport: Transport;
  /** What waits for the transport. */
  writeBuffer: QueuedPacket[] = NOTHING;

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

  constructor(server: SendQueueOwner, transport: Transport) {
    super();
    this.server = server;
    this.transport = transport;
  }

  abstract get readyState(): SessionState;

  /** Ends the session of a reader that is too slow. */
  abstract abandon(error: SlowReaderError): void;

  /** The packets are about to be handed to the transport. */
  protected abstract willSend(packets: QueuedPacket[]): void;

  /** Nothing waits for the peer any more, after something had to. */
  protected abstract nothingWaits(): void;

  /** A Blob cannot be read, and neither can what stands behind it be sent. */
  protected abstract cannotSend(error: unknown): void;

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
    if (this.#isOver) {
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

  /** Sends a packet of any type. Messages go by `send`; the others are for tools that test a connection. */
  sendPacket(
    type: PacketType,
    data?: RawData,
    options?: SendOptions,
    callback?: SendCallback,
  ): void {
    if (this.readyState === "closing" || this.readyState === "closed") {
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
    } else if (this.readyState !== "closing" && this.readyState !== "closed") {
      this.#enqueue(packet, packet.weight, true);
    }
  }

  /** Hands what waits to the transport, if that can take it. */
  flush(): void {
    if (this.#isOver || !this.transport.writable || this.writeBuffer.length === 0) {
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
    this.willSend(packets);
    if (this.transport.writable) {
      this.server.counters.packetsOut += packets.length;
      this.transport.send(packets);
      this.#handedOver();
    } else if (!this.#isOver) {
      // A listener has used the transport: these go next.
      this.writeBuffer = [...packets, ...this.writeBuffer];
      this.#queued = weightOfAll(this.writeBuffer);
    }
  }

  /** What the transport was given has left. */
  protected callBack(): void {
    const callbacks = this.#callbacksSent;
    this.#callbacksSent = undefined;
    if (callbacks) {
      for (const callback of callbacks) {
        callback(this.transport);
      }
    }
  }

  /** The same, for those who wait until nothing waits. */
  protected lookIfWaited(): void {
    if (this.#hasWaited || this.#drain) {
      this.#lookForDrain();
    }
  }

  /** The transport takes more, after it did not. */
  protected goOn(): void {
    if (this.writeBuffer.length === 0) {
      this.caughtUp();
    } else {
      this.#hasWaited = true;
    }
    this.flush();
  }

  /** The peer is not behind with anything any more. */
  protected caughtUp(): void {
    this.#hasWaited = false;
    this.#held = 0;
    this.#burst = 0;
    this.#exceeded = 0;
  }

  /** A reader that only shows that it lives must not keep a burst for good. */
  protected judgeBurst(): void {
    const { timers, counters } = this.server;
    if (this.#exceeded === 0 || timers.now() - this.#exceededAt < BURST_MS) {
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

  /** The session has ended: nobody need wait any more. */
  protected forgetWaiting(reason: string): void {
    this.#callbacks = undefined;
    this.#callbacksSent = undefined;
    this.#drain?.fail(new DisconnectedError(reason));
  }

  protected clear(): void {
    this.writeBuffer = NOTHING;
    this.#queued = 0;
  }

  get #isOver(): boolean {
    return this.readyState === "closed";
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
    this.clear();
    return packets;
  }

  /** The transport has the packets now: either they have left, or it holds them. */
  #handedOver(): void {
    if (this.transport.writable) {
      this.caughtUp();
      return;
    }
    this.#held = this.transport.bufferedBytes;
    if (!this.#hasWaited) {
      this.#hasWaited = true;
      this.#burst = this.#held;
    }
  }

  /** Tells those who want to know when nothing waits any more; if something does, this is called again. */
  #lookForDrain(): void {
    if (this.#isLookingForDrain || this.writeBuffer.length > 0 || this.#isOver) {
      return;
    }
    if (this.transport.bufferedBytes > 0) {
      this.#isLookingForDrain = this.transport.whenEmpty(() => {
        this.#isLookingForDrain = false;
        this.#lookForDrain();
      });
      return;
    }
    this.caughtUp();
    const drain = this.#drain;
    this.#drain = undefined;
    drain?.end();
    this.nothingWaits();
  }

  #read(blob: Blob, packet: Packet): void {
    this.#unread++;
    blob.arrayBuffer().then(
      (bytes) => {
        packet.data = Buffer.from(bytes);
        this.#unread--;
        this.flush();
      },
      (error: unknown) => this.cannotSend(error),
    );
  }
}
