import type {
  DecorateAcknowledgements,
  EventNames,
  EventParams,
  EventsMap,
  TypedEventBroadcaster,
} from "../events.ts";
import type { Handshake } from "../http/handshake.ts";
import type { Room, SocketId } from "./adapter.ts";

/** What a remote socket asks of the operator that selects it. */
export interface RemoteOperator<EmitEvents extends EventsMap>
  extends TypedEventBroadcaster<EmitEvents> {
  timeout(ms: number): TypedEventBroadcaster<DecorateAcknowledgements<EmitEvents>>;
  socketsJoin(room: Room | Room[]): void;
  socketsLeave(room: Room | Room[]): void;
  disconnectSockets(close: boolean): void;
}

/** What another node tells of a socket. */
export interface RemoteSocketDetails<SocketData> {
  id: SocketId;
  handshake: Handshake;
  rooms: Iterable<Room>;
  data: SocketData;
}

/** A socket on another node: what was known of it when it was fetched, and what can be done to it. */
export class RemoteSocket<EmitEvents extends EventsMap, SocketData>
  implements TypedEventBroadcaster<EmitEvents>
{
  /** The same on every node. */
  readonly id: SocketId;
  /** What the client said when it connected. */
  readonly handshake: Handshake;
  /** The rooms of the socket when it was fetched. */
  readonly rooms: Set<Room>;
  /** `socket.data` when it was fetched; changing it here changes nothing there. */
  readonly data: SocketData;
  readonly #operator: RemoteOperator<EmitEvents>;

  constructor(operator: RemoteOperator<EmitEvents>, details: RemoteSocketDetails<SocketData>) {
    this.id = details.id;
    this.handshake = details.handshake;
    this.rooms = new Set(details.rooms);
    this.data = details.data;
    this.#operator = operator;
  }

  /**
   * Limits the wait for the acknowledgement of an event.
   * @param timeout milliseconds. Default: 5000.
   */
  timeout(timeout: number): TypedEventBroadcaster<DecorateAcknowledgements<EmitEvents>> {
    return this.#operator.timeout(timeout);
  }

  /**
   * Emits an event to the client. A function as last argument is called with `(error, response)`.
   * @returns true
   * @throws HawserError `RESERVED_EVENT`
   */
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {
    return this.#operator.emit(ev, ...args);
  }

  /** Makes the socket join rooms; `rooms` here stays as it is. */
  join(room: Room | Room[]): void {
    this.#operator.socketsJoin(room);
  }

  /** Makes the socket leave a room; `rooms` here stays as it is. */
  leave(room: Room): void {
    this.#operator.socketsLeave(room);
  }

  /**
   * Makes the socket leave its namespace, telling the client.
   * @param close also end the connection below. Default: false.
   */
  disconnect(close = false): this {
    this.#operator.disconnectSockets(close);
    return this;
  }
}
