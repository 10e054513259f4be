import type { Packet } from "@hawser/socket-codec/packets";
import { type ErrorCode, guarded, HawserError } from "../errors.ts";
import type { OutgoingPacket } from "../manager/connection.ts";
import type { OfflineBufferOptions } from "../options.ts";
import type { Clock } from "../platform/clock.ts";
import type { Session } from "../session/session.ts";
import type { Acks } from "./acks.ts";
import { heldBytes } from "./held-bytes.ts";

/** The socket as its outbox knows it. */
export interface OutboxHost {
  readonly connected: boolean;
  /** Whether it is connected, or will be. */
  readonly active: boolean;
  sendBuffer: OutgoingPacket[];
  /** Its Manager; without a session before the first attempt. */
  readonly io: { readonly clock: Clock; readonly engine: Session | undefined };
}

/** Above so many bytes a connection counts as behind. */
const BEHIND = 16 * 1024;

/** How often to look, in milliseconds: no WebSocket tells when it has sent everything. */
const LOOK_MS = 10;

/** Limits what waits to be sent, counts what does not make it, and tells when nothing waits. */
export class Outbox {
  /** How many events were not sent. */
  dropped = 0;
  readonly #host: OutboxHost;
  readonly #acks: Acks;
  readonly #limits: Required<Omit<OfflineBufferOptions, "onDrop">>;
  readonly #onDrop: OfflineBufferOptions["onDrop"];
  /** Of the packets that had to wait: their size, and since when. */
  readonly #kept = new WeakMap<OutgoingPacket, readonly [bytes: number, since: number]>();
  /** In `sendBuffer`, or more: applications take packets out of it. */
  #bytes = 0;
  #ageTimer: unknown;
  /** Why it was disconnected the last time; another object each time. */
  #disconnection: { reason: string } | undefined;

  constructor(
    host: OutboxHost,
    acks: Acks,
    {
      maxPackets = 10_000,
      maxBytes = 2 ** 24,
      maxAge = Number.POSITIVE_INFINITY,
      onDrop,
    }: OfflineBufferOptions = {},
  ) {
    this.#host = host;
    this.#acks = acks;
    this.#limits = { maxPackets, maxBytes, maxAge };
    this.#onDrop = onDrop;
  }

  /** Bytes that wait, here and on the connection. */
  bytes(): number {
    return this.#held() + this.#sending();
  }

  /** Whether too much waits on the connection. */
  isBehind(): boolean {
    return this.#sending() > BEHIND;
  }

  /** Whether a volatile packet is dropped. */
  skips(packet: OutgoingPacket): boolean {
    const skips = !this.#host.io.engine?.transport?.writable || this.isBehind();
    if (skips) {
      this.#notSent(packet, "dropped, being volatile");
    }
    return skips;
  }

  /** A packet was put into `sendBuffer`. */
  kept(): void {
    const { sendBuffer, io } = this.#host;
    const packet = sendBuffer.at(-1)!;
    const bytes = heldBytes(packet.data);
    this.#kept.set(packet, [bytes, io.clock.now()]);
    this.#bytes = sendBuffer.length > 1 ? this.#bytes + bytes : bytes;
    this.prune();
  }

  /** Drops what is beyond the limits, the oldest first. */
  prune(): void {
    const { sendBuffer, io } = this.#host;
    const { maxPackets, maxBytes, maxAge } = this.#limits;
    const { clock } = io;
    clock.clearTimeout(this.#ageTimer);
    for (let packet = sendBuffer[0]; packet; packet = sendBuffer[0]) {
      const [bytes, since] = this.#kept.get(packet) ?? [0, clock.now()];
      const left = since + maxAge - clock.now();
      if (this.#bytes > maxBytes) {
        this.#bytes = this.#held();
      }
      let limit: keyof typeof limits;
      const limits = this.#limits;
      if (left <= 0) {
        limit = "maxAge";
      } else if (sendBuffer.length > maxPackets) {
        limit = "maxPackets";
      } else if (this.#bytes > maxBytes && sendBuffer.length > 1) {
        // One that is alone is kept, whatever its size: it could never be sent otherwise.
        limit = "maxBytes";
      } else {
        if (left < Number.POSITIVE_INFINITY) {
          this.#ageTimer = clock.setTimeout(() => this.prune(), left);
        }
        return;
      }
      sendBuffer.shift();
      this.#bytes -= bytes;
      const max = limits[limit];
      const [event] = packet.data as unknown[];
      const error = new HawserError("LIMIT_EXCEEDED", `dropped: ${limit} is ${max}`, {
        event,
        limit,
        max,
      });
      this.#drop(packet, error);
    }
  }

  /** A packet cannot be sent. Answers whether somebody was told. */
  refused(packet: OutgoingPacket, error: unknown): boolean {
    if ((error as { code?: ErrorCode }).code !== "PAYLOAD_TOO_LARGE") {
      return false;
    }
    if (this.#kept.has(packet)) {
      // Nobody is there to catch it.
      this.#drop(packet, error as HawserError, console.warn);
      return true;
    }
    return this.giveUp(packet, error as HawserError);
  }

  /** Drops what waits in `sendBuffer`. */
  clear(): void {
    for (const packet of this.#host.sendBuffer.splice(0)) {
      this.#notSent(packet, "dropped by clearBuffer()");
    }
  }

  /** The socket is disconnected. */
  closed(reason: string): void {
    this.#disconnection = { reason };
  }

  /** Resolves once nothing waits. */
  async drained(): Promise<void> {
    const { io } = this.#host;
    const before = this.#disconnection;
    // What was emitted just now has still to be handed over.
    await undefined;
    while (this.bytes() > 0) {
      const last = this.#disconnection;
      if (last !== before || !this.#host.active) {
        throw new HawserError("DISCONNECTED", "socket has been disconnected", last);
      }
      await new Promise<void>((resolve) => io.clock.setTimeout(resolve, LOOK_MS));
    }
  }

  /** Fails the acknowledgement that a packet asked for. Answers whether anybody is told so. */
  giveUp({ id }: Packet, error: Error): boolean {
    const ack = this.#acks.take(id);
    ack?.fail?.(error);
    return !!ack?.fail;
  }

  /** Bytes in `sendBuffer`. */
  #held(): number {
    return this.#host.sendBuffer.reduce(
      (sum, packet) => sum + (this.#kept.get(packet)?.[0] ?? 0),
      0,
    );
  }

  /** Bytes that wait on the connection. */
  #sending(): number {
    const session = this.#host.io.engine;
    // A closed WebSocket never forgets what it had still to send.
    if (!session?.transport || session.readyState === "closed") {
      return 0;
    }
    const buffered = session.transport.buffered?.();
    return session.writeBuffer
      .slice(buffered === undefined ? 0 : session.inFlight)
      .reduce((sum, { data = "" }) => sum + heldBytes(data), buffered ?? 0);
  }

  #notSent(packet: OutgoingPacket, message: string): void {
    this.dropped++;
    this.giveUp(packet, new HawserError("NOT_SENT", message));
  }

  #drop(packet: OutgoingPacket, error: HawserError, otherwise?: (error: Error) => void): void {
    this.dropped++;
    const isTold = this.giveUp(packet, error);
    const onDrop = this.#onDrop;
    if (onDrop) {
      guarded(() => onDrop(packet.data as unknown[], error));
    } else if (!isTold) {
      otherwise?.(error);
    }
  }
}
