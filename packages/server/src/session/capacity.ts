import type { Timers } from "../clock/timers.ts";
import type { EngineRequest } from "../http/request.ts";
import { addressOf } from "../limits/address.ts";
import { type Limits, limitsOf } from "../limits/limits.ts";
import { Visitors } from "../limits/visitors.ts";
import type { EngineOptions } from "../options.ts";
import { beyond, REJECTION, type Rejection, retrySoon } from "./refusal.ts";

/** What capacity is measured by. */
interface Occupied {
  readonly opts: EngineOptions;
  readonly timers: Timers;
  /** Connections that there are. */
  readonly clientsCount: number;
}

/** Whether there is room for one more connection: in all, and from the address that it comes from. */
export class Capacity {
  readonly #server: Occupied;
  readonly #visitors: Visitors;
  readonly #addresses = new WeakMap<object, string>();

  constructor(server: Occupied) {
    this.#server = server;
    this.#visitors = new Visitors(server.timers);
  }

  /** Why a handshake is refused before anybody else is asked, or `undefined`. Counts it for its address. */
  admit(request: EngineRequest): Rejection | undefined {
    const limits = limitsOf(this.#server.opts);
    const address = this.#addressOf(request, limits);
    const turned = address === undefined ? undefined : this.#visitors.admit(address, limits);
    return turned ? turnAway(turned.limit, turned.retryAfter) : this.#ifFull();
  }

  /** The same once the application has decided, which may take time in which others came; counts nothing. */
  recheck(request: EngineRequest): Rejection | undefined {
    const limits = limitsOf(this.#server.opts);
    const address = this.#addressOf(request, limits);
    return address !== undefined && this.#visitors.isFull(address, limits)
      ? turnAway("connectionsPerAddress")
      : this.#ifFull();
  }

  /** Whether there is no room for a connection that comes without a request, so without an address. */
  get isFull(): boolean {
    return this.#ifFull() !== undefined;
  }

  /** @param connection is let in; {@link closed} MUST follow */
  opened(connection: object, request: EngineRequest | null): void {
    const limits = limitsOf(this.#server.opts);
    const address = request ? this.#addressOf(request, limits) : undefined;
    if (address !== undefined) {
      this.#visitors.opened(address, limits);
      this.#addresses.set(connection, address);
    }
  }

  closed(connection: object): void {
    if (this.#visitors.size > 0) {
      const address = this.#addresses.get(connection);
      if (address !== undefined) {
        this.#visitors.closed(address);
      }
    }
  }

  clear(): void {
    this.#visitors.clear();
  }

  /** Undefined where nothing is counted by address. */
  #addressOf(request: EngineRequest, limits: Limits): string | undefined {
    return Number.isFinite(limits.connectionsPerAddress) ||
      Number.isFinite(limits.handshakesPerSecond)
      ? addressOf(request, limits.trustedProxies)
      : undefined;
  }

  #ifFull(): Rejection | undefined {
    const { clientsCount, opts } = this.#server;
    return clientsCount >= limitsOf(opts).connections
      ? beyond(REJECTION.TOO_MANY_CONNECTIONS, "connections", retrySoon())
      : undefined;
  }
}

function turnAway(limit: string, retryAfter = retrySoon()): Rejection {
  return beyond(REJECTION.TOO_MANY_REQUESTS, limit, retryAfter);
}
