/** What an engine has counted since it was made; plain integers, read by `io.stats()`. */
export class EngineCounters {
  /** Sessions opened, ever. */
  sessions = 0;
  /** Engine packets received and handed to transports. */
  packetsIn = 0;
  packetsOut = 0;
  /** Handshakes refused, by the name of the reason. */
  readonly refused = new Map<string, number>();
  /** Limits that were met, by the name of the limit. */
  readonly limits = new Map<string, number>();
  /** Messages that were not sent because the peer was behind, by policy. */
  readonly dropped = new Map<string, number>();
}

/** What a Socket.IO server has counted since it was made. */
export class SocketCounters {
  /** Events received by, and acknowledged to, sockets of all namespaces. */
  events = 0;
  /** Handlers and middlewares that threw or rejected. */
  handlerErrors = 0;
  /** Events refused by `rateLimit`, by what was done with them. */
  readonly rateLimited = new Map<string, number>();
  /** Limits that were met, by the name of the limit. */
  readonly limits = new Map<string, number>();
  /** Packets that were not sent because the peer was behind, by policy (`volatile` included). */
  readonly dropped = new Map<string, number>();
}

/** Adds one to a count by name. */
export function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
