import { createServer, type Server as HttpServer } from "node:http";
import type { Http2SecureServer } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import { type Chunk, Encoder, type Packet } from "@hawser/socket-codec";
import { systemClock } from "./clock/clock.ts";
import { Timers } from "./clock/timers.ts";
import { Connection } from "./connection/connection.ts";
import { type Dialect, dialect5 } from "./connection/dialect.ts";
import type { EngineSocket } from "./connection/link.ts";
import type { Client, ConnectionHost } from "./connection/member.ts";
import { HawserTypeError } from "./errors.ts";
import type { DefaultEventsMap, EventsMap } from "./events.ts";
import { claimRequests } from "./http/attach.ts";
import { clientFileOf, serveClientFile } from "./http/client-files.ts";
import { corsMiddleware } from "./http/cors.ts";
import { runMiddlewares } from "./http/middleware.ts";
import { asEngineRequest } from "./http/request.ts";
import { dialect4 } from "./legacy/dialect.ts";
import { MainNamespace } from "./namespace/main.ts";
import { Namespace } from "./namespace/namespace.ts";
import { type NamespaceTest, type ParentHost, ParentNamespace } from "./namespace/parent.ts";
import { Registry } from "./namespace/registry.ts";
import {
  type AdapterConstructor,
  type Parser,
  type ServerOptions,
  SOCKET_DEFAULTS,
} from "./options.ts";
import { resolveOptions, warnOfTypos } from "./resolve-options.ts";
import { Adapter, type AdapterNamespace } from "./room/adapter.ts";
import { Engine } from "./session/engine.ts";
import type { Socket } from "./socket/socket.ts";
import { throwLater } from "./throw-later.ts";
import { version } from "./version.ts";

/** What can be attached to. */
export type AnyHttpServer = HttpServer | HttpsServer | Http2SecureServer;

/** Where the bundles are, seen from the built package. */
const CLIENT_FILES = new URL("../client-dist/", import.meta.url);

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
  implements ConnectionHost, ParentHost
{
  /** The main namespace, `/`. Most methods of the server are those of this namespace. */
  readonly sockets: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
  /** The options as they were given; read by adapters. */
  readonly opts: Partial<ServerOptions>;
  /** The Engine.IO server, once attached. */
  engine!: Engine;
  httpServer: AnyHttpServer | undefined;
  /** Encodes packets; shared with adapters. */
  readonly encoder: { encode(packet: Packet): Chunk[] };
  /** @internal */
  readonly timers: Timers;
  /** @internal */
  readonly customParser: Parser | undefined;
  readonly #registry = new Registry();
  readonly #resolved: typeof SOCKET_DEFAULTS & Partial<ServerOptions>;
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
    this.opts = (isOptions ? server : options) ?? {};
    warnOfTypos(this.opts);
    this.#resolved = resolveOptions<typeof SOCKET_DEFAULTS & Partial<ServerOptions>>(
      SOCKET_DEFAULTS,
      this.opts as Partial<typeof SOCKET_DEFAULTS & Partial<ServerOptions>>,
    );
    const { path, serveClient, connectTimeout, adapter, parser, clock } = this.#resolved;
    this.path(path);
    this.serveClient(serveClient);
    this.connectTimeout(connectTimeout);
    this.timers = new Timers(clock ?? systemClock);
    this.customParser = parser;
    this.encoder = parser ? (new parser.Encoder() as typeof this.encoder) : new Encoder();
    this.#adapter = adapter ?? Adapter;
    this.sockets = this.of("/");
    if (server !== undefined && server !== null && !isOptions) {
      this.attach(server as AnyHttpServer | number);
    }
  }

  /** The namespaces by name; read by adapters and instrumentation. */
  get _nsps(): Map<string, Namespace<any, any, any, any>> {
    return this.#registry.namespaces;
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
    if (typeof server === "function") {
      throw new HawserTypeError(
        "INVALID_ARGUMENT",
        "cannot attach to a request handler: pass it to http.createServer() first, and attach to what that returns",
      );
    }
    const httpServer = isPort(server) ? listenOn(Number(server)) : (server as AnyHttpServer);
    const path = this.opts.path === undefined ? options?.path : undefined;
    const merged = { ...options, ...this.opts, path: path ?? this.#path };
    const engine = new Engine(merged).attach(httpServer, merged);
    if (this.#serveClient) {
      this.#serveFiles(httpServer, merged);
    }
    this.httpServer = httpServer;
    return this.bind(engine);
  }

  /** Takes the connections of an engine that was made elsewhere. */
  bind(engine: Engine): this {
    this.engine = engine;
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
   * @param listener added for `connect`
   */
  of(
    name: string | RegExp | NamespaceTest,
    listener?: (socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>) => void,
  ): Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
    const namespace =
      typeof name === "string"
        ? this.#namespace(name.startsWith("/") ? name : `/${name}`)
        : this.#parent(name);
    if (listener) {
      namespace.on("connect", listener);
    }
    return namespace;
  }

  /**
   * Ends everything: sockets leave with the reason `server shutting down`, adapters and the engine are
   * closed, and the HTTP server stops.
   * @param callback called with the error of `httpServer.close()`, if any
   * @returns resolves when the HTTP server has stopped; rejects if the server was never attached
   */
  async close(callback?: (error?: Error) => void): Promise<void> {
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
    await new Promise<void>((resolve) => {
      httpServer.close((error?: Error) => {
        callback?.(error);
        resolve();
      });
      // Polls that were just answered leave idle connections, which would hold up the close.
      setImmediate(() => {
        if ("closeIdleConnections" in httpServer) {
          httpServer.closeIdleConnections();
        }
      });
    });
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
    try {
      this.#registry.resolve(name, auth, (namespace) => {
        if (client.closed) {
          return;
        }
        if (namespace) {
          namespace.clientOnJoin(client, auth);
        } else {
          client.refuse(name, { message: "Invalid namespace" });
        }
      });
    } catch (error) {
      throwLater(error);
    }
  }

  /** @internal */
  addNamespace(namespace: Namespace<any, any, any, any>): void {
    this._nsps.set(namespace.name, namespace);
    this.sockets?.announce(namespace);
  }

  /** @internal */
  removeNamespace(namespace: Namespace<any, any, any, any>): void {
    this._nsps.delete(namespace.name);
    Promise.resolve(namespace.adapter.close()).catch(() => {});
  }

  #namespace(name: string): Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
    const known = this._nsps.get(name) ?? this.#registry.childByPattern(name);
    if (known) {
      return known;
    }
    const namespace = new Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>(
      this,
      name,
    );
    this.addNamespace(namespace);
    return namespace;
  }

  #parent(
    test: RegExp | NamespaceTest,
  ): Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
    const parent = new ParentNamespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>(
      this,
    );
    this.#registry.addParent(test, parent);
    return parent;
  }

  #serveFiles(httpServer: AnyHttpServer, { cors }: Partial<ServerOptions>): void {
    const path = this.#path;
    const middlewares = cors ? [corsMiddleware(cors)] : [];
    claimRequests(
      httpServer,
      (url) => clientFileOf(url, path) !== undefined,
      (request, response) =>
        runMiddlewares(middlewares, asEngineRequest(request), response, () => {
          if (!response.writableEnded) {
            const name = clientFileOf(request.url ?? "", path)!;
            serveClientFile(request, response, CLIENT_FILES, name, version);
          }
        }),
    );
  }
}

function isPort(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value));
}

/** An HTTP server that has nothing but the engine. */
function listenOn(port: number): HttpServer {
  return createServer((_request, response) => {
    response.writeHead(404).end();
  }).listen(port);
}
