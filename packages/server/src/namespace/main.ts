import { EventEmitter } from "node:events";
import type { BackpressurePolicy, PolicyOptions } from "../backpressure.ts";
import {
  type AllButLast,
  type DecorateAcknowledgements,
  type DecorateAcknowledgementsWithMultipleResponses,
  type DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
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
import type { Room, SocketId } from "../room/adapter.ts";
import type { BroadcastOperator } from "../room/broadcast.ts";
import type { RemoteSocket } from "../room/remote-socket.ts";
import type { NamespaceMiddleware } from "./middleware.ts";
import type { Namespace, ServerReservedEvents, Socket } from "./namespace.ts";

/** The face of a server that is its main namespace, `/`: every method here is that namespace's. */
export abstract class MainNamespace<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> extends StrictEventEmitter<
  ServerSideEvents,
  RemoveAcknowledgements<EmitEvents>,
  ServerReservedEvents<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
> {
  abstract readonly sockets: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;

  /** Adds a middleware to the main namespace. */
  use(
    middleware: NamespaceMiddleware<Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>>,
  ): this {
    this.sockets.use(middleware);
    return this;
  }

  /** Everybody in `room`. */
  to(room: Room | Room[]): ServerBroadcast<EmitEvents, SocketData> {
    return this.sockets.to(room);
  }

  /** As {@link to}; reads better where nothing is emitted. */
  in(room: Room | Room[]): ServerBroadcast<EmitEvents, SocketData> {
    return this.sockets.in(room);
  }

  /** Everybody but those in `room`. */
  except(room: Room | Room[]): ServerBroadcast<EmitEvents, SocketData> {
    return this.sockets.except(room);
  }

  /**
   * Emits an event to everybody.
   * @returns true
   * @throws HawserError `RESERVED_EVENT`
   */
  override emit<Ev extends EventNames<RemoveAcknowledgements<EmitEvents>>>(
    ev: Ev,
    ...args: EventParams<RemoveAcknowledgements<EmitEvents>, Ev>
  ): boolean {
    return this.sockets.emit(ev, ...args);
  }

  /** Emits a `message` event to everybody. */
  send(...args: EventParams<EmitEvents, "message">): this {
    this.sockets.send(...args);
    return this;
  }

  /** As {@link send}. */
  write(...args: EventParams<EmitEvents, "message">): this {
    return this.send(...args);
  }

  /** Emits an event to the other servers of the cluster. */
  serverSideEmit<Ev extends EventNames<ServerSideEvents>>(
    ev: Ev,
    ...args: EventParams<
      DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSideEvents>,
      Ev
    >
  ): boolean {
    return this.sockets.serverSideEmit(ev, ...args);
  }

  /** The same, waiting for one response of each. */
  serverSideEmitWithAck<Ev extends EventNamesWithAck<ServerSideEvents>>(
    ev: Ev | NoAcknowledgement<ServerSideEvents>,
    ...args: AllButLast<EventParams<ServerSideEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<ServerSideEvents, Ev>>>[]> {
    return this.sockets.serverSideEmitWithAck(ev as never, ...(args as never)) as never;
  }

  /** @deprecated use {@link fetchSockets} */
  allSockets(): Promise<Set<SocketId>> {
    return this.sockets.allSockets();
  }

  /**
   * Whether the packet may be compressed. Default: true.
   * @param compress `false` keeps it out of compression, on every transport
   */
  compress(compress: boolean): ServerBroadcast<EmitEvents, SocketData> {
    return this.sockets.compress(compress);
  }

  /** The packet is dropped for those who cannot take it at once. */
  get volatile(): ServerBroadcast<EmitEvents, SocketData> {
    return this.sockets.volatile;
  }

  /**
   * What becomes of the packet for those who are too far behind, in the place of their own settings.
   * @param key for `latest`: what tells events apart. Default: their names.
   * @throws HawserTypeError `INVALID_OPTION`
   */
  policy(
    policy: BackpressurePolicy,
    options?: PolicyOptions,
  ): ServerBroadcast<EmitEvents, SocketData> {
    return this.sockets.policy(policy, options);
  }

  /** Only sockets of this node. */
  get local(): ServerBroadcast<EmitEvents, SocketData> {
    return this.sockets.local;
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
    return this.sockets.timeout(timeout);
  }

  /** The sockets of all nodes. */
  fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    return this.sockets.fetchSockets();
  }

  /** Makes all sockets join. */
  socketsJoin(room: Room | Room[]): void {
    this.sockets.socketsJoin(room);
  }

  /** Makes all sockets leave. */
  socketsLeave(room: Room | Room[]): void {
    this.sockets.socketsLeave(room);
  }

  /**
   * Makes all sockets leave, telling their clients.
   * @param close also end the connections below, with all their namespaces. Default: false.
   */
  disconnectSockets(close = false): void {
    this.sockets.disconnectSockets(close);
  }
}

// The methods of an emitter that are not typed above.
for (const [name, method] of Object.entries(EventEmitter.prototype)) {
  if (typeof method === "function" && name !== "emit") {
    Object.defineProperty(MainNamespace.prototype, name, {
      configurable: true,
      writable: true,
      value(this: { sockets: Namespace }, ...args: unknown[]) {
        const { sockets } = this;
        return (sockets[name as keyof typeof sockets] as unknown as typeof method).apply(
          sockets,
          args as never,
        );
      },
    });
  }
}

type ServerBroadcast<EmitEvents extends EventsMap, SocketData> = BroadcastOperator<
  DecorateAcknowledgementsWithMultipleResponses<EmitEvents>,
  SocketData
>;
