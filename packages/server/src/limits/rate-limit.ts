import type { Packet } from "@hawser/socket-codec/packets";
import type { Timers } from "../clock/timers.ts";
import { HawserTypeError, RateLimitError } from "../errors.ts";
import { count, type SocketCounters } from "../stats/counters.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface RateLimitOptions {
  /** Events in a second that a client may emit in the long run, to each of its sockets. */
  events: number;
  /** Events that may come at once. Default: `events`, but at least 1. */
  burst?: number | undefined;
  /**
   * What is done with an event beyond. `"drop"`: nothing, as if it had not been sent. `"error"`: it is
   * dropped, and whoever waits for its acknowledgement is answered with the error. `"disconnect"`: the
   * socket is disconnected. Default: `"error"`.
   */
  beyond?: "drop" | "error" | "disconnect" | undefined;
  /** The names of the events that count. Default: all. */
  only?: readonly string[] | undefined;
  /** The names of events that do not count. Default: none. */
  except?: readonly string[] | undefined;
}

/** Decides about each event of a socket before anybody else sees it. */
export interface EventGate {
  /** Whether the event goes on. MUST NOT throw. */
  admits(packet: Packet): boolean;
}

/** What a rate limit asks of the socket that it is for. */
export interface RateLimitedSocket {
  readonly server: { readonly timers: Timers; readonly counters: SocketCounters };
  /** Asks this gate about each event, after those that are there. */
  gateWith(gate: EventGate): void;
  /** Tells the application of an event that goes no further, and its sender, if that waits for an answer. */
  refuseEvent(packet: Packet, error: RateLimitError, answers: boolean): void;
  disconnect(): unknown;
}

/** A middleware of namespaces. */
export type RateLimit = (socket: object, next: () => void) => void;

const made = new WeakSet<object>();

/** Whether a middleware is one of {@link rateLimit}, which no client is let in without. */
export function isRateLimit(middleware: object): boolean {
  return made.has(middleware);
}

/**
 * A middleware that limits how many events in a second each socket of the namespace may receive:
 * `io.use(rateLimit({ events: 50 }))`. Acknowledgements do not count. A socket that receives too many emits
 * `error` with a RateLimitError for each, unless they are to be dropped.
 * @throws HawserTypeError `INVALID_OPTION`
 */
export function rateLimit(options: RateLimitOptions): RateLimit {
  const rule = new Rule(options);
  const middleware: RateLimit = (socket, next) => {
    const limited = socket as RateLimitedSocket;
    limited.gateWith(new RateGate(limited, rule));
    next();
  };
  made.add(middleware);
  return middleware;
}

/** The options, checked. */
class Rule {
  readonly events: number;
  readonly burst: number;
  readonly beyond: "drop" | "error" | "disconnect";
  readonly #only: ReadonlySet<unknown> | undefined;
  readonly #except: ReadonlySet<unknown>;

  constructor({
    events,
    burst = Math.max(1, events),
    beyond = "error",
    only,
    except,
  }: RateLimitOptions) {
    check("events", typeof events === "number" && events > 0, "a positive number");
    check("burst", typeof burst === "number" && burst >= 1, "a number, 1 at least");
    const ways = ["drop", "error", "disconnect"];
    check("beyond", ways.includes(beyond), `one of ${ways.join(", ")}`);
    check("only", only === undefined || Array.isArray(only), "an array of names");
    check("except", except === undefined || Array.isArray(except), "an array of names");
    this.events = events;
    this.burst = burst;
    this.beyond = beyond;
    this.#only = only && new Set(only);
    this.#except = new Set(except);
  }

  counts(name: unknown): boolean {
    return (this.#only === undefined || this.#only.has(name)) && !this.#except.has(name);
  }
}

class RateGate implements EventGate {
  readonly #socket: RateLimitedSocket;
  readonly #rule: Rule;
  readonly #bucket: TokenBucket;

  constructor(socket: RateLimitedSocket, rule: Rule) {
    this.#socket = socket;
    this.#rule = rule;
    this.#bucket = new TokenBucket(rule.burst, socket.server.timers.now());
  }

  admits(packet: Packet): boolean {
    const { events, burst } = this.#rule;
    const name = (packet.data as unknown[] | undefined)?.[0];
    if (
      !this.#rule.counts(name) ||
      this.#bucket.take(events, burst, this.#socket.server.timers.now())
    ) {
      return true;
    }
    this.#refuse(packet, String(name));
    return false;
  }

  #refuse(packet: Packet, event: string): void {
    const { events, beyond } = this.#rule;
    count(this.#socket.server.counters.rateLimited, beyond);
    if (beyond === "drop") {
      return;
    }
    const error = new RateLimitError(event, Math.ceil(this.#bucket.wait(events)));
    this.#socket.refuseEvent(packet, error, beyond === "error");
    if (beyond === "disconnect") {
      this.#socket.disconnect();
    }
  }
}

function check(name: string, isRight: boolean, expected: string): void {
  if (!isRight) {
    throw new HawserTypeError(
      "INVALID_OPTION",
      `option "${name}" of rateLimit() must be ${expected}`,
    );
  }
}
