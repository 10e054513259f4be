import type { IncomingMessage } from "node:http";
import type { CorsOptions, CorsOptionsDelegate } from "cors";
import type { PerMessageDeflateOptions, WebSocketServer } from "ws";
import type { BackpressureOptions } from "./backpressure.ts";
import type { Clock } from "./clock/clock.ts";
import { systemClock } from "./clock/clock.ts";
import type { CookieOptions } from "./http/cookie.ts";
import type { Limits } from "./limits/limits.ts";

/** `webtransport` needs an HTTP/3 server, whose sessions are handed to `onWebTransportSession`. */
export type TransportName = "polling" | "websocket" | "webtransport";

/** Whether a handshake may go on. `error` becomes the message of the 403 answer. */
export type AllowRequest = (
  request: IncomingMessage,
  callback: (error: string | null | undefined, success: boolean) => void,
) => void;

/** Options of the engine: sessions and their transports. */
export interface EngineOptions {
  /** Milliseconds to wait for the answer to a ping. Default: 20000. */
  pingTimeout: number;
  /** Milliseconds between two pings. Default: 25000. */
  pingInterval: number;
  /** Milliseconds in which an upgrade must complete. Default: 10000. */
  upgradeTimeout: number;
  /** Bytes that one message, and one polling body, may have. Default: 1e6. */
  maxHttpBufferSize: number;
  /** Asked once for each handshake. Default: everybody may. */
  allowRequest?: AllowRequest | undefined;
  /** Default: `["polling", "websocket"]`. */
  transports: TransportName[];
  /** Whether a session may change to a better transport. Default: true. */
  allowUpgrades: boolean;
  /**
   * Milliseconds that a packet may wait for others, to be written together with them. Default: 0, which is
   * the end of the event loop's turn.
   */
  batchWindow: number;
  /** Compression of WebSocket messages; `true` or options of `ws`. Default: false. */
  perMessageDeflate: boolean | PerMessageDeflateOptions;
  /** Compression of polling responses; options of `node:zlib` and `threshold` in bytes. Default: `{ threshold: 1024 }`. */
  httpCompression: boolean | HttpCompressionOptions;
  /** The WebSocket server to use in the place of `ws`, or the name of a module that has one. */
  wsEngine?: WsEngine | string | undefined;
  /** A raw message sent together with the handshake. */
  initialPacket?: string | Buffer | undefined;
  /** A cookie with the session id, set by the first polling response. Default: false. */
  cookie: boolean | CookieOptions;
  /** Options of the `cors` package; true: its defaults. Default: false, no header is sent. */
  cors: boolean | CorsOptions | CorsOptionsDelegate<IncomingMessage>;
  /**
   * Refuse WebSockets to pages of other origins, but for those that `cors` allows; there is no request
   * with a WebTransport session, so that must then be an upgrade. Default: whether `cors` is given.
   */
  checkOrigin?: boolean | undefined;
  /** Accept clients of Socket.IO 1 and 2. Default: true. */
  allowEIO3: boolean;
  /**
   * Refuse handshakes with 503 while the event loop is late; clients that are connected go on. Default:
   * `{ maxLag: 1000 }`.
   */
  overload: OverloadOptions | false;
  /** What a stranger can make the server hold, wait for or do; see docs/limits.md. */
  limits: Partial<Limits>;
  /** Where time comes from; for tests. */
  clock: Clock;
}

export interface OverloadOptions {
  /** Milliseconds of lag, on average over a second, that two seconds in a row must exceed. */
  maxLag: number;
}

export interface HttpCompressionOptions {
  /** Bytes below which a response is sent as it is. */
  threshold?: number | undefined;
  [zlibOption: string]: unknown;
}

/** The constructor of a WebSocket server with the interface of `ws`. */
export type WsEngine = new (
  options: ConstructorParameters<typeof WebSocketServer>[0],
) => WebSocketServer;

/** Options of attaching the engine to an HTTP server. */
export interface AttachOptions {
  /** Requests under this path belong to the engine. Default: `/engine.io` (`/socket.io` under Socket.IO). */
  path: string;
  /** End upgrade requests to other paths that nobody answers. Default: true. */
  destroyUpgrade: boolean;
  /** Milliseconds after which that happens. Default: 1000. */
  destroyUpgradeTimeout: number;
  /** Expect a `/` after the path. Default: true. */
  addTrailingSlash: boolean;
}

export const ENGINE_DEFAULTS: EngineOptions = {
  pingTimeout: 20_000,
  pingInterval: 25_000,
  upgradeTimeout: 10_000,
  maxHttpBufferSize: 1e6,
  transports: ["polling", "websocket"],
  allowUpgrades: true,
  batchWindow: 0,
  perMessageDeflate: false,
  httpCompression: { threshold: 1024 },
  cookie: false,
  cors: false,
  allowEIO3: true,
  overload: { maxLag: 1000 },
  // Some depend on other options: see resolveLimits.
  limits: {},
  clock: systemClock,
};

export const ATTACH_DEFAULTS: AttachOptions = {
  path: "/engine.io",
  destroyUpgrade: true,
  destroyUpgradeTimeout: 1000,
  addTrailingSlash: true,
};

/** Options of a Socket.IO server that are not the engine's. */
export interface SocketOptions {
  /**
   * What is done for clients that read more slowly than they are sent to. Default:
   * `{ policy: "disconnect", budget: 4 MiB, maxPendingEvents: 10000 }`.
   */
  backpressure: Partial<BackpressureOptions>;
  /** Serve the client's files under the path. Default: true. */
  serveClient: boolean;
  /** A class or factory, called with `new` and the namespace. Default: in memory. */
  adapter: AdapterConstructor;
  /** An object with `Encoder` and `Decoder`. Default: `@hawser/socket-codec`. */
  parser: Parser;
  /** Milliseconds in which a client must join a first namespace. Default: 45000. */
  connectTimeout: number;
  /**
   * Milliseconds to wait for the acknowledgement of a socket's `emit` with a callback, which then gets an
   * error first, or `emitWithAck`, where `timeout()` says nothing else. Default: no limit.
   */
  ackTimeout: number;
  /** Delete dynamic child namespaces that their last socket has left. Default: false. */
  cleanupEmptyChildNamespaces: boolean;
  /**
   * A client that comes back in time goes on with its socket: id, rooms, data, and what it missed.
   * Needs an adapter that keeps sessions, as the default one does. Default: off.
   */
  connectionStateRecovery: Partial<RecoveryOptions>;
}

export interface RecoveryOptions {
  /** Milliseconds for which a lost connection can be recovered. Default: 120000. */
  maxDisconnectionDuration: number;
  /** Whether a recovered socket is let in without asking the middlewares again. Default: true. */
  skipMiddlewares: boolean;
}

export const RECOVERY_DEFAULTS: RecoveryOptions = {
  maxDisconnectionDuration: 120_000,
  skipMiddlewares: true,
};

export const SOCKET_DEFAULTS = {
  path: "/socket.io",
  serveClient: true,
  connectTimeout: 45_000,
  cleanupEmptyChildNamespaces: false,
} as const;

/** All options of `new Server()`. */
export type ServerOptions = EngineOptions & AttachOptions & SocketOptions;

/** A class or a function, called with `new` and the namespace that it serves. */
export type AdapterConstructor = (new (nsp: never) => object) | ((nsp: never) => object);

/** The parts of a parser, as `socket.io-parser` and its replacements export them. */
export interface Parser {
  Encoder: new () => { encode(packet: never): unknown };
  Decoder: new () => ParserDecoder;
}

export interface ParserDecoder {
  on(event: "decoded", listener: (packet: unknown) => void): unknown;
  add(chunk: unknown): void;
  destroy?(): void;
}
