import { HawserTypeError } from "../errors.ts";

/**
 * What a stranger can make the server hold, wait for or do. Each may be `Infinity`. The bytes of one
 * message are `maxHttpBufferSize`.
 */
export interface Limits {
  /** Packets in one polling request; one with more is unreadable. Default: 10000. */
  packetsPerPayload: number;
  /** Attachments of one packet; one with more is unreadable. Default: 10. */
  attachments: number;
  /** Bytes of all attachments of one packet. Default: 10 times `maxHttpBufferSize`. */
  attachmentBytes: number;
  /**
   * Milliseconds from the text of a packet to its last attachment; up to twice as many behind other packets
   * with attachments. Default: those after which a silent client is given up (`pingInterval + pingTimeout`,
   * 45000), but at least 30000.
   */
  packetTime: number;
  /** Namespaces of one connection, those that are being joined included. Default: 256. */
  namespaces: number;
  /** Namespaces of patterns and functions (`io.of(/pattern/)`), beyond which clients make no more. Default: 100000. */
  dynamicNamespaces: number;
  /** Rooms of one socket, its own included. Default: 100000. */
  rooms: number;
  /** Characters of a namespace's name. Default: 1024. */
  namespaceLength: number;
  /** Characters of an event's name. Default: 1024. */
  eventNameLength: number;
  /** Acknowledgements that the server waits for, for each socket. Default: 10000. */
  pendingAcks: number;
  /** Connections in total. Default: 250000. */
  connections: number;
  /** Connections of one address. Default: any number. */
  connectionsPerAddress: number;
  /** Handshakes of one address in a second, and as many at once. Default: any number. */
  handshakesPerSecond: number;
  /**
   * Proxies in front of the server that write X-Forwarded-For: the address of a client is the one that
   * the outermost of them has written. Default: 0, the peer of the connection.
   */
  trustedProxies: number;
  /** Characters of a URL. Default: 15000, a little below what Node takes of all headers. */
  urlLength: number;
  /** Milliseconds that a polling session may go without a poll. Default: as long as the heartbeat lets it. */
  pollGap: number;
}

/** Least values; below, no client could be served. */
const LEAST: Readonly<Record<keyof Limits, number>> = {
  packetsPerPayload: 1,
  attachments: 0,
  attachmentBytes: 0,
  packetTime: 1,
  namespaces: 1,
  dynamicNamespaces: 0,
  rooms: 1,
  namespaceLength: 1,
  eventNameLength: 1,
  pendingAcks: 1,
  connections: 0,
  connectionsPerAddress: 0,
  handshakesPerSecond: 0.001,
  trustedProxies: 0,
  urlLength: 1,
  pollGap: 1,
};

export const LIMIT_NAMES: ReadonlySet<string> = new Set(Object.keys(LEAST));

const LEAST_PACKET_TIME_MS = 30_000;
const MAX_PAYLOADS_ATTACHED = 10;

/** The options that limits depend on where they are not given. */
interface Bounds {
  readonly maxHttpBufferSize: number;
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly limits?: Partial<Limits> | undefined;
}

/** All limits that are in force. @throws HawserTypeError `INVALID_OPTION` */
export function resolveLimits({
  maxHttpBufferSize,
  pingInterval,
  pingTimeout,
  limits,
}: Bounds): Limits {
  const resolved: Limits = {
    packetsPerPayload: 10_000,
    attachments: 10,
    attachmentBytes: MAX_PAYLOADS_ATTACHED * maxHttpBufferSize,
    packetTime: Math.max(LEAST_PACKET_TIME_MS, pingInterval + pingTimeout),
    namespaces: 256,
    dynamicNamespaces: 100_000,
    rooms: 100_000,
    namespaceLength: 1024,
    eventNameLength: 1024,
    pendingAcks: 10_000,
    connections: 250_000,
    connectionsPerAddress: Number.POSITIVE_INFINITY,
    handshakesPerSecond: Number.POSITIVE_INFINITY,
    trustedProxies: 0,
    urlLength: 15_000,
    pollGap: Number.POSITIVE_INFINITY,
  };
  for (const [name, value] of Object.entries(limits ?? {})) {
    if (value === undefined || value === null || !LIMIT_NAMES.has(name)) {
      continue;
    }
    const least = LEAST[name as keyof Limits];
    if (typeof value !== "number" || !(value >= least)) {
      const expected = `a number, ${least} at least`;
      throw new HawserTypeError("INVALID_OPTION", `option "limits.${name}" must be ${expected}`);
    }
    resolved[name as keyof Limits] = value;
  }
  return resolved;
}

/** The limits of options that were resolved: then they are all there. */
export function limitsOf({ limits }: { readonly limits?: Partial<Limits> | undefined }): Limits {
  return limits as Limits;
}
