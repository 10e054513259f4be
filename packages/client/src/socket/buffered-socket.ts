import type { Packet } from "@hawser/socket-codec/packets";
import { type ErrorCode, guarded, HawserError } from "../errors.ts";
import type {
  DefaultEventsMap,
  EventsMap,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "../events.ts";
import type { OutgoingPacket } from "../manager/connection.ts";
import type { OfflineBufferOptions, SocketOptions } from "../options.ts";
import type { Session } from "../session/session.ts";
import { heldBytes } from "./held-bytes.ts";
import type { SocketReservedEvents } from "./reserved-events.ts";
import { type Manager, Socket as PlainSocket } from "./socket.ts";

type Limits = Required<Omit<OfflineBufferOptions, "onDrop">>;

/** Above so many bytes a connection counts as behind. */
const BEHIND = 16 * 1024;

/** How often to look, in milliseconds: no WebSocket tells when it has sent everything. */
const LOOK_MS = 10;

/** Of the packets that had to wait: their size, and since when. */
const kept = new WeakMap<OutgoingPacket, readonly [bytes: number, since: number]>();

/**
 * The socket of all but the smallest client: it limits what waits to be sent, counts what does not make
 * it, and tells when nothing waits.
 */
export class BufferedSocket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends PlainSocket<ListenEvents, EmitEvents> {
  override dropped = 0;
  readonly #offline: Limits & OfflineBufferOptions;
  /** In `sendBuffer`, or more: applications take packets out of it. */
  #bytes = 0;
  #ageTimer: unknown;
  /** Why it was disconnected the last time; another object each time. */
  #disconnection: { reason: string } | undefined;
  /** The session whose `drain` is listened to. */
  #watched: Session | undefined;
  #isDrainDue = false;

  constructor(io: Manager<ListenEvents, EmitEvents>, nsp: string, opts: SocketOptions = {}) {
    super(io, nsp, opts, false);
    this.#offline = {
      maxPackets: 10_000,
      maxBytes: 2 ** 24,
      maxAge: Number.POSITIVE_INFINITY,
      ...(opts.offlineBuffer as Partial<Limits>),
    };
    if (io._autoConnect) {
      this.connect();
    }
  }

  override get bufferedBytes(): number {
    return this.#held() + this.#sending();
  }

  override get writable(): boolean {
    return this.connected && this.#sending() <= BEHIND;
  }

  override async drained(): Promise<void> {
    const before = this.#disconnection;
    // What was emitted just now has still to be handed over.
    await undefined;
    for (let last = before; last !== before || this.bufferedBytes > 0; last = this.#disconnection) {
      if (last !== before || !this.active) {
        throw new HawserError("DISCONNECTED", "socket has been disconnected", last);
      }
      await new Promise<void>((resolve) => this.io.clock.setTimeout(resolve, LOOK_MS));
    }
  }

  override clearBuffer(): this {
    for (const packet of this.sendBuffer.splice(0)) {
      this.#notSent(packet);
    }
    return this;
  }

  override on<Ev extends ReservedOrUserEventNames<SocketReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<SocketReservedEvents, ListenEvents, Ev>,
  ): this {
    super.on(ev, listener);
    this.#watch(ev);
    return this;
  }

  override once<Ev extends ReservedOrUserEventNames<SocketReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<SocketReservedEvents, ListenEvents, Ev>,
  ): this {
    super.once(ev, listener);
    this.#watch(ev);
    return this;
  }

  override giveUp({ id }: Packet, error: Error): unknown {
    const ack = this.acks.take(id);
    ack?.fail?.(error);
    return ack?.fail;
  }

  protected override skips(packet: OutgoingPacket): boolean {
    const skips = !this.io.engine?.transport?.writable || this.#sending() > BEHIND;
    if (skips) {
      this.#notSent(packet);
    }
    return skips;
  }

  protected override kept(): void {
    const packet = this.sendBuffer.at(-1)!;
    let bytes = 0;
    try {
      bytes = heldBytes(packet.data);
    } catch {
      // It is told that it has no end when it is sent.
    }
    kept.set(packet, [bytes, this.io.clock.now()]);
    this.#bytes += bytes;
    this.#prune();
  }

  protected override refused(packet: OutgoingPacket, error: unknown): unknown {
    return (
      (error as { code?: ErrorCode }).code === "PAYLOAD_TOO_LARGE" &&
      // Of what has waited, nobody is there to catch the error.
      (kept.has(packet)
        ? this.#drop(packet, error as HawserError, console.warn)
        : this.giveUp(packet, error as HawserError))
    );
  }

  protected override changed(reason?: string): void {
    if (reason) {
      this.#disconnection = { reason };
    } else {
      this.#prune();
      this.#watch();
    }
  }

  /** Drops what is beyond the limits, the oldest first. */
  #prune(): void {
    const { sendBuffer, io } = this;
    const limits: Limits = this.#offline;
    const { clock } = io;
    clock.clearTimeout(this.#ageTimer);
    for (let packet = sendBuffer[0]; packet; packet = sendBuffer[0]) {
      const [bytes, since] = kept.get(packet) ?? [0, Number.POSITIVE_INFINITY];
      const left = since + limits.maxAge - clock.now();
      if (this.#bytes > limits.maxBytes) {
        this.#bytes = this.#held();
      }
      let limit: keyof Limits | undefined;
      if (left <= 0) {
        limit = "maxAge";
      } else if (sendBuffer.length > limits.maxPackets) {
        limit = "maxPackets";
      } else if (this.#bytes > limits.maxBytes && sendBuffer.length > 1) {
        // One that is alone is kept, whatever its size: it could never be sent otherwise.
        limit = "maxBytes";
      }
      if (!limit) {
        if (left < Number.POSITIVE_INFINITY) {
          this.#ageTimer = clock.setTimeout(() => this.#prune(), left);
        }
        return;
      }
      sendBuffer.shift();
      this.#bytes -= bytes;
      const max = limits[limit];
      const [event] = packet.data as unknown[];
      const details = { event, limit, max };
      this.#drop(packet, new HawserError("LIMIT_EXCEEDED", `dropped: ${limit}`, details));
    }
  }

  /** Bytes in `sendBuffer`. */
  #held(): number {
    return this.sendBuffer.reduce((sum, packet) => sum + (kept.get(packet)?.[0] ?? 0), 0);
  }

  /** Bytes that wait on the connection. */
  #sending(): number {
    const { engine } = this.io;
    // A closed WebSocket never forgets what it had still to send.
    if (!engine?.transport || engine.readyState === "closed") {
      return 0;
    }
    const buffered = engine.transport.buffered?.();
    return engine.writeBuffer
      .slice(buffered === undefined ? 0 : engine.inFlight)
      .reduce((sum, { data = "" }) => sum + heldBytes(data), buffered ?? 0);
  }

  #notSent(packet: OutgoingPacket): void {
    this.dropped++;
    this.giveUp(packet, new HawserError("NOT_SENT", "dropped"));
  }

  #drop(packet: OutgoingPacket, error: HawserError, otherwise?: (error: Error) => void): true {
    this.dropped++;
    const isTold = this.giveUp(packet, error);
    const { onDrop } = this.#offline;
    if (onDrop) {
      guarded(() => onDrop(packet.data as unknown[], error));
    } else if (!isTold) {
      otherwise?.(error);
    }
    return true;
  }

  /** Tells of `drain` from now on, if somebody wants to know. @param event what was just listened to */
  #watch(event: string | symbol = "drain"): void {
    const { engine } = this.io;
    if (event === "drain" && this.hasListeners(event)) {
      if (engine !== this.#watched) {
        this.#watched = engine;
        engine.on("drain", () => this.#tellDrained());
      }
      if (this.bufferedBytes > 0) {
        this.#tellDrained();
      }
    }
  }

  #tellDrained(): void {
    if (this.connected && !this.#isDrainDue) {
      this.#isDrainDue = true;
      this.drained()
        .finally(() => {
          this.#isDrainDue = false;
        })
        .then(() => this.emitReserved("drain"))
        .catch(() => {});
    }
  }
}

/** The names of the full client: `Socket` is the class above, its types those that all entries share. */
export const Socket: typeof PlainSocket = BufferedSocket;
export type Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> = PlainSocket<ListenEvents, EmitEvents>;

export declare namespace Socket {
  /** Why a socket was disconnected. */
  export type DisconnectReason = PlainSocket.DisconnectReason;
}
