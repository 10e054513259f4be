import type { Parser } from "./parser.ts";
import type { ClockOptions } from "./platform/clock.ts";
import type { NetworkOptions } from "./platform/platform.ts";
import type { CreateRevision } from "./session/revision.ts";
import type { TransportClass } from "./transport/transport.ts";

export type { Parser } from "./parser.ts";

/** `webtransport` is passed over where the runtime has none. */
export type TransportName = "polling" | "websocket" | "webtransport";

/** Options of one engine session. */
export interface EngineOptions extends NetworkOptions, ClockOptions {
  /** Default: from the uri, else from the page, else `localhost`. */
  host?: string | undefined;
  /** As {@link host}. */
  hostname?: string | undefined;
  /** Default: from the uri, else from the page, else 443 or 80. */
  port?: string | number | undefined;
  /** TLS. Default: from the uri, else from the page. */
  secure?: boolean | undefined;
  /** Request path. Default: `/engine.io`; under a Manager `/socket.io`. */
  path?: string | undefined;
  /** Ends the path with a slash. Default: true. */
  addTrailingSlash?: boolean | undefined;
  /** Sent with every request. A query in the uri wins over it. */
  query?: Record<string, any> | string | undefined;
  /** In order of use: the first one connects. Default: `["polling", "websocket", "webtransport"]`. */
  transports?: readonly (TransportName | (string & {}) | TransportClass)[] | undefined;
  /** The same as constructors only; not together with `transports`. */
  transportImplementations?: readonly TransportClass[] | undefined;
  /** Tries the next transport when one cannot connect at all. Default: false. */
  tryAllTransports?: boolean | undefined;
  /** Moves on to a better transport once connected. Default: true. */
  upgrade?: boolean | undefined;
  /** Connects by WebSocket at once if that has worked before. Default: false. */
  rememberUpgrade?: boolean | undefined;
  /** Stamps requests against caches. Default: polling yes, WebSocket no. */
  timestampRequests?: boolean | undefined;
  /** Name of the stamp in the query. Default: `t`. */
  timestampParam?: string | undefined;
  /** Sends and receives bytes as text; the WebSocket-only bundle has no need of it. Default: false. */
  forceBase64?: boolean | undefined;
  /**
   * Which servers to talk to, as a value of `@hawser/client/legacy`: `revision3` for those of
   * Socket.IO 1 and 2, `revision4` for those of Socket.IO 3 and 4, `anyRevision` to find out at the
   * handshake. Default: `anyRevision` in Node, `revision4` in browsers.
   */
  revision?: CreateRevision | undefined;
  /** By transport name, over all options of the engine. */
  transportOptions?: Record<string, Partial<EngineOptions>> | undefined;
  /** Closes without any event when the page is left. Default: false. */
  closeOnBeforeunload?: boolean | undefined;
}

export interface ManagerOptions extends EngineOptions {
  /** Sent with every request. A query in the uri wins over it. */
  query?: Record<string, any> | undefined;
  /** A Manager of its own instead of the shared one for that host. Default: false. */
  forceNew?: boolean | undefined;
  /** An older name of {@link forceNew}. */
  "force new connection"?: boolean | undefined;
  /** Shares the connection with other namespaces of that host. Default: true. */
  multiplex?: boolean | undefined;
  /** Request path; the namespace is in the uri. Default: `/socket.io`. */
  path?: string | undefined;
  /** Connects again after a lost connection or a failed attempt. Default: true. */
  reconnection?: boolean | undefined;
  /** Attempts before giving up; 0 means no limit too. Default: Infinity. */
  reconnectionAttempts?: number | undefined;
  /** Milliseconds before the first attempt; doubled for each further one. Default: 1000. */
  reconnectionDelay?: number | undefined;
  /** Longest delay in milliseconds. Default: 5000. */
  reconnectionDelayMax?: number | undefined;
  /** Share of the delay that is random, 0 to 1. Default: 0.5. */
  randomizationFactor?: number | undefined;
  /** Milliseconds for the connection to open; false: no limit. Default: 20000. */
  timeout?: number | false | undefined;
  /** Connects at once. Default: true. */
  autoConnect?: boolean | undefined;
  /** The encoding of packets; the server has to use the same. Default: `@hawser/socket-codec`. */
  parser?: Parser | undefined;
}

/** Credentials, or a function that is asked for them before each connection. */
export type Auth = Record<string, unknown> | ((send: (data: object) => void) => void);

/** What waits in `sendBuffer` while disconnected; beyond a limit, the oldest is dropped. */
export interface OfflineBufferOptions {
  /** Default: 10,000. */
  maxPackets?: number | undefined;
  /** Default: 16 MiB. One packet that is alone may have more. */
  maxBytes?: number | undefined;
  /** Milliseconds that a packet waits at most. Default: no limit. */
  maxAge?: number | undefined;
  /**
   * Told of each event that is dropped: by a limit (`LIMIT_EXCEEDED`), or since the server does not take
   * as much (`PAYLOAD_TOO_LARGE`). Default: the first one of an outage that has no acknowledgement is
   * written to the console.
   */
  onDrop?: ((event: unknown[], error: Error) => void) | undefined;
}

export interface SocketOptions {
  /**
   * Sent when joining the namespace, `handshake.auth` on the server. Servers of Socket.IO 1 and 2 have
   * it in `handshake.query`, and not for the namespace `/`: the option `query` is for that.
   */
  auth?: Auth | undefined;
  /** Sends events one after the other, each until it is acknowledged, with that many retries. */
  retries?: number | undefined;
  /** Milliseconds to wait for an acknowledgement, where `timeout()` says nothing else. */
  ackTimeout?: number | undefined;
  /** Limits of what waits while disconnected; not in the WebSocket-only bundle. */
  offlineBuffer?: OfflineBufferOptions | undefined;
}
