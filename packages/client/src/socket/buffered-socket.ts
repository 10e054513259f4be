import { type Packet, PacketType } from "@hawser/socket-codec/packets";
import type {
  DefaultEventsMap,
  EventsMap,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "../events.ts";
import type { Member } from "../manager/connection.ts";
import type { Session } from "../session/session.ts";
import { Outbox } from "./outbox.ts";
import type { SocketReservedEvents } from "./reserved-events.ts";
import { Socket as PlainSocket } from "./socket.ts";

const outboxes = new WeakMap<object, Outbox>();

/** How many events may come before the server has confirmed the connection. */
const MAX_EARLY = 10_000;

/** A socket that limits what waits to be sent, and tells about it: that of all but the smallest client. */
export class BufferedSocket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends PlainSocket<ListenEvents, EmitEvents> {
  /** The session whose `drain` is listened to. */
  #watched: Session | undefined;
  #isDrainDue = false;

  // Not a field: it may be wanted while the constructor above is still at work.
  protected override get outbox(): Outbox {
    let outbox = outboxes.get(this);
    if (!outbox) {
      outbox = new Outbox(this, this.acks, this.socketOptions.offlineBuffer);
      outboxes.set(this, outbox);
    }
    return outbox;
  }

  protected override member(): Member {
    const member = super.member();
    return {
      ...member,
      packet: (packet) => {
        const { type } = packet;
        if (!this.connected) {
          if (type === PacketType.CONNECT) {
            this.outbox.prune();
            queueMicrotask(() => this.#watch());
          } else if (this.receiveBuffer.length > MAX_EARLY) {
            this.receiveBuffer = [];
            // Ends the connection, as what cannot be read does.
            throw new Error("too many events before the connection is confirmed");
          }
        }
        member.packet(packet);
        if (type === PacketType.DISCONNECT) {
          this.outbox.closed("io server disconnect");
        }
      },
      error: (error) => {
        // A text where there is no transport at all, which takes nothing.
        Object.assign(error, this.diagnosis(error));
        member.error(error);
      },
      close: (reason, description) => {
        member.close(reason, description);
        this.outbox.closed(reason);
        if (reason === "parse error") {
          // Who broke the protocol may never take what has still to be sent.
          this.io.engine.transport.close();
        }
      },
    };
  }

  /** What to add to the error of a failed attempt to connect. */
  protected diagnosis(_error: Error): object {
    return { transport: this.io.engine.transport?.name };
  }

  override disconnect(): this {
    super.disconnect();
    this.outbox.closed("io client disconnect");
    return this;
  }

  override giveUp(packet: Packet, error: Error): void {
    this.outbox.giveUp(packet, error);
  }

  override get bufferedBytes(): number {
    return this.outbox.bytes();
  }

  override get writable(): boolean {
    return this.connected && !this.outbox.isBehind();
  }

  override get dropped(): number {
    return this.outbox.dropped;
  }

  override drained(): Promise<void> {
    return this.outbox.drained();
  }

  override clearBuffer(): this {
    this.outbox.clear();
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

  /** Tells of `drain` from now on, if somebody wants to know. @param event what was just listened to */
  #watch(event: string | symbol = "drain"): void {
    const { engine } = this.io;
    if (event !== "drain" || !engine || !this.hasListeners(event)) {
      return;
    }
    if (engine !== this.#watched) {
      this.#watched = engine;
      engine.on("drain", () => this.#tellDrained());
    }
    if (this.bufferedBytes > 0) {
      this.#tellDrained();
    }
  }

  #tellDrained(): void {
    if (this.connected && !this.#isDrainDue) {
      this.#isDrainDue = true;
      const done = (): void => {
        this.#isDrainDue = false;
      };
      this.drained().then(() => {
        done();
        this.emitReserved("drain");
      }, done);
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
