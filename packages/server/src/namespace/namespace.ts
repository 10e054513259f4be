import { type Backpressure, resolveBackpressure } from "../backpressure.ts";
import type { Client } from "../connection/member.ts";
import { reservedEvent } from "../errors.ts";
import type {
  AllButLast,
  DecorateAcknowledgements,
  DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  NoAcknowledgement,
} from "../events.ts";
import {
  asError,
  type Call,
  callListeners,
  callRejectionHook,
  type Supervisor,
} from "../handlers.ts";
import { isRateLimit } from "../limits/rate-limit.ts";
import type { Adapter, SocketId } from "../room/adapter.ts";
import type { Session } from "../room/session.ts";
import type { RecoverableSocketSeam, ToolNamespaceSeam } from "../seams.ts";
import type { SocketHost } from "../socket/host.ts";
import { SocketCore } from "../socket/socket.ts";
import { Comebacks } from "./comebacks.ts";
import { Everybody } from "./everybody.ts";
import type { NamespaceServer } from "./host.ts";
import {
  type ExtendedError,
  type NamespaceMiddleware,
  runNamespaceMiddlewares,
} from "./middleware.ts";

/**
 * One client in one namespace.
 *
 * @typeParam ListenEvents what the client emits
 * @typeParam EmitEvents what the client listens to
 * @typeParam ServerSideEvents what servers of a cluster emit to each other
 * @typeParam SocketData the type of `socket.data`
 */
export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
> extends SocketCore<ListenEvents, EmitEvents, SocketData> {
  /** The namespace that the socket has joined. */
  declare readonly nsp: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;

  /**
   * Limits the wait for the acknowledgement of the next event: its callback gets an error in front,
   * and `emitWithAck` rejects.
   * @param timeout milliseconds
   */
  override timeout(
    timeout: number,
  ): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>, ServerSideEvents, SocketData> {
    return super.timeout(timeout) as never;
  }
}

export interface NamespaceReservedEvents<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> {
  /** A client has joined; fires before `connection`. */
  connect: (socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>) => void;
  /** A client has joined. */
  connection: (socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>) => void;
}

/** The events of `/`, which are also those of the server. */
export interface ServerReservedEvents<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> extends NamespaceReservedEvents<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
  /** A namespace was made, by `of()` or for a client that asked for it. */
  new_namespace: (
    namespace: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
  ) => void;
}

/** The server as its namespaces show it. */
export interface SiblingNamespaces {
  /** The main namespace, `/`. */
  readonly sockets: Namespace<any, any, any, any>;
  /** The namespace of that name, made if need be. */
  of(name: string | RegExp): Namespace<any, any, any, any>;
}

/** Names that `serverSideEmit` cannot use. */
const RESERVED: ReadonlySet<unknown> = new Set(["connect", "connection", "new_namespace"]);

/** The sockets that joined under one name, and who may join. */
export class Namespace<
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
    ServerSideEvents extends EventsMap = DefaultEventsMap,
    SocketData = any,
  >
  extends Everybody<
    EmitEvents,
    ServerSideEvents,
    ServerReservedEvents<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    SocketData
  >
  implements SocketHost, ToolNamespaceSeam, Supervisor
{
  /** Begins with a slash. */
  readonly name: string;
  /** The server that the namespace belongs to. */
  readonly server: NamespaceServer & SiblingNamespaces;
  /** The sockets that have joined, by id. */
  readonly sockets = new Map<
    SocketId,
    Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  >();
  /** Those that middlewares still decide about, by id. */
  readonly _preConnectSockets = new Map<
    SocketId,
    Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  >();
  /** Who is in which room, and the way to other servers. */
  adapter!: Adapter;
  /** The next acknowledgement id, shared with adapters. */
  _ids = 0;
  /** The middlewares, in order. */
  _fns: NamespaceMiddleware<Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>>[] = [];

  readonly #comebacks = new Comebacks();
  #backpressure: Backpressure | undefined;

  constructor(server: NamespaceServer, name: string) {
    super();
    this.server = server as NamespaceServer & SiblingNamespaces;
    this.name = name;
    this._initAdapter();
  }

  /**
   * What is done for slow clients. Default: that of the server.
   * @throws HawserTypeError `INVALID_OPTION`
   */
  get backpressure(): Backpressure {
    return this.#backpressure ?? this.server.backpressure;
  }

  set backpressure(backpressure: Partial<Backpressure>) {
    const { policy, budget } = this.server.backpressure;
    this.#backpressure = resolveBackpressure(backpressure, { policy, budget });
    for (const socket of this.sockets.values()) {
      socket.client.heed(this.#backpressure);
    }
  }

  /** Makes the adapter anew, from what the server uses now. */
  _initAdapter(): void {
    this.adapter = this.server.createAdapter(this);
    Promise.resolve(this.adapter.init()).catch(() => {});
  }

  /**
   * Adds a middleware, run for every client that wants to join; `next(error)` refuses it.
   */
  use(
    middleware: NamespaceMiddleware<Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>>,
  ): this {
    this._fns.push(middleware);
    return this;
  }

  /**
   * Emits an event to the other servers of the cluster, not to this one.
   * @returns true
   * @throws HawserError `RESERVED_EVENT`
   */
  serverSideEmit<Ev extends EventNames<ServerSideEvents>>(
    ev: Ev,
    ...args: EventParams<
      DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSideEvents>,
      Ev
    >
  ): boolean {
    if (RESERVED.has(ev)) {
      throw reservedEvent(ev);
    }
    this.adapter.serverSideEmit([ev, ...args]);
    return true;
  }

  /**
   * The same, waiting for the other servers.
   * @returns one response of each; rejects with an error that holds `responses` so far
   */
  serverSideEmitWithAck<Ev extends EventNamesWithAck<ServerSideEvents>>(
    ev: Ev | NoAcknowledgement<ServerSideEvents>,
    ...args: AllButLast<EventParams<ServerSideEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<ServerSideEvents, Ev>>>[]> {
    return new Promise((resolve, reject) => {
      const callback = (error: (Error & { responses?: unknown }) | null, responses: never) => {
        if (error) {
          error.responses = responses;
          reject(error);
        } else {
          resolve(responses);
        }
      };
      this.serverSideEmit(ev, ...([...args, callback] as never));
    });
  }

  /** Called by adapters when another server emitted an event. */
  _onServerSideEmit(args: unknown[]): void {
    const [event, ...rest] = args;
    this.#emitHere(event as string, ...rest);
  }

  /** @internal */
  get recovers(): boolean {
    return this.server.recovery !== undefined;
  }

  /** @internal nobody is in, or about to be */
  get isEmpty(): boolean {
    return this.sockets.size + this._preConnectSockets.size + this.#comebacks.searches === 0;
  }

  /** @internal a client wants in */
  clientOnJoin(client: Client, auth: Record<string, unknown>): void {
    // What clients of Socket.IO 1 and 2 call `pid` is their own.
    const canRecover = this.recovers && client.dialect.recovers;
    if (!canRecover || typeof auth.pid !== "string") {
      this.#receive(client, auth);
      return;
    }
    this.#comebacks.find(this.adapter, auth.pid, auth.offset, (previous) =>
      this.#receive(client, auth, previous),
    );
  }

  /** @internal a client wanted in, and has gone; a dynamic namespace may have been made for it alone */
  clientOnGone(): void {
    this.onEmptied();
  }

  /** @param session what the client comes back to */
  #receive(client: Client, auth: Record<string, unknown>, session?: Session): void {
    // Adapters of others may hand one session to two.
    const isTaken =
      session && (this.sockets.has(session.sid) || this._preConnectSockets.has(session.sid));
    const previous = isTaken ? undefined : session;
    const socket = new Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>(
      this,
      client,
      auth,
      previous,
    );
    const skips = previous && this.server.recovery?.skipMiddlewares;
    const middlewares = skips ? this._fns.filter(isRateLimit) : this._fns;
    if (middlewares.length === 0) {
      this.#decided(client, socket, previous);
      return;
    }
    this._preConnectSockets.set(socket.id, socket);
    // Middlewares added while these run are for later clients.
    runNamespaceMiddlewares(
      [...middlewares],
      socket,
      (error) => socket.middlewareFailed(error),
      (error) => {
        this._preConnectSockets.delete(socket.id);
        this.#decided(client, socket, previous, error);
      },
    );
  }

  #decided(
    client: Client,
    socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    previous: Session | undefined,
    error?: ExtendedError,
  ): void {
    if (client.closed) {
      if (previous) {
        socket.keep();
      }
      socket.abandoned();
      this.onEmptied();
    } else if (error) {
      this.#refuse(client, socket, error);
    } else {
      this.#admit(client, socket);
    }
  }

  /** @internal */
  socketOnClose(socket: RecoverableSocketSeam): void {
    this.sockets.delete(socket.id);
    this.#comebacks.remove(socket.pid);
    this.onEmptied();
  }

  /** @internal a namespace was made; emitted on `/` */
  announce(namespace: Namespace<any, any, any, any>): void {
    this.#emitHere("new_namespace", namespace);
  }

  /** @internal a listener of this namespace threw or rejected */
  handlerFailed(thrown: unknown, call: Call): void {
    const [event, ...args] = call as [event: string, ...args: unknown[]];
    const [socket] = args;
    const error = asError(thrown);
    const isHeard = callRejectionHook(this, error, call);
    if (!isHeard && socket instanceof SocketCore) {
      socket.handlerFailed(error, call);
    } else {
      this.server.failures.report(error, { namespace: this.name, event, args }, isHeard);
    }
  }

  /** @internal */
  handlerStarted(): void {}

  /** @internal */
  handlerSettled(): void {}

  /** A socket left or was kept out; dynamic namespaces may end with their last one. */
  protected onEmptied(): void {}

  /** Calls the listeners of this namespace, as `emit` does in other emitters. */
  #emitHere(event: string, ...args: unknown[]): void {
    callListeners(this, [event, ...args]);
  }

  #admit(
    client: Client,
    socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
  ): void {
    this.sockets.set(socket.id, socket);
    this.#comebacks.add(socket.pid, client);
    client.admit(this.name, socket);
    socket.admitted();
    this.#emitHere("connect", socket);
    this.#emitHere("connection", socket);
  }

  #refuse(
    client: Client,
    socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    error: ExtendedError,
  ): void {
    socket.abandoned();
    client.refuse(this.name, error);
    this.onEmptied();
  }
}
