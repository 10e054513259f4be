/**
 * What is read of `io.stats()`. Told here once more, so that this package needs no other: under which name the
 * server is installed is the application's business.
 */
export interface Stats {
  readonly connections: {
    readonly polling: number;
    readonly websocket: number;
    readonly webtransport: number;
  };
  readonly sockets: { readonly namespaces: Readonly<Record<string, number>> };
  readonly rooms: number;
  readonly bufferedBytes: number;
  readonly sessions: number;
  readonly packets: { readonly in: number; readonly out: number };
  readonly events: number;
  readonly errors: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly rateLimited: Readonly<Record<string, number>>;
  /** Bytes. */
  readonly memory: { readonly rss: number; readonly heapUsed: number };
  /** Milliseconds. */
  readonly lag: { readonly mean: number; readonly p99: number; readonly max: number };
  /** Milliseconds. */
  readonly uptime: number;
}

/** The server: `io`. */
export interface StatsSource {
  stats(): Stats;
}
