import { type Packet, PacketType, RESERVED_EVENTS } from "@hawser/socket-codec/packets";
import { type Ack, unanswered } from "../ack.ts";
import { attempt } from "../attempt.ts";
import {
  type Backpressure,
  type BackpressurePolicy,
  checkPolicy,
  type PolicyOptions,
  resolveBackpressure,
} from "../backpressure.ts";
import { type Conn, handshakeSourceOf } from "../connection/link.ts";
import type { Client, ConnectionCloseReason, Member, WriteOptions } from "../connection/member.ts";
import {
  DisconnectedError,
  type HawserError,
  LimitError,
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
import { isExposed } from "../failures.ts";
import { asError, type Call, callRejectionHook, type Reply } from "../handlers.ts";
import { type Handshake, handshakeOf, LaterHandshake } from "../http/handshake.ts";
import type { EngineRequest } from "../http/request.ts";
import type { EventGate, RateLimitedSocket } from "../limits/rate-limit.ts";
import type { Adapter, AdapterSocket, BroadcastFlags, Room, SocketId } from "../room/adapter.ts";
import { BroadcastOperator } from "../room/broadcast.ts";
import { EVERYBODY, type Selection } from "../room/selection.ts";
import type { PrivateSessionId, Session } from "../room/session.ts";
import type { RecoverableSocketSeam } from "../seams.ts";
import { generateId } from "../session/id.ts";
import { count } from "../stats/counters.ts";
import { PendingAcks } from "./acks.ts";
import type { SocketHost } from "./host.ts";
import type { Event } from "./interceptors.ts";
import { type DisconnectReason, Listeners } from "./listeners.ts";
import { emitRecoverably, RECOVERABLE, sendMissed } from "./recovery.ts";
import { createReply, replyWithError } from "./reply.ts";

interface Flags extends BroadcastFlags, WriteOptions {}

const NO_FLAGS: Flags = Object.freeze({});

/** All of a socket but the type of its namespace, which `namespace/namespace.ts` adds. */
export abstract class SocketCore<
    ListenEvents extends EventsMap,
    EmitEvents extends EventsMap,
    SocketData,
  >
  extends Listeners<ListenEvents, EmitEvents>
  implements Member, AdapterSocket, RecoverableSocketSeam, RateLimitedSocket
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
  #backpressure: Backpressure | undefined;
  /** How often `pause` was called without `resume`. */
  #pauses = 0;
  #ending = false;
  /** Why the socket has left, once it has. */
  #gone: DisconnectReason | undefined;
  #flags: Flags | undefined;
  /** Made on first use. */
  #acks: PendingAcks | undefined;
  /** What decides about events; most sockets have none. */
  #gate: EventGate | undefined;
  /** Rooms that the socket was told to join since they were last counted. */
  #joins = 0;

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

  /**
   * Bytes that wait for the client, in all its namespaces: those of the queue, and those that the connection has
   * not passed on to the operating system. A text counts its characters.
   */
  get bufferedBytes(): number {
    return this.client.bufferedBytes;
  }

  /** Whether the client is connected, and takes at once what is sent now. */
  get writable(): boolean {
    return this.connected && this.client.writable;
  }

  /**
   * What is done when the client is too slow. Default: that of the namespace.
   * @throws HawserTypeError `INVALID_OPTION`
   */
  get backpressure(): Backpressure {
    return this.#backpressure ?? this.nsp.backpressure;
  }

  set backpressure(backpressure: Partial<Backpressure>) {
    const { policy, budget } = this.nsp.backpressure;
    this.#backpressure = resolveBackpressure(backpressure, { policy, budget });
    this.client.heed(this.#backpressure);
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
    const timed = (this.#flags?.timeout ?? this.server.ackTimeout) !== undefined;
    return new Promise((resolve, reject) => {
      const callback: Ack = (...response) => {
        const [error, value] = timed ? response : [null, response[0]];
        if (error) {
          reject(error);
        } else {
          resolve(value as FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>);
        }
      };
      callback[unanswered] = reject;
      if ((this.#flags?.policy ?? this.backpressure.policy) === "block") {
        this.#flag({ awaited: true });
      }
      this.emit(ev as Ev, ...([...args, callback] as EventParams<EmitEvents, Ev>));
    });
  }

  /**
   * Resolves when nothing waits for the client any more; at once, when nothing does.
   * @returns rejects with a DisconnectedError when the connection ends first
   */
  drained(): Promise<void> {
    return this.client.drained();
  }

  /**
   * Reads no more from the client, in any of its namespaces, until `resume` was called as often. It need not
   * answer pings meanwhile. Events that were read already may still come.
   */
  pause(): this {
    if (this.connected) {
      this.#pauses++;
      this.client.pause();
    }
    return this;
  }

  /** Takes back one call of {@link pause}. */
  resume(): this {
    if (this.#pauses > 0) {
      this.#pauses--;
      this.client.resume();
    }
    return this;
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

  /**
   * Joins rooms; a promise where the adapter needs time. After the disconnection it does nothing.
   * @returns rejects with a LimitError, of which nobody else has to take notice, where there would be more
   * rooms than `limits.rooms`; then none is joined
   */
  join(rooms: Room | Room[]): Promise<void> | void {
    if (this.#gone === undefined) {
      const joined = new Set(Array.isArray(rooms) ? rooms : [rooms]);
      this.#joins += joined.size;
      return this.#joins > this.nsp.server.limits.rooms && this.#isBeyond(joined)
        ? this.#refuseRooms()
        : this.adapter.addAll(this.id, joined);
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

  /** @internal the acknowledgement will not come; those who take no error are not told */
  failAck(id: number, error: HawserError): void {
    this.#acks?.fail(id, error);
  }

  /** @internal */
  handlerFailed(thrown: unknown, call: Call, reply?: Reply): void {
    const error = asError(thrown);
    const isTold = reply !== undefined && this.#tell(reply, error);
    this.#report(error, call, isTold);
  }

  /** @internal the socket is refused, and its client told why */
  middlewareFailed(error: Error): void {
    this.#report(error, [], true);
  }

  /** @internal */
  handlerStarted(): void {
    this.client.eventStarted();
  }

  /** @internal */
  handlerSettled(): void {
    this.client.eventSettled();
  }

  /** @internal the namespace let the socket in */
  admitted(): void {
    this.connected = true;
    this.client.heed(this.backpressure);
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
    this.#leave("server namespace disconnect");
    this.#failAcks();
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
  awaitsAck(id: number): boolean {
    return this.#acks?.callbacks.has(id) ?? false;
  }

  /** @internal */
  memberOnDrop(id: number, error: SlowReaderError): void {
    // Not while the event is being sent.
    process.nextTick(() => this.failAck(id, error));
  }

  /** @internal */
  memberOnDrain(): void {
    if (this.connected && this.listenerCount("drain") > 0) {
      this.call(["drain"]);
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
    const { counters, limits } = this.nsp.server;
    counters.events++;
    const args = (packet.data ?? []) as Event;
    if (typeof args[0] === "string" && args[0].length > limits.eventNameLength) {
      this.refuseEvent(packet, this.#meets("eventNameLength"), false);
      return;
    }
    if (this.#gate?.admits(packet) === false) {
      return;
    }
    if (packet.id === undefined) {
      this.receive(args);
    } else {
      const reply = createReply(this.client, this.nsp.name, packet.id);
      args.push(reply);
      this.receive(args, reply);
    }
  }

  /** @internal */
  gateWith(gate: EventGate): void {
    const first = this.#gate;
    this.#gate = first ? { admits: (packet) => first.admits(packet) && gate.admits(packet) } : gate;
  }

  /** @internal */
  refuseEvent({ id }: Packet, error: HawserError, answers: boolean): void {
    if (id !== undefined) {
      const reply = createReply(this.client, this.nsp.name, id);
      if (!this.#tell(reply, error) && answers) {
        // The same, for clients that know errors as a value only.
        const { code, message } = error;
        reply({ error: { code, message, ...(error as { data?: object }).data } });
      }
    }
    this.call(["error", error]);
  }

  protected refused(error: Error, reply: Reply): void {
    this.#tell(reply, error);
  }

  /** @param isTold whether the client has been told */
  #report(error: Error, call: Call, isTold: boolean): void {
    const [event, ...args] = call as [event?: string, ...args: unknown[]];
    let isHeard = callRejectionHook(this, error, call);
    if (!isHeard && event !== "error" && this.listenerCount("error") > 0) {
      isHeard = true;
      this.call(["error", error]);
    }
    this.nsp.server.failures.report(
      error,
      { socket: this, namespace: this.nsp.name, event, args },
      isHeard || (isTold && isExposed(error)),
    );
  }

  /** @returns whether the client was told */
  #tell(reply: Reply, error: Error): boolean {
    return this.client.takesErrors && replyWithError(reply, error);
  }

  #onAck({ id, data }: Packet): void {
    this.#acks?.resolve(id ?? -1, (data ?? []) as unknown[]);
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
    this.#leave(reason);
    this.nsp.socketOnClose(this);
    this.connected = false;
    this.call(["disconnect", reason, description]);
    this.#failAcks();
  }

  #leave(reason: DisconnectReason): void {
    while (this.#pauses > 0) {
      this.resume();
    }
    this.#gone = reason;
    this.adapter.delAll(this.id);
  }

  #expectAck(id: number, callback: Ack, timeout: number | undefined): void {
    const { timers, ackTimeout, limits } = this.nsp.server;
    const acks = this.#pendingAcks();
    if (acks.makeRoom(limits.pendingAcks)) {
      this.#meets("pendingAcks");
    }
    acks.expect(id, callback, timeout ?? ackTimeout, timers);
    if (this.#gone !== undefined) {
      // Later, as any other answer.
      process.nextTick(() => this.#failAcks());
    }
  }

  /** Counts what there is, since rooms may have been left, or joined twice. */
  #isBeyond(joined: ReadonlySet<Room>): boolean {
    const { rooms } = this;
    this.#joins = rooms.size;
    for (const room of joined) {
      this.#joins += rooms.has(room) ? 0 : 1;
    }
    return this.#joins > this.nsp.server.limits.rooms;
  }

  #refuseRooms(): Promise<void> {
    const error = this.#meets("rooms");
    this.#joins = this.rooms.size;
    this.call(["error", error]);
    const refusal = Promise.reject(error);
    // Adapters join for others, and wait for nothing.
    refusal.catch(() => {});
    return refusal;
  }

  /** Counts that a limit was met. */
  #meets(name: "rooms" | "pendingAcks" | "eventNameLength"): LimitError {
    const { counters, limits } = this.nsp.server;
    count(counters.limits, name);
    return new LimitError(name, limits[name]);
  }

  #failAcks(): void {
    this.#acks?.failAll(new DisconnectedError(this.#gone ?? "transport close"));
  }

  #others(): SocketBroadcast<EmitEvents, SocketData> {
    const flags = this.#takeFlags();
    const selection: Selection = EVERYBODY.without(this.id).flagged(flags);
    return new BroadcastOperator(this.adapter, selection);
  }

  #pendingAcks(): PendingAcks {
    this.#acks ??= new PendingAcks(this);
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
