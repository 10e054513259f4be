import type { BackpressurePolicy, PolicyOptions } from "../backpressure.ts";
import {
  type AllButLast,
  type DecorateAcknowledgements,
  type DecorateAcknowledgementsWithMultipleResponses,
  type EventNames,
  type EventNamesWithAck,
  type EventParams,
  type EventsMap,
  type FirstNonErrorArg,
  type Last,
  type NoAcknowledgement,
  type RemoveAcknowledgements,
  StrictEventEmitter,
} from "../events.ts";
import type { Adapter, Room, SocketId } from "../room/adapter.ts";
import { BroadcastOperator } from "../room/broadcast.ts";
import type { RemoteSocket } from "../room/remote-socket.ts";

/** The face of a namespace that is all of its sockets, on all nodes: each call begins a broadcast to them. */
export abstract class Everybody<
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  ReservedEvents extends EventsMap,
  SocketData,
> extends StrictEventEmitter<ServerSideEvents, RemoveAcknowledgements<EmitEvents>, ReservedEvents> {
  abstract adapter: Adapter;

  /** Everybody in `room`. */
  to(room: Room | Room[]): NamespaceBroadcast<EmitEvents, SocketData> {
    return this.#everybody().to(room);
  }

  /** As {@link to}; reads better where nothing is emitted. */
  in(room: Room | Room[]): NamespaceBroadcast<EmitEvents, SocketData> {
    return this.#everybody().in(room);
  }

  /** Everybody but those in `room`. */
  except(room: Room | Room[]): NamespaceBroadcast<EmitEvents, SocketData> {
    return this.#everybody().except(room);
  }

  /**
   * Emits an event to everybody in the namespace.
   * @returns true
   * @throws HawserError `RESERVED_EVENT`
   */
  override emit<Ev extends EventNames<RemoveAcknowledgements<EmitEvents>>>(
    ev: Ev,
    ...args: EventParams<RemoveAcknowledgements<EmitEvents>, Ev>
  ): boolean {
    return this.#everybody().emit(ev as never, ...(args as never));
  }

  /** Emits a `message` event to everybody. */
  send(...args: EventParams<EmitEvents, "message">): this {
    this.emit("message" as never, ...(args as never));
    return this;
  }

  /** As {@link send}. */
  write(...args: EventParams<EmitEvents, "message">): this {
    return this.send(...args);
  }

  /** Emits an event and waits for the acknowledgement of everybody; follows `timeout(ms)`. */
  emitWithAck<Ev extends EventNamesWithAck<EmitEvents>>(
    ev: Ev | NoAcknowledgement<EmitEvents>,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>[]> {
    return this.#everybody().emitWithAck(ev as never, ...(args as never)) as never;
  }

  /** @deprecated use {@link fetchSockets} */
  allSockets(): Promise<Set<SocketId>> {
    return this.#everybody().allSockets();
  }

  /**
   * Whether the packet may be compressed. Default: true.
   * @param compress `false` keeps it out of compression, on every transport
   */
  compress(compress: boolean): NamespaceBroadcast<EmitEvents, SocketData> {
    return this.#everybody().compress(compress);
  }

  /** The packet is dropped for those who cannot take it at once. */
  get volatile(): NamespaceBroadcast<EmitEvents, SocketData> {
    return this.#everybody().volatile;
  }

  /**
   * What becomes of the packet for those who are too far behind, in the place of their own settings.
   * @param key for `latest`: what tells events apart. Default: their names.
   * @throws HawserTypeError `INVALID_OPTION`
   */
  policy(
    policy: BackpressurePolicy,
    options?: PolicyOptions,
  ): NamespaceBroadcast<EmitEvents, SocketData> {
    return this.#everybody().policy(policy, options);
  }

  /** Only sockets of this node. */
  get local(): NamespaceBroadcast<EmitEvents, SocketData> {
    return this.#everybody().local;
  }

  /**
   * Limits the wait for acknowledgements; has to come before events that end in a callback.
   * @param timeout milliseconds
   */
  timeout(
    timeout: number,
  ): BroadcastOperator<
    DecorateAcknowledgements<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>>,
    SocketData
  > {
    return this.#everybody().timeout(timeout);
  }

  /** The sockets of all nodes. */
  fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    return this.#everybody().fetchSockets() as never;
  }

  /** Makes all sockets join. */
  socketsJoin(room: Room | Room[]): void {
    this.#everybody().socketsJoin(room);
  }

  /** Makes all sockets leave. */
  socketsLeave(room: Room | Room[]): void {
    this.#everybody().socketsLeave(room);
  }

  /**
   * Makes all sockets leave, telling their clients.
   * @param close also end the connections below, with all their namespaces. Default: false.
   */
  disconnectSockets(close = false): void {
    this.#everybody().disconnectSockets(close);
  }

  #everybody(): NamespaceBroadcast<EmitEvents, SocketData> {
    return new BroadcastOperator(this.adapter);
  }
}

type NamespaceBroadcast<EmitEvents extends EventsMap, SocketData> = BroadcastOperator<
  DecorateAcknowledgementsWithMultipleResponses<EmitEvents>,
  SocketData
>;
