import { type Packet, PacketType, RESERVED_EVENTS } from "@hawser/socket-codec/packets";
import { attempt } from "../attempt.ts";
import { type Conn, handshakeSourceOf } from "../connection/link.ts";
import type { Client, ConnectionCloseReason, Member, WriteOptions } from "../connection/member.ts";
import { reservedEvent } from "../errors.ts";
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
import { type Handshake, handshakeOf, LaterHandshake } from "../http/handshake.ts";
import type { EngineRequest } from "../http/request.ts";
import type { Adapter, AdapterSocket, BroadcastFlags, Room, SocketId } from "../room/adapter.ts";
import { BroadcastOperator } from "../room/broadcast.ts";
import { EVERYBODY, type Selection } from "../room/selection.ts";
import type { PrivateSessionId, Session } from "../room/session.ts";
import type { RecoverableSocketSeam } from "../seams.ts";
import { generateId } from "../session/id.ts";
import { throwLater } from "../throw-later.ts";
import { type Ack, PendingAcks } from "./acks.ts";
import type { SocketHost } from "./host.ts";
import type { Event } from "./interceptors.ts";
import { type DisconnectReason, Listeners } from "./listeners.ts";
import { emitRecoverably, RECOVERABLE, sendMissed } from "./recovery.ts";

interface Flags extends BroadcastFlags, WriteOptions {}

const NO_FLAGS: Flags = Object.freeze({});

/** All of a socket but the type of its namespace, which `namespace/namespace.ts` adds. */
export abstract class SocketCore<
    ListenEvents extends EventsMap,
    EmitEvents extends EventsMap,
    SocketData,
  >
  extends Listeners<ListenEvents, EmitEvents>
  implements Member, AdapterSocket, RecoverableSocketSeam
{
  /** 20 characters, not the id of the engine session; clients of Socket.IO 1 and 2 have that one. */
  readonly id: SocketId;
  /** The namespace that the socket has joined. */
  readonly nsp: SocketHost;
  /** The client, shared by its sockets in all namespaces. */
  readonly client: Client;
  /** Whether the client has joined, and neither side has left. */
  connected = false;
  /** Whether the socket goes on after a lost connection, with its id, rooms and data. */
  readonly recovered: boolean;
  /** The secret by which the client can come back to this socket; only with connection state recovery. */
  readonly pid: PrivateSessionId | undefined;

  /** Made on first use: many sockets have none. */
  #data: SocketData | undefined;
  #handshake: Handshake | LaterHandshake;
  /** Until the socket is in. */
  #missed: Session | undefined;
  #ending = false;
  #gone = false;
  #flags: Flags | undefined;
  /** Made on first use. */
  #acks: PendingAcks | undefined;

  /** @param previous what the client comes back to */
  constructor(
    nsp: SocketHost,
    client: Client,
    auth: Record<string, unknown>,
    previous?: Session | undefined,
  ) {
    super();
    this.nsp = nsp;
    this.client = client;
    this.recovered = previous !== undefined;
    this.#missed = previous;
    if (previous) {
      this.id = previous.sid;
      this.pid = previous.pid;
      this.#data = previous.data as SocketData;
      this.join(previous.rooms);
    } else {
      this.id = client.dialect.socketId(client.id, nsp.name);
      this.pid = nsp.recovers && client.dialect.recovers ? generateId() : undefined;
    }
    const { conn } = client;
    this.#handshake = handshakeOf(handshakeSourceOf(conn), conn.remoteAddress, auth);
  }

  /** Anything the application keeps with the socket; sent along by `fetchSockets()` between nodes. Default: `{}`. */
  get data(): SocketData {
    this.#data ??= {} as SocketData;
    return this.#data;
  }

  set data(data: SocketData) {
    this.#data = data;
  }

  /** What the client said when it connected. */
  get handshake(): Handshake {
    if (this.#handshake instanceof LaterHandshake) {
      this.#handshake = this.#handshake.build();
    }
    return this.#handshake;
  }

  set handshake(handshake: Handshake) {
    this.#handshake = handshake;
  }

  /** The server of the namespace. */
  get server(): SocketHost["server"] {
    return this.nsp.server;
  }

  /** The adapter of the namespace. */
  get adapter(): Adapter {
    return this.nsp.adapter;
  }

  /** The engine socket, shared by all namespaces of the client. */
  get conn(): Conn {
    return this.client.conn as Conn;
  }

  /**
   * The request of the handshake: the first of the session. One that nobody has seen is made anew when it is
   * first read, with the same url, headers and connection, and is one object from then on. Null only where
   * the application made it so.
   */
  get request(): EngineRequest {
    return this.client.request as EngineRequest;
  }

  /** The opposite of {@link connected}. */
  get disconnected(): boolean {
    return !this.connected;
  }

  /** The rooms of the socket: its own id, and those it joined. */
  get rooms(): Set<Room> {
    return this.adapter.socketRooms(this.id) ?? new Set();
  }

  /** Pending acknowledgements by packet id. */
  get acks(): Map<number, Ack> {
    return this.#pendingAcks().callbacks;
  }

  /**
   * Emits an event to the client. A function as last argument is called with the client's
   * acknowledgement; after `timeout(ms)` with `(error, ...args)`.
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
      const { timers } = this.nsp.server;
      this.#pendingAcks().expect(packet.id, data.pop() as Ack, flags.timeout, timers);
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
   * @returns its first argument; rejects with a TimeoutError after `timeout(ms)`
   */
  emitWithAck<Ev extends EventNamesWithAck<EmitEvents>>(
    ev: Ev | NoAcknowledgement<EmitEvents>,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    const timed = this.#flags?.timeout !== undefined;
    return new Promise((resolve, reject) => {
      const callback = (...response: unknown[]) => {
        const [error, value] = timed ? response : [null, response[0]];
        if (error) {
          reject(error);
        } else {
          resolve(value as FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>);
        }
      };
      this.emit(ev as Ev, ...([...args, callback] as EventParams<EmitEvents, Ev>));
    });
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

  /** Sets the time limit of the next acknowledgement; `Socket` says what that does to its type. */
  timeout(timeout: number): object {
    return this.#flag({ timeout });
  }

  /** Joins rooms; a promise where the adapter needs time. After the disconnection it does nothing. */
  join(rooms: Room | Room[]): Promise<void> | void {
    if (!this.#gone) {
      return this.adapter.addAll(this.id, new Set(Array.isArray(rooms) ? rooms : [rooms]));
    }
  }

  /** Leaves a room; a promise where the adapter needs time. */
  leave(room: Room): Promise<void> | void {
    return this.adapter.del(this.id, room);
  }

  /**
   * Leaves the namespace, telling the client.
   * @param close leave all namespaces of the client and end its connection. Default: false.
   */
  disconnect(close = false): this {
    if (this.connected && !this.#ending) {
      if (close) {
        this.client.disconnect();
      } else {
        this.client.writePacket({ type: PacketType.DISCONNECT, nsp: this.nsp.name });
        this.client.leave(this.nsp.name, true);
        this.#end("server namespace disconnect");
      }
    }
    return this;
  }

  /** @internal */
  forgetAck(id: number): void {
    this.#acks?.forget(id);
  }

  /** @internal the namespace let the socket in */
  admitted(): void {
    this.connected = true;
    this.join(this.id);
    if (this.#missed) {
      sendMissed(this.client, this.nsp.name, this.#missed);
      this.#missed = undefined;
    }
    this.client.writePacket({
      type: PacketType.CONNECT,
      nsp: this.nsp.name,
      data: this.client.dialect.welcome(this.id, this.pid),
    });
  }

  /** @internal keeps what the client needs to come back to this socket */
  keep(): void {
    const { id: sid, pid, data } = this;
    if (pid !== undefined) {
      const session = { sid, pid, rooms: [...this.rooms], data };
      // Without it the client gets a new socket, as after a restart.
      attempt(() => this.adapter.persistSession(session)).catch(() => {});
    }
  }

  /** @internal the namespace, or the end of the connection, kept the socket out */
  abandoned(): void {
    this.#gone = true;
    this.adapter.delAll(this.id);
  }

  /** @internal */
  memberOnPacket(packet: Packet): void {
    if (packet.type === PacketType.ACK) {
      this.#onAck(packet);
    } else {
      this.#onEvent(packet);
    }
  }

  /** @internal */
  memberOnLeave(): void {
    this.client.leave(this.nsp.name, false);
    this.#end("client namespace disconnect");
  }

  /** @internal */
  memberOnError(error: Error): void {
    this.call(["error", error]);
  }

  /** @internal */
  memberOnClose(reason: ConnectionCloseReason, description?: unknown): void {
    this.#end(reason, description);
  }

  #onEvent(packet: Packet): void {
    const args = (packet.data ?? []) as Event;
    if (packet.id !== undefined) {
      args.push(this.#replyTo(packet.id));
    }
    this.receive(args);
  }

  #replyTo(id: number): Ack {
    let sent = false;
    return (...args) => {
      if (!sent) {
        sent = true;
        this.client.writePacket({ type: PacketType.ACK, nsp: this.nsp.name, id, data: args });
      }
    };
  }

  #onAck({ id, data }: Packet): void {
    try {
      this.#acks?.resolve(id ?? -1, (data ?? []) as unknown[]);
    } catch (error) {
      throwLater(error);
    }
  }

  #end(reason: DisconnectReason, description?: unknown): void {
    if (!this.connected || this.#ending) {
      return;
    }
    this.#ending = true;
    this.call(["disconnecting", reason, description]);
    if (RECOVERABLE.has(reason)) {
      this.keep();
    }
    this.abandoned();
    this.nsp.socketOnClose(this);
    this.connected = false;
    this.call(["disconnect", reason, description]);
  }

  #others(): SocketBroadcast<EmitEvents, SocketData> {
    const flags = this.#takeFlags();
    const selection: Selection = EVERYBODY.without(this.id).flagged(flags);
    return new BroadcastOperator(this.adapter, selection);
  }

  #pendingAcks(): PendingAcks {
    this.#acks ??= new PendingAcks();
    return this.#acks;
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
