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
  readonly id: SocketId;
  readonly handshake: Handshake;
  readonly rooms: Set<Room>;
  readonly data: SocketData;
  readonly #operator: RemoteOperator<EmitEvents>;

  constructor(operator: RemoteOperator<EmitEvents>, details: RemoteSocketDetails<SocketData>) {
    this.id = details.id;
    this.handshake = details.handshake;
    this.rooms = new Set(details.rooms);
    this.data = details.data;
    this.#operator = operator;
  }

  /** @param timeout milliseconds to wait for an acknowledgement */
  timeout(timeout: number): TypedEventBroadcaster<DecorateAcknowledgements<EmitEvents>> {
    return this.#operator.timeout(timeout);
  }

  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {
    return this.#operator.emit(ev, ...args);
  }

  join(room: Room | Room[]): void {
    this.#operator.socketsJoin(room);
  }

  leave(room: Room): void {
    this.#operator.socketsLeave(room);
  }

  /** @param close also end the connection below. Default: false. */
  disconnect(close = false): this {
    this.#operator.disconnectSockets(close);
    return this;
  }
}
