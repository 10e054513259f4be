import { type Packet, PacketType, RESERVED_EVENTS } from "@hawser/socket-codec/packets";
import { type Ack, unanswered } from "../ack.ts";
import { type BackpressurePolicy, checkPolicy, type PolicyOptions } from "../backpressure.ts";
import { systemTimers } from "../clock/timers.ts";
import { reservedEvent } from "../errors.ts";
import type {
  AllButLast,
  DecorateAcknowledgements,
  EventNames,
  EventNamesWithError,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  NoTimeout,
  TypedEventBroadcaster,
} from "../events.ts";
import { callBack } from "../failures.ts";
import type { Adapter, BroadcastOptions, Room, SocketId } from "./adapter.ts";
import { RemoteSocket, type RemoteSocketDetails } from "./remote-socket.ts";
import {
  DEFAULT_ACK_TIMEOUT_MS,
  forgetAcks,
  Responses,
  type ResponsesCallback,
} from "./responses.ts";
import { EVERYBODY, type Selection } from "./selection.ts";

/** Emits to a selection of sockets. Immutable: `to`, `except` and the flags answer a new operator. */
export class BroadcastOperator<EmitEvents extends EventsMap, SocketData>
  implements TypedEventBroadcaster<EmitEvents>
{
  readonly #adapter: Adapter;
  readonly #selection: Selection;

  constructor(adapter: Adapter, selection: Selection = EVERYBODY) {
    this.#adapter = adapter;
    this.#selection = selection;
  }

  /** Also the sockets in `room`; each socket is reached once. */
  to(room: Room | Room[]): BroadcastOperator<EmitEvents, SocketData> {
    return this.#with(this.#selection.to(room));
  }

  /** As {@link to}; reads better where nothing is emitted. */
  in(room: Room | Room[]): BroadcastOperator<EmitEvents, SocketData> {
    return this.to(room);
  }

  /** Not the sockets in `room`. */
  except(room: Room | Room[]): BroadcastOperator<EmitEvents, SocketData> {
    return this.#with(this.#selection.without(room));
  }

  /**
   * Whether the packet may be compressed. Default: true.
   * @param compress `false` keeps it out of compression, on every transport
   */
  compress(compress: boolean): BroadcastOperator<EmitEvents, SocketData> {
    return this.#with(this.#selection.flagged({ compress }));
  }

  /** The packet is dropped for those who cannot take it at once. */
  get volatile(): BroadcastOperator<EmitEvents, SocketData> {
    return this.#with(this.#selection.flagged({ volatile: true }));
  }

  /**
   * What becomes of the packet for those who are too far behind, in the place of their own settings.
   * @param key for `latest`: what tells events apart. Default: their names.
   * @throws HawserTypeError `INVALID_OPTION`
   */
  policy(
    policy: BackpressurePolicy,
    { key }: PolicyOptions = {},
  ): BroadcastOperator<EmitEvents, SocketData> {
    checkPolicy(policy);
    return this.#with(this.#selection.flagged({ policy, key }));
  }

  /** Only sockets of this node. */
  get local(): BroadcastOperator<EmitEvents, SocketData> {
    return this.#with(this.#selection.flagged({ local: true }));
  }

  /**
   * Limits the wait for acknowledgements; has to come before `emitWithAck`.
   * @param timeout milliseconds. Default: 5000.
   */
  timeout(timeout: number): BroadcastOperator<DecorateAcknowledgements<EmitEvents>, SocketData> {
    return new BroadcastOperator(this.#adapter, this.#selection.flagged({ timeout }));
  }

  /**
   * Emits an event. A function as last argument is called with `(error, responses)` when all have
   * acknowledged, when those who have not have left, or when the time is up.
   * @throws HawserError `RESERVED_EVENT`; TypeError for what JSON cannot hold
   */
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {
    if (RESERVED_EVENTS.has(ev)) {
      throw reservedEvent(ev);
    }
    const data: unknown[] = [ev, ...args];
    // Adapters say which namespace it is, even those that have no `nsp`.
    const packet: Packet = { type: PacketType.EVENT, nsp: this.#adapter.nsp?.name, data };
    if (typeof data[data.length - 1] === "function") {
      this.#emitWithAck(packet, data.pop() as ResponsesCallback);
    } else {
      this.#adapter.broadcast(packet, this.#options());
    }
    return true;
  }

  /**
   * Emits an event and waits for all acknowledgements.
   * @returns the first argument of each; rejects with a TimeoutError that holds `responses` so far
   */
  emitWithAck<Ev extends EventNamesWithError<EmitEvents>>(
    ev: Ev | NoTimeout<EmitEvents>,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    return new Promise((resolve, reject) => {
      const callback: ResponsesCallback = (error, responses) => {
        if (error) {
          error.responses = responses as unknown[];
          reject(error);
        } else {
          resolve(responses as FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>);
        }
      };
      this.emit(ev as Ev, ...([...args, callback] as EventParams<EmitEvents, Ev>));
    });
  }

  /** @deprecated use {@link fetchSockets} */
  allSockets(): Promise<Set<SocketId>> {
    return this.#adapter.sockets(this.#selection.rooms);
  }

  /** The selected sockets: those of this node as they are, those of others as {@link RemoteSocket}. */
  async fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    const sockets = await this.#adapter.fetchSockets(this.#options());
    return sockets.map((socket) => this.#remote(socket as RemoteSocketDetails<SocketData>));
  }

  /** Makes the selected sockets join. */
  socketsJoin(room: Room | Room[]): void {
    this.#adapter.addSockets(this.#options(), Array.isArray(room) ? room : [room]);
  }

  /** Makes the selected sockets leave. */
  socketsLeave(room: Room | Room[]): void {
    this.#adapter.delSockets(this.#options(), Array.isArray(room) ? room : [room]);
  }

  /**
   * Makes the selected sockets leave, telling their clients.
   * @param close also end the connections below, with all their namespaces. Default: false.
   */
  disconnectSockets(close = false): void {
    this.#adapter.disconnectSockets(this.#options(), close);
  }

  /** Adapters answer sockets of this node as they are. */
  #remote(socket: RemoteSocketDetails<SocketData>): RemoteSocket<EmitEvents, SocketData> {
    if ("server" in socket) {
      return socket as unknown as RemoteSocket<EmitEvents, SocketData>;
    }
    const selection = EVERYBODY.to(socket.id).flagged({ expectSingleResponse: true });
    return new RemoteSocket(
      new BroadcastOperator<EmitEvents, SocketData>(this.#adapter, selection),
      socket,
    );
  }

  /** What adapters get is theirs: they may write to it. */
  #options(): BroadcastOptions {
    const { rooms, except, flags } = this.#selection;
    return { rooms, except, flags: { ...flags } };
  }

  #with(selection: Selection): BroadcastOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.#adapter, selection);
  }

  #emitWithAck(packet: Packet, callback: ResponsesCallback): void {
    const adapter = this.#adapter;
    const { flags } = this.#selection;
    const responses = new Responses(
      (error, values) => callBack(adapter.nsp, () => callback(error, values)),
      flags.expectSingleResponse ?? false,
      () => forgetAcks(adapter.nsp, packet.id),
    );
    const ack: Ack = (response) => responses.add(response);
    ack[unanswered] = () => responses.addLost();
    const timers = adapter.nsp?.server.timers ?? systemTimers;
    responses.limit(timers, flags.timeout ?? DEFAULT_ACK_TIMEOUT_MS);
    try {
      adapter.broadcastWithAck(
        packet,
        this.#options(),
        (clientCount) => responses.addNode(clientCount),
        ack,
      );
    } catch (error) {
      // JSON cannot hold it: nobody was asked.
      responses.cancel();
      throw error;
    }
    adapter.serverCount().then(
      (count) => responses.expectNodes(count),
      // The time limit answers.
      () => {},
    );
  }
}
