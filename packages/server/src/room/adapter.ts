import { EventEmitter } from "node:events";
import type { Chunk, Packet } from "@hawser/socket-codec/packets";
import type { BackpressurePolicy } from "../backpressure.ts";
import type { Timers } from "../clock/timers.ts";
import { SharedWrite } from "../connection/shared-write.ts";
import type { Failures } from "../failures.ts";
import type { Handshake } from "../http/handshake.ts";
import type { ParserDecoder } from "../options.ts";
import type { AdapterSeam, NamespaceSeam, SocketSeam } from "../seams.ts";
import { RoomIndex } from "./index-map.ts";
import type { PrivateSessionId, Session, SessionToPersist } from "./session.ts";

export type Room = string;
export type SocketId = string;

export interface BroadcastFlags {
  volatile?: boolean | undefined;
  compress?: boolean | undefined;
  /** Only to sockets of this node. */
  local?: boolean | undefined;
  broadcast?: boolean | undefined;
  binary?: boolean | undefined;
  /** What becomes of it for those who are too far behind. */
  policy?: BackpressurePolicy | undefined;
  key?: string | undefined;
  /** Milliseconds to wait for acknowledgements. */
  timeout?: number | undefined;
  /** The acknowledgement takes one response, not an array of them. */
  expectSingleResponse?: boolean | undefined;
}

/** Who is meant: sockets in any of `rooms` (all, if empty) and in none of `except`. */
export interface BroadcastOptions {
  rooms: Set<Room>;
  except?: Set<Room> | undefined;
  flags?: BroadcastFlags | undefined;
}

/** What an adapter sees of a socket on this node. Namespaces of others lack what is optional. */
export interface AdapterSocket extends SocketSeam {
  readonly handshake: Handshake;
  readonly data: unknown;
  /** Gives up waiting for an acknowledgement. */
  forgetAck?(id: number): void;
}

/** What an adapter sees of its namespace. Namespaces of others lack what is optional. */
export interface AdapterNamespace extends NamespaceSeam {
  readonly sockets: Map<SocketId, AdapterSocket>;
  readonly server: NamespaceSeam["server"] & {
    readonly timers?: Timers;
    /** Those that need not keep the process running. */
    readonly quietTimers?: Timers;
    /** Hears of callbacks of the application that throw. */
    readonly failures?: Failures;
    readonly _parser?: { readonly Decoder: new () => ParserDecoder };
  };
}

/**
 * The sockets of a namespace and their rooms, on one node. Adapters for many nodes extend it.
 *
 * Events: `create-room(room)`, `join-room(room, id)`, `leave-room(room, id)`, `delete-room(room)`.
 */
export class Adapter extends EventEmitter implements AdapterSeam {
  readonly nsp: AdapterNamespace;
  readonly encoder: { encode(packet: Packet): Chunk[] };
  /** Whether sessions are found without an offset, for clients that have received nothing yet. */
  declare readonly restoresWithoutOffset?: boolean;
  readonly #index = new RoomIndex();

  constructor(nsp: AdapterNamespace) {
    super();
    this.nsp = nsp;
    this.encoder = nsp.server.encoder;
  }

  /** Sockets by room. */
  get rooms(): Map<Room, Set<SocketId>> {
    return this.#index.rooms;
  }

  /** Rooms by socket. */
  get sids(): Map<SocketId, Set<Room>> {
    return this.#index.sids;
  }

  /** Called once, when the namespace is made. */
  init(): Promise<void> | void {}

  /** Called when the server closes or the namespace is removed. */
  close(): Promise<void> | void {}

  /** How many nodes there are, this one included. */
  serverCount(): Promise<number> {
    return Promise.resolve(1);
  }

  addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    for (const room of rooms) {
      const added = this.#index.add(id, room);
      if (added?.created) {
        this.emit("create-room", room);
      }
      if (added) {
        this.emit("join-room", room, id);
      }
    }
    if (rooms.size === 0) {
      // Known all the same; a room would have seen to that.
      this.#index.addSocket(id);
    }
  }

  del(id: SocketId, room: Room): Promise<void> | void {
    const removed = this.#index.remove(id, room);
    if (removed) {
      this.emit("leave-room", room, id);
    }
    if (removed?.deleted) {
      this.emit("delete-room", room);
    }
  }

  delAll(id: SocketId): void {
    for (const room of this.#index.roomsOf(id)) {
      this.del(id, room);
    }
    this.#index.removeSocket(id);
  }

  /** Sends a packet, encoded once, to all that are meant. */
  broadcast(packet: Packet, opts: BroadcastOptions): void {
    packet.nsp = this.nsp.name;
    this.deliver(packet, this.encoder.encode(packet), opts);
  }

  /** Sends what was encoded to all that are meant here. */
  protected deliver(packet: Packet, chunks: readonly Chunk[], opts: BroadcastOptions): void {
    const options = new SharedWrite(opts.flags, packet);
    this.#each(opts, (socket) => {
      socket.notifyOutgoingListeners?.(packet);
      socket.client.writeToEngine(chunks, options);
    });
  }

  /**
   * The same, asking each receiver for an acknowledgement.
   * @param clientCountCallback told how many receive it here
   * @param ack called with the answer of each
   */
  broadcastWithAck(
    packet: Packet,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void {
    packet.nsp = this.nsp.name;
    const id = this.nsp._ids++;
    packet.id = id;
    const chunks = this.encoder.encode(packet);
    const options = new SharedWrite(opts.flags, packet);
    let clientCount = 0;
    this.#each(opts, (socket) => {
      clientCount++;
      socket.acks?.set(id, ack);
      socket.notifyOutgoingListeners?.(packet);
      socket.client.writeToEngine(chunks, options);
    });
    clientCountCallback(clientCount);
  }

  /** The ids of the sockets in any of these rooms (all, if empty). */
  sockets(rooms: Set<Room>): Promise<Set<SocketId>> {
    const ids = new Set<SocketId>();
    this.#each({ rooms }, (_socket, id) => ids.add(id));
    return Promise.resolve(ids);
  }

  /** The rooms of a socket, or `undefined` for an unknown one. */
  socketRooms(id: SocketId): Set<Room> | undefined {
    return this.sids.get(id);
  }

  fetchSockets(opts: BroadcastOptions): Promise<unknown[]> {
    const sockets: AdapterSocket[] = [];
    this.#each(opts, (socket) => sockets.push(socket));
    return Promise.resolve(sockets);
  }

  addSockets(opts: BroadcastOptions, rooms: Room[]): void {
    this.#each(opts, (socket) => void socket.join(rooms));
  }

  delSockets(opts: BroadcastOptions, rooms: Room[]): void {
    this.#each(opts, (socket) => {
      for (const room of rooms) {
        socket.leave(room);
      }
    });
  }

  disconnectSockets(opts: BroadcastOptions, close: boolean): void {
    this.#each(opts, (socket) => socket.disconnect(close));
  }

  /** Sends an event to the other nodes; there are none here. */
  serverSideEmit(_packet: unknown[]): void {
    console.warn("this adapter does not support serverSideEmit(): there is no other server");
  }

  /** The offset for an event that is sent past the adapter; for adapters that give them. */
  nextOffset?(): string;

  /** Whether sessions wait here for their clients, and would be lost with the adapter. */
  keepsSessions?(): boolean;

  /** Keeps a session for recovery; adapters that can do so override it. */
  persistSession(_session: SessionToPersist): Promise<void> | void {}

  /**
   * The kept session and what it missed, if the adapter can tell.
   * @param _offset the last argument of the last event that the client received
   */
  restoreSession(
    _pid: PrivateSessionId,
    _offset: string,
  ): Promise<Session | null | undefined> | null {
    return null;
  }

  #each(opts: BroadcastOptions, callback: (socket: AdapterSocket, id: SocketId) => void): void {
    const { sockets } = this.nsp;
    this.#index.each(opts.rooms, opts.except, (id) => {
      const socket = sockets.get(id);
      if (socket) {
        callback(socket, id);
      }
    });
  }
}
