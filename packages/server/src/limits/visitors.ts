import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import type { Limits } from "./limits.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Addresses that are remembered at most; of more, those that were longest away are forgotten. */
const MAX_ADDRESSES = 100_000;

/** How many of the oldest are looked at when a new one needs room. */
const LOOK_AT = 16;

/** How often those that are of no more interest are forgotten, in milliseconds. */
const SWEEP_MS = 30_000;

interface Visitor {
  connections: number;
  readonly handshakes: TokenBucket;
}

/** Why an address has to wait. */
export interface Turned {
  limit: "connectionsPerAddress" | "handshakesPerSecond";
  /** Seconds, where it is known when there is room again. */
  retryAfter: number | undefined;
}

/**
 * Who has come from which address, for the limits that are counted by address. Empty while these are
 * off. In the order of the last handshake.
 */
export class Visitors implements Expirable {
  readonly #timers: Timers;
  readonly #visitors = new Map<string, Visitor>();
  #sweep: Duration | undefined;
  /** Milliseconds in which a bucket is full again, so that nobody gains by being forgotten. */
  #refillMs = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#visitors.size;
  }

  /** Whether one more handshake of that address may go on, and counts it; otherwise why not. */
  admit(address: string, limits: Limits): Turned | undefined {
    const visitor = this.#visitorAt(address, limits);
    const now = this.#timers.now();
    if (!visitor.handshakes.take(limits.handshakesPerSecond, limits.handshakesPerSecond, now)) {
      const wait = visitor.handshakes.wait(limits.handshakesPerSecond);
      return { limit: "handshakesPerSecond", retryAfter: Math.ceil(wait / 1000) };
    }
    return this.isFull(address, limits)
      ? { limit: "connectionsPerAddress", retryAfter: undefined }
      : undefined;
  }

  isFull(address: string, { connectionsPerAddress }: Limits): boolean {
    return (this.#visitors.get(address)?.connections ?? 0) >= connectionsPerAddress;
  }

  /** A connection of that address was opened; {@link closed} MUST follow. */
  opened(address: string, limits: Limits): void {
    this.#visitorAt(address, limits).connections++;
  }

  closed(address: string): void {
    const visitor = this.#visitors.get(address);
    if (visitor && visitor.connections > 0) {
      visitor.connections--;
    }
  }

  clear(): void {
    this.#visitors.clear();
    this.#sweep?.stop(this);
    this.#sweep = undefined;
  }

  [expire](): void {
    const now = this.#timers.now();
    for (const [address, { connections, handshakes }] of this.#visitors) {
      if (connections === 0 && handshakes.idleSince(now) >= this.#refillMs) {
        this.#visitors.delete(address);
      }
    }
    this.#sweep = this.#visitors.size > 0 ? this.#timers.start(this, SWEEP_MS) : undefined;
  }

  #visitorAt(address: string, { handshakesPerSecond }: Limits): Visitor {
    let visitor = this.#visitors.get(address);
    if (visitor) {
      this.#visitors.delete(address);
    } else {
      this.#makeRoom();
      const handshakes = new TokenBucket(handshakesPerSecond, this.#timers.now());
      visitor = { connections: 0, handshakes };
    }
    this.#visitors.set(address, visitor);
    this.#refillMs = 1000 * Math.max(1, 1 / handshakesPerSecond);
    this.#sweep ??= this.#timers.start(this, SWEEP_MS);
    return visitor;
  }

  /** Those who are connected stay, and are no more than there are connections. */
  #makeRoom(): void {
    if (this.#visitors.size < MAX_ADDRESSES) {
      return;
    }
    let looked = 0;
    for (const [address, visitor] of this.#visitors) {
      this.#visitors.delete(address);
      if (visitor.connections === 0) {
        return;
      }
      this.#visitors.set(address, visitor);
      if (++looked === LOOK_AT) {
        return;
      }
    }
  }
}
