import { type Packet, PacketType, RESERVED_EVENTS } from "@hawser/socket-codec/packets";
import { type Ack, unanswered } from "../ack.ts";
import { type BackpressurePolicy, checkPolicy, type PolicyOptions } from "../backpressure.ts";
import type { WriteOptions } from "../connection/member.ts";
import {
  DisconnectedError,
  type HawserError,
  reservedEvent,
  type SlowReaderError,
} from "../errors.ts";
import type {
  AllButLast,
  DecorateAcknowledgementsWithMultipleResponses,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  NoAcknowledgement,
} from "../events.ts";
import type { Adapter, BroadcastFlags, Room, SocketId } from "../room/adapter.ts";
import { BroadcastOperator } from "../room/broadcast.ts";
import { EVERYBODY, type Selection } from "../room/selection.ts";
import type { PrivateSessionId } from "../room/session.ts";
import { count } from "../stats/counters.ts";
import { PendingAcks } from "./acks.ts";
import { Flow } from "./flow.ts";
import type { DisconnectReason } from "./listeners.ts";
import { emitRecoverably } from "./recovery.ts";

interface Flags extends BroadcastFlags, WriteOptions {}

const NO_FLAGS: Flags = Object.freeze({});

/** What a socket sends to its client, or to all but its client, and the answers that it waits for. */
export abstract class Outgoing<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  SocketData,
> extends Flow<ListenEvents, EmitEvents> {
  abstract readonly id: SocketId;
  abstract readonly pid: PrivateSessionId | undefined;
  abstract readonly adapter: Adapter;
  /** Why the socket has left, once it has. */
  protected abstract readonly leftBecause: DisconnectReason | undefined;
  /** Of the next packet. */
  #flags: Flags | undefined;
  /** Made on first use. */
  #acks: PendingAcks | undefined;

  /** Pending acknowledgements by packet id. */
  get acks(): Map<number, Ack> {
    return this.#pendingAcks().callbacks;
  }

  /**
   * Emits an event to the client. A function as last argument is called with the client's
   * acknowledgement; after `timeout(ms)`, or with the option `ackTimeout`, with `(error, ...args)`, the
   * error being a TimeoutError or, when the client has left, a DisconnectedError.
   * @returns true
   * @throws HawserError `RESERVED_EVENT`; TypeError for what JSON cannot hold
   */
  override emit<Ev extends EventNames<EmitEvents>>(
    ev: Ev,
    ...args: EventParams<EmitEvents, Ev>
  ): boolean {
    if (RESERVED_EVENTS.has(ev)) {
      throw reservedEvent(ev);
    }
    const data: unknown[] = [ev, ...args];
    const packet: Packet = { type: PacketType.EVENT, nsp: this.nsp.name, data };
    const flags = this.#takeFlags();
    if (typeof data[data.length - 1] === "function") {
      packet.id = this.nsp._ids++;
      this.#expectAck(packet.id, data.pop() as Ack, flags.timeout);
    }
    try {
      if (this.pid === undefined) {
        this.notifyOutgoingListeners(packet);
        this.client.writePacket(packet, flags);
      } else {
        emitRecoverably(this, packet, flags);
      }
    } catch (error) {
      // JSON cannot hold it: nothing was sent that could be acknowledged.
      if (packet.id !== undefined) {
        this.forgetAck(packet.id);
      }
      throw error;
    }
    return true;
  }

  /**
   * Emits an event and waits for the acknowledgement.
   * @returns its first argument; rejects with a TimeoutError after `timeout(ms)` or the option
   * `ackTimeout`, with a DisconnectedError when the client leaves
   */
  emitWithAck<Ev extends EventNamesWithAck<EmitEvents>>(
    ev: Ev | NoAcknowledgement<EmitEvents>,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    const timed = (this.#flags?.timeout ?? this.nsp.server.ackTimeout) !== undefined;
    const answer = new Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>>(
      (resolve, reject) => {
        const callback: Ack = (...response) => {
          const [error, value] = timed ? response : [null, response[0]];
          if (error) {
            reject(error);
          } else {
            resolve(value as FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>);
          }
        };
        callback[unanswered] = (error) => {
          // A client that leaves must not end the process of an application that waits for nothing.
          answer.catch(() => {});
          reject(error);
        };
        if ((this.#flags?.policy ?? this.backpressure.policy) === "block") {
          this.#flag({ awaited: true });
        }
        this.emit(ev as Ev, ...([...args, callback] as EventParams<EmitEvents, Ev>));
      },
    );
    return answer;
  }

  /** Emits a `message` event. */
  send(...args: EventParams<EmitEvents, "message">): this {
    this.emit("message", ...args);
    return this;
  }

  /** As {@link send}. */
  write(...args: EventParams<EmitEvents, "message">): this {
    return this.send(...args);
  }

  /** Everybody in `room` but this socket. */
  to(room: Room | Room[]): SocketBroadcast<EmitEvents, SocketData> {
    return this.#others().to(room);
  }

  /** As {@link to}. */
  in(room: Room | Room[]): SocketBroadcast<EmitEvents, SocketData> {
    return this.#others().in(room);
  }

  /** Everybody but this socket and those in `room`. */
  except(room: Room | Room[]): SocketBroadcast<EmitEvents, SocketData> {
    return this.#others().except(room);
  }

  /** Everybody but this socket. */
  get broadcast(): SocketBroadcast<EmitEvents, SocketData> {
    return this.#others();
  }

  /** Everybody on this node but this socket. */
  get local(): SocketBroadcast<EmitEvents, SocketData> {
    return this.#others().local;
  }

  /**
   * Whether the next packet may be compressed. Default: true.
   * @param compress `false` keeps it out of compression, on every transport
   */
  compress(compress: boolean): this {
    return this.#flag({ compress });
  }

  /** The next packet is dropped unless the client can take it at once. */
  get volatile(): this {
    return this.#flag({ volatile: true });
  }

  /**
   * What becomes of the next packet if the client is too far behind, in the place of {@link backpressure}.
   * @param key for `latest`: what tells events apart. Default: their names.
   * @throws HawserTypeError `INVALID_OPTION`
   */
  policy(policy: BackpressurePolicy, { key }: PolicyOptions = {}): this {
    checkPolicy(policy);
    return this.#flag({ policy, key });
  }

  /** Sets the time limit of the next acknowledgement; `Socket` says what that does to its type. */
  timeout(timeout: number): object {
    return this.#flag({ timeout });
  }

  /** @internal whether it waits for that acknowledgement */
  awaitsAck(id: number): boolean {
    return this.#acks?.callbacks.has(id) ?? false;
  }

  /** @internal gives up waiting for an acknowledgement */
  forgetAck(id: number): void {
    this.#acks?.forget(id);
  }

  /** @internal the acknowledgement will not come; those who take no error are not told */
  failAck(id: number, error: HawserError): void {
    this.#acks?.fail(id, error);
  }

  /** @internal an event that asked for an acknowledgement was not sent */
  memberOnDrop(id: number, error: SlowReaderError): void {
    // Not while the event is being sent.
    process.nextTick(() => this.failAck(id, error));
  }

  /** The client has answered. */
  protected resolveAck({ id, data }: Packet): void {
    this.#acks?.resolve(id ?? -1, (data ?? []) as unknown[]);
  }

  /** The client is gone, and answers no more. */
  protected failAcks(): void {
    this.#acks?.failAll(new DisconnectedError(this.leftBecause ?? "transport close"));
  }

  #expectAck(id: number, callback: Ack, timeout: number | undefined): void {
    const { timers, ackTimeout, limits, counters } = this.nsp.server;
    const acks = this.#pendingAcks();
    if (acks.makeRoom(limits.pendingAcks)) {
      count(counters.limits, "pendingAcks");
    }
    acks.expect(id, callback, timeout ?? ackTimeout, timers);
    if (this.leftBecause !== undefined) {
      // Later, as any other answer.
      process.nextTick(() => this.failAcks());
    }
  }

  #pendingAcks(): PendingAcks {
    this.#acks ??= new PendingAcks(this);
    return this.#acks;
  }

  #others(): SocketBroadcast<EmitEvents, SocketData> {
    const flags = this.#takeFlags();
    const selection: Selection = EVERYBODY.without(this.id).flagged(flags);
    return new BroadcastOperator(this.adapter, selection);
  }

  #flag(flags: Flags): this {
    this.#flags = { ...this.#flags, ...flags };
    return this;
  }

  #takeFlags(): Flags {
    const flags = this.#flags ?? NO_FLAGS;
    this.#flags = undefined;
    return flags;
  }
}

type SocketBroadcast<EmitEvents extends EventsMap, SocketData> = BroadcastOperator<
  DecorateAcknowledgementsWithMultipleResponses<EmitEvents>,
  SocketData
>;
