import type { EngineCounters, SocketCounters } from "./counters.ts";
import type { Lag } from "./lag.ts";

/** What a server is doing, as `io.stats()` answers it. Counts by name have only names that were met. */
export interface ServerStats {
  /** Engine connections that are open now. */
  connections: { total: number; polling: number; websocket: number; webtransport: number };
  /** Sockets that are connected now, by namespace. */
  sockets: { total: number; namespaces: Record<string, number> };
  /** Rooms that somebody of this node is in, without those that each socket has for itself. */
  rooms: number;
  /** Bytes that wait for clients now: queued, being compressed, or not yet taken by their connections. */
  bufferedBytes: number;
  /** Connections opened since the server was made. */
  sessions: number;
  /** Engine packets since then, pings included. */
  packets: { in: number; out: number };
  /** Events received since then. */
  events: number;
  /** Handlers and middlewares that threw or rejected since then. */
  errors: number;
  /** Messages that were not sent since then, because the client was behind: by policy, and `volatile`. */
  dropped: Record<string, number>;
  /** Limits that were met since then, by name. */
  limits: Record<string, number>;
  /** Requests refused since then, by reason: see the table in docs/errors.md. */
  refused: Record<string, number>;
  /** Events refused by `rateLimit` since then, by what was done. */
  rateLimited: Record<string, number>;
  /** Bytes of this process. */
  memory: { rss: number; heapUsed: number };
  /** How late the event loop has come to what was due, in milliseconds, over the last 10 seconds. */
  lag: Lag;
  /** Milliseconds since the server was made. */
  uptime: number;
  /** The id of this process. */
  pid: number;
}

/** What is looked at of a session. */
interface CountedSession {
  readonly transport: { readonly name: string };
  readonly bufferedBytes: number;
}

/** What is looked at of an engine. */
export interface CountedEngine {
  readonly clientsCount: number;
  readonly sessions: ReadonlyMap<string, CountedSession>;
  readonly counters: EngineCounters;
  readonly lag: { read(): Lag };
}

/** What is looked at of a namespace. */
export interface CountedNamespace {
  readonly sockets: ReadonlyMap<string, unknown>;
  readonly adapter: { readonly rooms: ReadonlyMap<string, unknown> };
}

/** What an engine adds to the stats of its server. */
type EngineStats = Pick<
  ServerStats,
  "connections" | "bufferedBytes" | "sessions" | "packets" | "refused" | "lag"
>;

/** @param engine undefined before there is one, and for one of others */
export function engineStats(engine: CountedEngine | undefined): EngineStats {
  const connections = {
    total: engine?.clientsCount ?? 0,
    polling: 0,
    websocket: 0,
    webtransport: 0,
  };
  let bufferedBytes = 0;
  for (const { transport, bufferedBytes: bytes } of engine?.sessions.values() ?? []) {
    const { name } = transport;
    if (name === "polling" || name === "websocket" || name === "webtransport") {
      connections[name]++;
    }
    bufferedBytes += bytes;
  }
  const { sessions = 0, packetsIn = 0, packetsOut = 0, refused } = engine?.counters ?? {};
  return {
    connections,
    bufferedBytes,
    sessions,
    packets: { in: packetsIn, out: packetsOut },
    refused: sum(refused),
    lag: engine?.lag.read() ?? { mean: 0, p99: 0, max: 0 },
  };
}

/** What the namespaces add. */
export function namespaceStats(
  namespaces: ReadonlyMap<string, CountedNamespace>,
): Pick<ServerStats, "sockets" | "rooms"> {
  const counts: [name: string, sockets: number][] = [];
  let total = 0;
  let rooms = 0;
  for (const [name, { sockets, adapter }] of namespaces) {
    counts.push([name, sockets.size]);
    total += sockets.size;
    rooms += Math.max(0, adapter.rooms.size - sockets.size);
  }
  return { sockets: { total, namespaces: Object.fromEntries(counts) }, rooms };
}

/** What both have counted. */
export function counterStats(
  { events, handlerErrors, rateLimited, limits, dropped }: SocketCounters,
  engine: EngineCounters | undefined,
): Pick<ServerStats, "events" | "errors" | "rateLimited" | "limits" | "dropped"> {
  return {
    events,
    errors: handlerErrors,
    rateLimited: sum(rateLimited),
    limits: sum(limits, engine?.limits),
    dropped: sum(dropped, engine?.dropped),
  };
}

/** What the process says of itself. */
export function processStats(): Pick<ServerStats, "memory" | "pid"> {
  const { rss, heapUsed } = process.memoryUsage();
  return { memory: { rss, heapUsed }, pid: process.pid };
}

function sum(...maps: (ReadonlyMap<string, number> | undefined)[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const map of maps) {
    for (const [name, number] of map ?? []) {
      counts.set(name, (counts.get(name) ?? 0) + number);
    }
  }
  return Object.fromEntries(counts);
}
