import { type Packet, PacketType } from "@hawser/socket-codec/packets";
import { attempt } from "../attempt.ts";
import { type Conn, handshakeSourceOf } from "../connection/link.ts";
import type { Client, ConnectionCloseReason, Member } from "../connection/member.ts";
import { type HawserError, LimitError } from "../errors.ts";
import type { EventsMap } from "../events.ts";
import { isExposed } from "../failures.ts";
import { asError, type Call, callRejectionHook, type Reply } from "../handlers.ts";
import { type Handshake, handshakeOf, LaterHandshake } from "../http/handshake.ts";
import type { EngineRequest } from "../http/request.ts";
import type { EventGate, RateLimitedSocket } from "../limits/rate-limit.ts";
import type { Adapter, AdapterSocket, Room, SocketId } from "../room/adapter.ts";
import type { PrivateSessionId, Session } from "../room/session.ts";
import type { RecoverableSocketSeam } from "../seams.ts";
import { generateId } from "../session/id.ts";
import { count } from "../stats/counters.ts";
import type { SocketHost } from "./host.ts";
import type { Event } from "./interceptors.ts";
import type { DisconnectReason } from "./listeners.ts";
import { Outgoing } from "./outgoing.ts";
import { RECOVERABLE, sendMissed } from "./recovery.ts";
import { createReply, replyWithError } from "./reply.ts";

/** All of a socket but the type of its namespace, which `namespace/namespace.ts` adds. */
export abstract class SocketCore<
    ListenEvents extends EventsMap,
    EmitEvents extends EventsMap,
    SocketData,
  >
  extends Outgoing<ListenEvents, EmitEvents, SocketData>
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
  #ending = false;
  /** Set when it leaves. */
  #gone: DisconnectReason | undefined;
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

  /** The opposite of {@link connected}. */
  get disconnected(): boolean {
    return !this.connected;
  }

  /** The rooms of the socket: its own id, and those it joined. */
  get rooms(): Set<Room> {
    return this.adapter.socketRooms(this.id) ?? new Set();
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
    this.failAcks();
  }

  /** @internal */
  memberOnPacket(packet: Packet): void {
    if (packet.type === PacketType.ACK) {
      this.resolveAck(packet);
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

  protected get leftBecause(): DisconnectReason | undefined {
    return this.#gone;
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
    this.failAcks();
  }

  #leave(reason: DisconnectReason): void {
    this.resumeForOthers();
    this.#gone = reason;
    this.adapter.delAll(this.id);
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
  #meets(name: "rooms" | "eventNameLength"): LimitError {
    const { counters, limits } = this.nsp.server;
    count(counters.limits, name);
    return new LimitError(name, limits[name]);
  }
}
