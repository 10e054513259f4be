// Not from where the others are from: in CommonJS, a namespace makes every use of its names a call.
import * as parser from "@hawser/socket-codec";
import { type Chunk, Encoder, type Packet } from "@hawser/socket-codec/packets";
import {
  BACKPRESSURE_DEFAULTS,
  type BackpressureOptions,
  resolveBackpressure,
} from "./backpressure.ts";
import { systemClock, unreferenced } from "./clock/clock.ts";
import { Timers } from "./clock/timers.ts";
import { Connection } from "./connection/connection.ts";
import { type Dialect, dialect5, EXTENSIONS } from "./connection/dialect.ts";
import type { EngineSocket } from "./connection/link.ts";
import type { Client, ConnectionHost } from "./connection/member.ts";
import { debug } from "./debug.ts";
import { HawserTypeError } from "./errors.ts";
import type { DefaultEventsMap, EventsMap } from "./events.ts";
import { type ErrorHandler, Failures } from "./failures.ts";
import { claimRequests } from "./http/attach.ts";
import { type Claim, clientFiles, type SendFile } from "./http/client-files.ts";
import { corsMiddleware } from "./http/cors.ts";
import { type AnyHttpServer, closeHttpServer, httpServerOf } from "./http/listen.ts";
import { dialect4 } from "./legacy/dialect.ts";
import { LIMIT_NAMES, type Limits, resolveLimits } from "./limits/limits.ts";
import { MainNamespace } from "./namespace/main.ts";
import { Namespace, type Socket } from "./namespace/namespace.ts";
import { type NamespaceTest, type ParentHost, ParentNamespace } from "./namespace/parent.ts";
import { Registry } from "./namespace/registry.ts";
import {
  type AdapterConstructor,
  ENGINE_DEFAULTS,
  type EngineOptions,
  type Parser,
  type RecoveryOptions,
  type ServerOptions,
  SOCKET_DEFAULTS,
} from "./options.ts";
import { resolveOptions, warnOfTypos, withRecoveryDefaults } from "./resolve-options.ts";
import { Adapter, type AdapterNamespace } from "./room/adapter.ts";
import { SessionAwareAdapter } from "./room/session-aware.ts";
import type { ServerSeam } from "./seams.ts";
import { BaseServer } from "./session/base-server.ts";
import { Engine } from "./session/engine.ts";
import { SocketCounters } from "./stats/counters.ts";
import {
  counterStats,
  engineStats,
  namespaceStats,
  processStats,
  type ServerStats,
} from "./stats/server-stats.ts";
import type { UwsApp, UwsOptions } from "./uws/app.ts";
import { UwsEngine } from "./uws/uws-engine.ts";
import { version } from "./version.ts";

/** Where the bundles are, seen from the built package. */
const CLIENT_FILES = new URL("../client-dist/", import.meta.url);

/** What `bind` needs of an engine, which may be one of others, such as `@socket.io/bun-engine`. */
export interface BindableEngine {
  on(event: "connection", listener: (conn: any) => void): unknown;
}

/**
 * A Socket.IO server.
 *
 * @typeParam ListenEvents what clients emit
 * @typeParam EmitEvents what clients listen to
 * @typeParam ServerSideEvents what servers of a cluster emit to each other
 * @typeParam SocketData the type of `socket.data`
 */
export class Server<
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
    ServerSideEvents extends EventsMap = DefaultEventsMap,
    SocketData = any,
  >
  extends MainNamespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  implements ConnectionHost, ParentHost, ServerSeam
{
  /**
   * Set it where the client's files are not beside the package, as in a bundle of the server: it ends
   * the response with the file of that name, such as `socket.io.min.js.map`.
   */
  static sendFile: SendFile | undefined;
  /** The main namespace, `/`. Most methods of the server are those of this namespace. */
  readonly sockets: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
  /** The options as they were given, with the defaults of `connectionStateRecovery`; read by adapters. */
  readonly opts: Partial<ServerOptions>;
  /** The Engine.IO server, once attached. */
  engine!: Engine;
  /** The HTTP server, once attached; stays undefined with {@link bind}. */
  httpServer!: AnyHttpServer;
  /** Encodes packets; shared with adapters. */
  readonly encoder: { encode(packet: Packet): Chunk[] };
  /** @internal */
  readonly timers: Timers;
  /** @internal those that need not keep the process running */
  readonly quietTimers: Timers;
  /** What is done for slow clients, where a namespace or socket has no settings of its own. */
  readonly backpressure: BackpressureOptions;
  /** @internal what `stats()` reads */
  readonly counters: SocketCounters = new SocketCounters();
  /** @internal */
  limits: Limits;
  /** @internal where errors of handlers go */
  readonly failures: Failures = new Failures(this.counters);
  /** @internal */
  readonly ackTimeout: number | undefined;
  /** @internal */
  readonly recovery: RecoveryOptions | undefined;
  /** @internal */
  readonly customParser: Parser | undefined;
  readonly #registry = new Registry();
  readonly #resolved: typeof SOCKET_DEFAULTS & Partial<ServerOptions>;
  readonly #madeAt: number;
  #path = "";
  #serveClient = true;
  #connectTimeout = 0;
  #adapter: AdapterConstructor = Adapter;

  /** @throws HawserTypeError `INVALID_OPTION`, or `INVALID_ARGUMENT` for what cannot be attached to */
  constructor(options?: Partial<ServerOptions>);
  constructor(server?: AnyHttpServer | number, options?: Partial<ServerOptions>);
  constructor(
    server?: AnyHttpServer | number | Partial<ServerOptions>,
    options?: Partial<ServerOptions>,
  ) {
    super();
    const isOptions = typeof server === "object" && server !== null && !("listen" in server);
    this.opts = withRecoveryDefaults((isOptions ? server : options) ?? {});
    warnOfTypos(this.opts);
    this.#resolved = resolveOptions<typeof SOCKET_DEFAULTS & Partial<ServerOptions>>(
      SOCKET_DEFAULTS,
      this.opts as Partial<typeof SOCKET_DEFAULTS & Partial<ServerOptions>>,
    );
    const { path, serveClient, connectTimeout, adapter, clock, ackTimeout } = this.#resolved;
    this.path(path);
    this.serveClient(serveClient);
    this.connectTimeout(connectTimeout);
    this.ackTimeout = ackTimeout;
    this.limits = this.#limitsOf(this.opts);
    this.timers = new Timers(clock ?? systemClock);
    this.#madeAt = this.timers.now();
    this.quietTimers = new Timers(unreferenced(clock ?? systemClock));
    this.recovery = this.opts.connectionStateRecovery
      ? (this.opts.connectionStateRecovery as RecoveryOptions)
      : undefined;
    this.backpressure = resolveBackpressure(this.#resolved.backpressure, BACKPRESSURE_DEFAULTS);
    this.customParser = this.#resolved.parser;
    this.encoder = this.customParser
      ? (new this.customParser.Encoder() as typeof this.encoder)
      : new Encoder();
    this.#adapter = adapter ?? (this.recovery ? SessionAwareAdapter : Adapter);
    this.sockets = this.of("/");
    if (server !== undefined && server !== null && !isOptions) {
      this.attach(server as AnyHttpServer | number);
    }
  }

  /** The namespaces by name; read by adapters and instrumentation. */
  get _nsps(): Map<string, Namespace<any, any, any, any>> {
    return this.#registry.namespaces;
  }

  /** The options, under the name that some packages read. */
  get _opts(): Partial<ServerOptions> {
    return this.opts;
  }

  /** The parser in use; read by instrumentation. */
  get _parser(): Parser {
    return this.customParser ?? parser;
  }

  /** Milliseconds in which a first namespace must be joined; read by instrumentation. */
  get _connectTimeout(): number {
    return this.#connectTimeout;
  }

  /** Whether the client's files are served; with an argument, sets it. */
  serveClient(): boolean;
  serveClient(value: boolean): this;
  serveClient(value?: boolean): this | boolean {
    if (value === undefined) {
      return this.#serveClient;
    }
    this.#serveClient = value;
    return this;
  }

  /** The path of the requests, without trailing slash; with an argument, sets it for later `attach`. */
  path(): string;
  path(value: string): this;
  path(value?: string): this | string {
    if (value === undefined) {
      return this.#path;
    }
    this.#path = value.replace(/\/$/, "");
    return this;
  }

  /** Milliseconds in which a first namespace must be joined; with an argument, sets it. */
  connectTimeout(): number;
  connectTimeout(value: number): this;
  connectTimeout(value?: number): this | number {
    if (value === undefined) {
      return this.#connectTimeout;
    }
    this.#connectTimeout = value;
    return this;
  }

  /** The adapter in use; with an argument, sets it and makes that of every namespace anew. */
  adapter(): AdapterConstructor;
  adapter(value: AdapterConstructor): this;
  adapter(value?: AdapterConstructor): this | AdapterConstructor {
    if (value === undefined) {
      return this.#adapter;
    }
    this.#adapter = value;
    for (const namespace of this._nsps.values()) {
      namespace._initAdapter();
    }
    return this;
  }

  /** As {@link attach}. */
  listen(server: AnyHttpServer | number, options?: Partial<ServerOptions>): this {
    return this.attach(server, options);
  }

  /**
   * Attaches to an HTTP server, or listens on a port. Options of the constructor win over these.
   * @throws HawserTypeError `INVALID_ARGUMENT` for a request handler, such as an Express application
   */
  attach(server: AnyHttpServer | number, options?: Partial<ServerOptions>): this {
    const httpServer = httpServerOf(server);
    const merged = this.#attachOptions(options);
    const engine = new Engine(merged).attach(httpServer, merged);
    const files = this.#clientFiles(merged);
    if (files) {
      claimRequests(httpServer, files.matches, files.handle);
    }
    this.httpServer = httpServer;
    return this.bind(engine);
  }

  /**
   * Attaches to an application of uWebSockets.js, which listens and is closed by its owner. Options of
   * the constructor win over these. The client's files are not served there.
   * @throws HawserTypeError `INVALID_ARGUMENT` for what is no such application
   */
  attachApp(app: UwsApp, options?: Partial<ServerOptions> & UwsOptions): void {
    if (typeof app?.any !== "function" || typeof app.ws !== "function") {
      throw new HawserTypeError(
        "INVALID_ARGUMENT",
        "cannot attach to that: it is no application of uWebSockets.js",
      );
    }
    const merged = this.#attachOptions(options);
    this.bind(new UwsEngine(merged, this.#clientFiles(merged)).attach(app, merged));
  }

  /**
   * Adds a handler that hears of every error that a handler of the application throws or rejects with:
   * listeners of `connection` and of events, catch-all listeners, middlewares, acknowledgements. None of
   * them ends the process. Without any handler, errors are printed that no listener of the socket's event
   * `error` has heard.
   */
  onError(
    handler: ErrorHandler<Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>>,
  ): this {
    this.failures.add(handler);
    return this;
  }

  /** Takes the connections of an engine that was made elsewhere. */
  bind(engine: BindableEngine): this {
    if (engine instanceof BaseServer) {
      engine.extensions = EXTENSIONS;
    }
    this.engine = engine as Engine;
    debug?.engine(engine as Engine);
    engine.on("connection", (conn: EngineSocket) => this.onconnection(conn));
    return this;
  }

  /** Takes one engine connection. */
  onconnection(conn: EngineSocket): this {
    new Connection(this, conn);
    return this;
  }

  /**
   * The namespace of that name, made if need be. A pattern or a function makes a dynamic namespace:
   * one child for each name that passes.
   *
   * The namespace speaks the events of the server, unless it is given its own:
   * `io.of<FromClient, FromServer>("/chat")`.
   * @param listener added for `connect`
   */
  of<
    Listen extends EventsMap = ListenEvents,
    Emit extends EventsMap = EmitEvents,
    ServerSide extends EventsMap = ServerSideEvents,
    Data = SocketData,
  >(
    name: string | RegExp | NamespaceTest,
    listener?: (socket: Socket<Listen, Emit, ServerSide, Data>) => void,
  ): Namespace<Listen, Emit, ServerSide, Data> {
    const namespace: Namespace<Listen, Emit, ServerSide, Data> =
      typeof name === "function" || name instanceof RegExp
        ? this.#parent(name)
        : this.#namespace(withSlash(String(name)));
    if (listener) {
      namespace.on("connect", listener);
    }
    return namespace;
  }

  /**
   * What the server is doing now, and has done since it was made, on this node. It walks the connections once,
   * so ask every few seconds rather than for each event. Of an engine of others ({@link bind}) the part of
   * the engine stays 0.
   */
  stats(): ServerStats {
    const engine = this.engine instanceof BaseServer ? this.engine : undefined;
    return {
      ...engineStats(engine),
      ...namespaceStats(this._nsps),
      ...counterStats(this.counters, engine?.counters),
      ...processStats(),
      uptime: this.timers.now() - this.#madeAt,
    };
  }

  /**
   * Ends everything: sockets leave with the reason `server shutting down`, adapters and the engine are
   * closed, and the HTTP server stops.
   * @param callback called with the error of `httpServer.close()`, if any
   * @returns resolves when the HTTP server has stopped; rejects if the server was never attached
   */
  async close(callback?: (error?: Error) => void): Promise<void> {
    // Not with every engine of others.
    this.engine?.refuseHandshakes?.();
    await Promise.allSettled(
      [...this._nsps.values()].map(async (namespace) => {
        for (const socket of namespace.sockets.values()) {
          socket.memberOnClose("server shutting down");
        }
        await namespace.adapter.close();
      }),
    );
    if (!this.engine) {
      throw new HawserTypeError("SERVER_NOT_ATTACHED", "the server is not attached to anything");
    }
    this.engine.close();
    const { httpServer } = this;
    if (!httpServer) {
      callback?.();
      return;
    }
    await closeHttpServer(httpServer, callback);
  }

  /** @internal */
  get connectTimeoutMs(): number {
    return this.#connectTimeout;
  }

  /** @internal */
  dialectOf(engineProtocol: number): Dialect {
    return engineProtocol === 3 ? dialect4 : dialect5;
  }

  /** @internal */
  get cleanupEmptyChildren(): boolean {
    return this.#resolved.cleanupEmptyChildNamespaces;
  }

  /** @internal */
  createAdapter(namespace: AdapterNamespace): Adapter {
    const Constructor = this.#adapter as new (nsp: AdapterNamespace) => Adapter;
    return new Constructor(namespace);
  }

  /** @internal */
  clientOnJoin(client: Client, name: string, auth: Record<string, unknown>): void {
    this.#registry.resolve(
      name,
      auth,
      this.limits.dynamicNamespaces,
      (found) => {
        if (found === "none" || found === "too many") {
          this.#refuse(client, name, found);
        } else if (client.closed) {
          found.clientOnGone();
        } else {
          found.clientOnJoin(client, auth);
        }
      },
      (thrown) => this.failures.reportThrown(thrown, name),
    );
  }

  #refuse(client: Client, name: string, why: "none" | "too many"): void {
    if (client.closed) {
      return;
    }
    if (why === "none") {
      client.refuse(name, { message: "Invalid namespace" });
    } else {
      client.refuseBeyond(name, "too many namespaces", "dynamicNamespaces");
    }
  }

  /** @internal */
  addNamespace(namespace: Namespace<any, any, any, any>): void {
    this._nsps.set(namespace.name, namespace);
    debug?.namespace(namespace);
    this.sockets?.announce(namespace);
  }

  /** @internal */
  removeNamespace(namespace: Namespace<any, any, any, any>): void {
    this._nsps.delete(namespace.name);
    Promise.resolve(namespace.adapter.close()).catch(() => {});
  }

  #clientFiles({ cors }: Partial<ServerOptions>): Claim | undefined {
    const source = { folder: CLIENT_FILES, version, send: () => Server.sendFile };
    return this.#serveClient
      ? clientFiles(this.#path, cors ? [corsMiddleware(cors)] : [], source)
      : undefined;
  }

  #attachOptions<Options extends Partial<ServerOptions>>(options: Options | undefined) {
    const path = this.opts.path === undefined ? options?.path : undefined;
    const merged = { ...options, ...this.opts, path: path ?? this.#path };
    this.limits = this.#limitsOf(merged);
    return merged;
  }

  /** An engine has its own, of the same options. */
  #limitsOf(options: Partial<ServerOptions>): Limits {
    warnOfTypos(options.limits ?? {}, LIMIT_NAMES);
    return resolveLimits(resolveOptions<EngineOptions>(ENGINE_DEFAULTS, options));
  }

  #namespace(name: string): Namespace<any, any, any, any> {
    const known = this._nsps.get(name) ?? this.#registry.childByPattern(name);
    if (known) {
      return known;
    }
    const namespace = new Namespace<any, any, any, any>(this, name);
    this.addNamespace(namespace);
    return namespace;
  }

  #parent(test: RegExp | NamespaceTest): Namespace<any, any, any, any> {
    const parent = new ParentNamespace<any, any, any, any>(this);
    this.#registry.addParent(test, parent);
    return parent;
  }
}

function withSlash(name: string): string {
  return name.startsWith("/") ? name : `/${name}`;
}
