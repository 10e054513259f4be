import { type Packet, PacketType, RESERVED_EVENTS } from "@hawser/socket-codec/packets";
import { guarded, HawserError, incompatibleServer } from "../errors.ts";
import {
  type AllButLast,
  type CatchAllListener,
  type Contract,
  type DecorateAcknowledgements,
  type DefaultEventsMap,
  type EventNames,
  type EventNamesWithAck,
  type EventParams,
  type EventsMap,
  type EventsOf,
  type FirstNonErrorArg,
  type Last,
  type NoAcknowledgement,
  TypedEmitter,
} from "../events.ts";
import type {
  Connection,
  DisconnectDescription,
  Member,
  OutgoingPacket,
} from "../manager/connection.ts";
import type { Auth, SocketOptions } from "../options.ts";
import { type Ack, Acks } from "./acks.ts";
import { CatchAll } from "./catch-all.ts";
import { Recovery } from "./recovery.ts";
import type { DisconnectReason, SocketReservedEvents } from "./reserved-events.ts";
import { type Flags, RetryQueue } from "./retry-queue.ts";

/** A socket of a namespace that follows a contract: `const socket: SocketOf<Chat> = io("/chat")`. */
export type SocketOf<C extends Contract> = Socket<
  EventsOf<C["serverToClient"]>,
  EventsOf<C["clientToServer"]>
>;

/** The Manager as a socket knows it. */
export interface Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends Connection {
  /** The sockets made so far, by namespace. */
  readonly nsps: Readonly<Record<string, Socket<ListenEvents, EmitEvents>>>;
  /** The socket of a namespace, made on first use, and reconnected if it was given up. */
  socket(nsp: string, opts?: SocketOptions): Socket<ListenEvents, EmitEvents>;
}

/** The types of what {@link BufferedSocket} adds; nothing of it exists at run time. */
declare abstract class Measured<ListenEvents extends EventsMap> extends TypedEmitter<
  ListenEvents,
  SocketReservedEvents
> {
  /**
   * Bytes that wait to be sent: those of the connection, which all namespaces share, and those of
   * `sendBuffer`. Texts count their characters. Not in the WebSocket-only bundle, as all of these.
   */
  get bufferedBytes(): number;
  /** Whether it is connected, and less than 16 KiB wait on the connection. */
  get writable(): boolean;
  /** How many events were not sent: dropped by `offlineBuffer`, as volatile, too large or cleared. */
  readonly dropped: number;
  /** Resolves once nothing waits; rejects with `DISCONNECTED` if the connection ends before. */
  drained(): Promise<void>;
  /** Drops what waits in `sendBuffer`; acknowledgements asked for fail with `NOT_SENT`. */
  clearBuffer(): this;
  /** Whether a volatile packet is dropped. */
  protected skips?(packet: OutgoingPacket): boolean;
  /** A packet was put into `sendBuffer`. */
  protected kept?(): void;
  /** A packet cannot be sent. Answers whether somebody was told. */
  protected refused?(packet: OutgoingPacket, error: unknown): unknown;
  /** It is connected, and about to send `sendBuffer`; or, with a reason, disconnected. */
  protected changed?(reason?: string): void;
  /** @internal fails the acknowledgement that a packet asked for */
  giveUp(packet: Packet, error: Error): unknown;
}

/**
 * One namespace on the server, as seen from here. The object and its listeners outlive connections.
 * @typeParam ListenEvents what the server emits @typeParam EmitEvents what it listens to
 */
export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends (TypedEmitter as unknown as typeof Measured)<ListenEvents> {
  /** The Manager, shared by the sockets of that server; has the events of reconnection. */
  declare readonly io: Manager<ListenEvents, EmitEvents>;
  /** The name of the namespace; begins with a slash. */
  declare readonly nsp: string;
  /** Given by the server, another one for each connection; undefined while not connected. */
  id: string | undefined;
  /** Whether the server has let it in, and the connection stands. */
  connected = false;
  /** Whether what happened while disconnected has been delivered, nothing lost. */
  recovered = false;
  /** Used for the next connection; undefined where no credentials were given. */
  declare auth: Auth;
  /** Events that came before the connection was confirmed. */
  receiveBuffer: unknown[][] = [];
  /** Packets to be sent once connected. */
  sendBuffer: OutgoingPacket[] = [];

  readonly #opts: SocketOptions;
  declare protected readonly acks: Acks;
  readonly #queue: RetryQueue | undefined;
  readonly #incoming = new CatchAll();
  readonly #outgoing = new CatchAll();
  #flags: Flags = {};
  #active = false;
  readonly #recovery = new Recovery();

  constructor(
    io: Manager<ListenEvents, EmitEvents>,
    nsp: string,
    opts: SocketOptions = {},
    connects: unknown = io._autoConnect,
  ) {
    super();
    this.io = io;
    this.nsp = nsp;
    this.auth = opts.auth!;
    this.#opts = opts;
    this.acks = new Acks(io.clock);
    this.#queue = opts.retries
      ? new RetryQueue(
          opts.retries,
          () => this.connected && !this.io.engine.hasExpired(),
          (args, ack, flags) => this.#send(args, ack, flags),
        )
      : undefined;
    if (connects) {
      this.connect();
    }
  }

  /** The opposite of {@link connected}. */
  get disconnected(): boolean {
    return !this.connected;
  }

  /** Whether it is connected, or will be without further action. */
  get active(): boolean {
    return this.#active;
  }

  /** Connects, or comes back after `disconnect()` or a refusal. Does nothing while connected. */
  connect(): this {
    if (!this.#active) {
      this.#active = true;
      this.io.subscribe(this.nsp, this.member());
    }
    if (!this.connected && !this.io._reconnecting) {
      this.io.open();
    }
    return this;
  }

  /** What takes part in the connection. */
  protected member(): Member {
    return {
      open: () => this.#join(),
      packet: (packet) => this.#received(packet),
      error: (error) => this.#connectFailed(error),
      close: (reason, description) => this.#closed(reason, description),
    };
  }

  /** As {@link connect}. */
  open(): this {
    return this.connect();
  }

  /** Leaves the namespace, for good until `connect()`. */
  disconnect(): this {
    const wasConnected = this.connected;
    if (wasConnected) {
      this.io.leave(this.nsp);
    }
    this.#leave();
    if (wasConnected) {
      this.#closed("io client disconnect");
    }
    return this;
  }

  /** As {@link disconnect}. */
  close(): this {
    return this.disconnect();
  }

  /**
   * Sends an event; a function as the last argument is called with the server's reply. While
   * disconnected, the event waits in `sendBuffer`.
   * @throws HawserError `RESERVED_EVENT` for a name that the library uses itself, `PAYLOAD_TOO_LARGE`
   * for more than the server takes, unless the acknowledgement is told of errors
   */
  override emit<Ev extends EventNames<EmitEvents>>(
    ev: Ev,
    ...args: EventParams<EmitEvents, Ev>
  ): this {
    const callback: unknown = args.at(-1);
    if (typeof callback !== "function") {
      return this.#emit(ev, args);
    }
    const call = (values: unknown[]): void => guarded(() => callback.apply(this, values));
    const errorFirst = this.#queue || (this.#flags.timeout ?? this.#opts.ackTimeout) !== undefined;
    return this.#emit(
      ev,
      args.slice(0, -1),
      errorFirst
        ? { reply: (values) => call([null, ...values]), fail: (error) => call([error]) }
        : { reply: call },
    );
  }

  /**
   * Sends an event, and answers the first value of the server's reply.
   * @throws HawserError (as a rejection) `TIMEOUT`, `DISCONNECTED` while waiting, or why it was not sent
   */
  emitWithAck<Ev extends EventNamesWithAck<EmitEvents>>(
    ev: Ev | NoAcknowledgement<EmitEvents>,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    return new Promise((resolve, reject) => {
      this.#emit(ev, args, { reply: ([value]) => resolve(value as never), fail: reject });
    });
  }

  /** Sends the event `message`. */
  send(...args: EventParams<EmitEvents, "message">): this {
    return this.emit("message", ...args);
  }

  /** Whether the next event may be compressed. Default: true. */
  compress(compress: boolean): this {
    this.#flags.compress = compress;
    return this;
  }

  /** The next event is dropped if it cannot be sent at once. */
  get volatile(): this {
    this.#flags.volatile = true;
    return this;
  }

  /** The acknowledgement of the next event fails after that time. @param timeout milliseconds */
  timeout(timeout: number): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>> {
    this.#flags.timeout = timeout;
    return this as unknown as Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>>;
  }

  /** Calls `listener(event, ...args)` for each event that comes in, before its own listeners. */
  onAny(listener: CatchAllListener): this {
    this.#incoming.append(listener);
    return this;
  }

  /** As {@link onAny}, before those that are there already. */
  prependAny(listener: CatchAllListener): this {
    this.#incoming.prepend(listener);
    return this;
  }

  /** Removes a listener of {@link onAny}; without one, all. */
  offAny(listener?: CatchAllListener): this {
    this.#incoming.remove(listener);
    return this;
  }

  /** The listeners of {@link onAny}, in order; a copy. */
  listenersAny(): CatchAllListener[] {
    return this.#incoming.list();
  }

  /** Calls `listener(event, ...args)` for each event that goes out. */
  onAnyOutgoing(listener: CatchAllListener): this {
    this.#outgoing.append(listener);
    return this;
  }

  /** As {@link onAnyOutgoing}, before those that are there already. */
  prependAnyOutgoing(listener: CatchAllListener): this {
    this.#outgoing.prepend(listener);
    return this;
  }

  /** Removes a listener of {@link onAnyOutgoing}; without one, all. */
  offAnyOutgoing(listener?: CatchAllListener): this {
    this.#outgoing.remove(listener);
    return this;
  }

  /** The listeners of {@link onAnyOutgoing}, in order; a copy. */
  listenersAnyOutgoing(): CatchAllListener[] {
    return this.#outgoing.list();
  }

  #emit(ev: string | symbol, args: unknown[], ack?: Ack): this {
    if (RESERVED_EVENTS.has(ev)) {
      throw new HawserError("RESERVED_EVENT", `"${String(ev)}" is a reserved event name`);
    }
    const flags = this.#flags;
    this.#flags = {};
    const event = [ev, ...args];
    if (this.#queue && !flags.volatile) {
      this.#queue.add(event, ack, flags);
      this.#queue.drain();
    } else {
      this.#send(event, ack, flags);
    }
    return this;
  }

  #send(args: unknown[], ack: Ack | undefined, flags: Flags): void {
    const packet: OutgoingPacket = {
      type: PacketType.EVENT,
      nsp: this.nsp,
      data: args,
      options: { compress: flags.compress !== false },
    };
    if (ack) {
      packet.id = this.acks.expect(ack, flags.timeout ?? this.#opts.ackTimeout, (id) => {
        this.sendBuffer = this.sendBuffer.filter((buffered) => buffered.id !== id);
      });
    }
    const { engine } = this.io;
    if (flags.volatile && (this.skips?.(packet) ?? !engine?.transport?.writable)) {
      return;
    }
    if (this.connected && !engine.hasExpired()) {
      this.#transmit(packet);
    } else {
      this.sendBuffer.push(packet);
      this.kept?.();
    }
  }

  #transmit(packet: OutgoingPacket): void {
    this.#outgoing.call(this, packet.data as unknown[]);
    try {
      this.io.transmit(packet);
    } catch (error) {
      if (!this.refused?.(packet, error)) {
        // It cannot be encoded, or is too large, so nobody will reply.
        this.acks.take(packet.id);
        throw error;
      }
    }
  }

  #join(): void {
    const { engine } = this.io;
    const send = (auth?: object): void => {
      // The function may take its time: the connection may have been lost, and be another one now.
      if (this.#active && !this.connected && this.io.engine === engine) {
        this.io.join(this.nsp, this.#recovery.request(auth));
      }
    };
    const { auth } = this;
    if (typeof auth === "function") {
      guarded(() => auth(send));
    } else {
      send(auth);
    }
  }

  #leave(): void {
    if (this.#active) {
      this.#active = false;
      this.io.unsubscribe(this.nsp);
    }
  }

  #received({ type, data, id }: Packet): void {
    switch (type) {
      case PacketType.CONNECT:
        this.#joined(data as { sid?: string; pid?: string } | undefined);
        break;
      case PacketType.EVENT:
      case PacketType.BINARY_EVENT:
        this.#eventReceived((data as unknown[]) ?? [], id);
        break;
      case PacketType.ACK:
      case PacketType.BINARY_ACK:
        this.acks.take(id)?.reply((data as unknown[]) ?? []);
        break;
      case PacketType.DISCONNECT:
        this.#leave();
        this.#closed("io server disconnect");
        break;
      case PacketType.CONNECT_ERROR:
        this.#refused(data as { message?: string; data?: unknown } | undefined);
        break;
    }
  }

  #joined(data: { sid?: string; pid?: string } | undefined): void {
    if (!data?.sid) {
      this.emitReserved("connect_error", incompatibleServer());
      return;
    }
    this.id = data.sid;
    this.recovered = this.#recovery.joined(data.pid);
    this.connected = true;
    this.changed?.();
    const received = this.receiveBuffer;
    this.receiveBuffer = [];
    for (const event of received) {
      this.#deliver(event);
    }
    const packets = this.sendBuffer;
    this.sendBuffer = [];
    for (const packet of packets) {
      guarded(() => this.#transmit(packet));
    }
    guarded(() => this.#queue?.drain(true));
    this.emitReserved("connect");
  }

  #eventReceived(data: unknown[], id: number | undefined): void {
    const event = id === undefined ? data : [...data, this.#replyTo(id)];
    if (this.connected) {
      this.#deliver(event);
    } else {
      this.receiveBuffer.push(event);
    }
  }

  #deliver(event: unknown[]): void {
    this.#incoming.call(this, event);
    this.emitReserved(...(event as ["connect"]));
    this.#recovery.delivered(event);
  }

  #replyTo(id: number): (...args: unknown[]) => void {
    let sent = false;
    return (...data) => {
      // A server closes the connection of who acknowledges after leaving.
      if (!sent && this.connected) {
        sent = true;
        this.io.transmit({ type: PacketType.ACK, nsp: this.nsp, id, data });
      }
    };
  }

  #refused(data: { message?: string; data?: unknown } | string | undefined): void {
    this.#leave();
    const { message, data: details } =
      typeof data === "string" ? { message: data, data } : (data ?? {});
    const error = new HawserError("REFUSED", message ?? "", { data: details });
    this.emitReserved("connect_error", error);
  }

  #connectFailed(error: Error): void {
    if (!this.connected) {
      this.emitReserved("connect_error", error);
    }
  }

  #closed(reason: DisconnectReason, description?: DisconnectDescription): void {
    this.connected = false;
    this.id = undefined;
    this.emitReserved("disconnect", reason, description);
    this.changed?.(reason);
    this.acks.failAll(reason, (id) => this.sendBuffer.some((packet) => packet.id === id));
  }
}

type Reason = DisconnectReason;

export declare namespace Socket {
  /** Why a socket was disconnected. */
  export type DisconnectReason = Reason;
}
