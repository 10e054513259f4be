/**
 * The seams: what adapters, emitters, engines and tools of others read, call or replace although no
 * manual of Socket.IO lists it. Each says who does, and why. The classes `implements` these interfaces,
 * so a seam cannot change unnoticed; nothing here may be renamed or removed.
 *
 * Readers, by their packages:
 * - adapters: `socket.io-adapter` (the base class of the others), `@socket.io/redis-adapter`,
 *   `redis-streams-adapter`, `cluster-adapter`, `postgres-adapter`, `mongo-adapter`
 * - engines: `@socket.io/cluster-engine`
 * - tools: `@socket.io/admin-ui`, `@socket.io/sticky`, tracing and metrics that wrap what they find
 */
import type { Chunk, Packet } from "@hawser/socket-codec/packets";

/** An engine, as the server and tools find it: ours, or another that was given to `bind`. */
export interface EngineSeam {
  /** Read by applications and admin-ui. */
  readonly clientsCount: number;
  /** Read and changed by applications while the server runs. */
  readonly opts: object;
  /** `connection`, `initial_headers`, `headers` and `connection_error`. */
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** `socket.conn`: one engine session, as tools find it. */
export interface EngineSocketSeam {
  /** 20 characters of `[A-Za-z0-9_-]`: sticky and cluster-engine look for that form. */
  readonly id: string;
  /** 4, or 3 for clients of Socket.IO 1 and 2. */
  readonly protocol: number;
  readonly readyState: string;
  readonly remoteAddress: string;
  /** admin-ui shows `transport.name`, and listens to `upgrade` for changes of it. */
  readonly transport: { readonly name: string };
  /** admin-ui counts `packet` and `packetCreate`; sticky waits for `close`. */
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** The last argument of `writeToEngine`, as adapters build it. */
export interface WriteSeam {
  /** Always true: the packet was encoded for all receivers at once. Nothing else reaches this method. */
  preEncoded?: boolean | undefined;
  volatile?: boolean | undefined;
  compress?: boolean | undefined;
  /**
   * `socket.io-adapter` frames a text packet once for all WebSockets. Accepted and not used: sessions
   * send what they are given together, and frame it as it leaves.
   */
  wsPreEncodedFrame?: unknown;
}

/** `socket.client`: one connection, shared by the sockets of all its namespaces. */
export interface ClientSeam {
  /** The engine socket; tools listen to it. */
  readonly conn: EngineSocketSeam;
  /** The id of the engine socket; admin-ui shows its first 12 characters. */
  readonly id: string;
  /** The first request; applications read `request.session`, and may set it to null on the engine socket. */
  readonly request: unknown;
  /** Adapters call it for each receiver of a broadcast. */
  writeToEngine(chunks: readonly Chunk[], options: WriteSeam): void;
}

/** A socket, as adapters find it in `nsp.sockets`. */
export interface SocketSeam {
  readonly id: string;
  readonly client: Pick<ClientSeam, "writeToEngine">;
  /** Adapters set the callback of a broadcast with acknowledgement here, by packet id. */
  readonly acks: Map<number, (...args: unknown[]) => void>;
  /** Adapters answer it for `fetchSockets()` of other nodes, as they do `rooms` and `data`. */
  readonly handshake: object;
  readonly rooms: Set<string>;
  /** Sent to other nodes. admin-ui replaces it by a Proxy, so it MUST stay writable. */
  readonly data: unknown;
  /** Adapters call these three for `socketsJoin`, `socketsLeave` and `disconnectSockets`. */
  join(rooms: string | string[]): Promise<void> | void;
  leave(room: string): Promise<void> | void;
  disconnect(close?: boolean): unknown;
  /** Adapters call it for each receiver of a broadcast, for the listeners of `onAnyOutgoing`. */
  notifyOutgoingListeners(packet: Packet): void;
}

/** What only sockets of this server have, beyond {@link SocketSeam}. */
export interface RecoverableSocketSeam extends SocketSeam {
  /** The secret of connection state recovery; tests and tools compare it. Undefined without recovery. */
  readonly pid: string | undefined;
}

/** A namespace, as adapters get it as the argument of their constructor. */
export interface NamespaceSeam {
  /** Part of every channel name, and of each message between nodes. */
  readonly name: string;
  /** The connected sockets of this node. */
  readonly sockets: Map<string, SocketSeam>;
  /** The next acknowledgement id: adapters take it and count on. */
  _ids: number;
  readonly server: {
    /** Adapters encode a broadcast once with it. */
    readonly encoder: { encode(packet: Packet): Chunk[] };
    /** Adapters that keep sessions read `connectionStateRecovery`, defaults filled in. */
    readonly opts: object;
  };
  /** Adapters call it when another node has emitted an event: `[event, ...args]`. */
  _onServerSideEmit(args: unknown[]): void;
}

/** What tools read of a namespace, beyond what adapters do. */
export interface ToolNamespaceSeam extends NamespaceSeam {
  /** The middlewares in order; tracing wraps them in place. */
  readonly _fns: unknown[];
  /** Sockets that middlewares still decide about; metrics count them. */
  readonly _preConnectSockets: Map<string, unknown>;
  /** admin-ui listens to `join-room` and `leave-room`. */
  readonly adapter: unknown;
}

/** The server. */
export interface ServerSeam {
  /** All namespaces by name; admin-ui and the emitters' tests walk it. */
  readonly _nsps: Map<string, ToolNamespaceSeam>;
  /** The options; `opts` and `_opts` are the same. */
  readonly opts: object;
  readonly _opts: object;
  /** Shared with the adapters of all namespaces. */
  readonly encoder: { encode(packet: Packet): Chunk[] };
  /** The parser in use: `Encoder` and `Decoder`; instrumentation decodes with it. */
  readonly _parser: { readonly Encoder: unknown; readonly Decoder: unknown };
  /** Milliseconds in which a first namespace must be joined; read by instrumentation. */
  readonly _connectTimeout: number;
  /** admin-ui and sticky listen to its `connection`; undefined until attached. */
  readonly engine: EngineSeam | undefined;
  /** sticky puts a `request` listener in front. */
  readonly httpServer: unknown;
  /** cluster-engine hands over its engine, or single connections. */
  bind(engine: never): unknown;
  onconnection(conn: never): unknown;
}

/** What the server calls on an adapter, whoever wrote it. */
export interface AdapterSeam {
  /** Read by applications: `io.sockets.adapter.rooms.get(room)?.size`. */
  readonly rooms: Map<string, Set<string>>;
  readonly sids: Map<string, Set<string>>;
  init(): Promise<void> | void;
  close(): Promise<void> | void;
  serverCount(): Promise<number>;
  addAll(id: string, rooms: Set<string>): Promise<void> | void;
  del(id: string, room: string): Promise<void> | void;
  delAll(id: string): void;
  broadcast(packet: Packet, opts: never): void;
  broadcastWithAck(
    packet: Packet,
    opts: never,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void;
  sockets(rooms: Set<string>): Promise<Set<string>>;
  socketRooms(id: string): Set<string> | undefined;
  fetchSockets(opts: never): Promise<unknown[]>;
  addSockets(opts: never, rooms: string[]): void;
  delSockets(opts: never, rooms: string[]): void;
  disconnectSockets(opts: never, close: boolean): void;
  serverSideEmit(packet: unknown[]): void;
  persistSession(session: never): Promise<void> | void;
  restoreSession(pid: string, offset: string): Promise<unknown> | null;
}
