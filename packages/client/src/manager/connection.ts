import type { Packet } from "@hawser/socket-codec";
import type { RawData } from "@hawser/engine-codec";
import { HawserError } from "../errors.ts";
import { TypedEmitter } from "../events.ts";
import type { ManagerOptions } from "../options.ts";
import type { Clock } from "../platform/clock.ts";
import type { Environment } from "../session/environment.ts";
import { type CloseReason, Session, type SessionHandler } from "../session/session.ts";
import type { CloseDetails } from "../transport/transport.ts";
import { Backoff } from "./backoff.ts";
import { createPacketStream, type OutgoingPacket, type PacketStream } from "./packet-stream.ts";
import { ReconnectLoop } from "./reconnect.ts";

/** More than the reason alone: an error, or what ended the connection. */
export type DisconnectDescription = Error | CloseDetails;

export type ConnectionCloseReason = CloseReason | "parse error";

/** A namespace that takes part; each method is called by the connection, before its event. */
export interface Member {
  connectionOpened(): void;
  connectionReceived(packet: Packet): void;
  connectionFailed(error: Error): void;
  connectionClosed(reason: ConnectionCloseReason, description?: DisconnectDescription): void;
}

export interface ManagerReservedEvents {
  open: () => void;
  error: (error: Error) => void;
  ping: () => void;
  packet: (packet: Packet) => void;
  close: (reason: ConnectionCloseReason, description?: DisconnectDescription) => void;
  reconnect_failed: () => void;
  reconnect_attempt: (attempt: number) => void;
  reconnect_error: (error: Error) => void;
  reconnect: (attempt: number) => void;
}

type State = "opening" | "open" | "closed";

/** One server, many namespaces: one engine session at a time, and the loop that brings it back. */
export abstract class Connection extends TypedEmitter<Record<never, never>, ManagerReservedEvents> {
  readonly opts: ManagerOptions;
  readonly uri: string | undefined;
  readonly clock: Clock;
  /** The present session; undefined before the first `open()`. */
  declare engine: Session;
  /** Whether sockets connect at once. */
  readonly _autoConnect: boolean;
  _readyState: State = "closed";

  readonly #environment: Environment;
  readonly #members = new Map<string, Member>();
  readonly #backoff: Backoff;
  readonly #loop: ReconnectLoop;
  #stream: PacketStream | undefined;
  #openTimer: unknown;
  /** Cut off from the session under way, so that what it still says is not heard. */
  #detach: (() => void) | undefined;
  #reconnection: boolean;
  #reconnectionAttempts: number;
  #timeout: number | false;

  constructor(environment: Environment, uri?: string, opts: ManagerOptions = {}) {
    super();
    this.#environment = environment;
    this.uri = uri;
    this.opts = { ...opts, path: opts.path || "/socket.io" };
    this.clock = environment.createClock(opts);
    this._autoConnect = opts.autoConnect !== false;
    this.#reconnection = opts.reconnection !== false;
    this.#reconnectionAttempts = opts.reconnectionAttempts || Number.POSITIVE_INFINITY;
    this.#timeout = opts.timeout ?? 20_000;
    this.#backoff = new Backoff({
      delay: opts.reconnectionDelay || 1000,
      delayMax: opts.reconnectionDelayMax || 5000,
      randomization: opts.randomizationFactor ?? 0.5,
    });
    this.#loop = new ReconnectLoop({
      clock: this.clock,
      backoff: this.#backoff,
      maxAttempts: () => this.#reconnectionAttempts,
      attempting: (attempt) => {
        this.emitReserved("reconnect_attempt", attempt);
        return this._readyState === "closed";
      },
      attempt: (done) => this.open(done),
      reconnectFailed: () => this.emitReserved("reconnect_failed"),
      reconnectError: (error) => this.emitReserved("reconnect_error", error),
      reconnected: (attempt) => this.emitReserved("reconnect", attempt),
    });
    if (this._autoConnect) {
      this.open();
    }
  }

  get _reconnecting(): boolean {
    return this.#loop.running;
  }

  /** Whether to reconnect; `false` stops a running loop. */
  reconnection(): boolean;
  reconnection(value: boolean): this;
  reconnection(value?: boolean): boolean | this {
    if (value === undefined) {
      return this.#reconnection;
    }
    this.#reconnection = value;
    if (!value) {
      this.#loop.stop();
    }
    return this;
  }

  /** Attempts before giving up. */
  reconnectionAttempts(): number;
  reconnectionAttempts(value: number): this;
  reconnectionAttempts(value?: number): number | this {
    if (value === undefined) {
      return this.#reconnectionAttempts;
    }
    this.#reconnectionAttempts = value;
    return this;
  }

  /** Milliseconds before the first attempt. */
  reconnectionDelay(): number;
  reconnectionDelay(value: number): this;
  reconnectionDelay(value?: number): number | this {
    return this.#setting("delay", value);
  }

  /** Milliseconds. */
  reconnectionDelayMax(): number;
  reconnectionDelayMax(value: number): this;
  reconnectionDelayMax(value?: number): number | this {
    return this.#setting("delayMax", value);
  }

  /** Share of the delay that is random, 0 to 1. */
  randomizationFactor(): number;
  randomizationFactor(value: number): this;
  randomizationFactor(value?: number): number | this {
    return this.#setting("randomization", value);
  }

  /** Milliseconds for the connection to open; false: no limit. */
  timeout(): number | false;
  timeout(value: number | false): this;
  timeout(value?: number | false): number | false | this {
    if (value === undefined) {
      return this.#timeout;
    }
    this.#timeout = value;
    return this;
  }

  /**
   * Opens the connection, unless that is done or under way.
   * @param done called with the outcome of this attempt, which then is not followed by others
   */
  open(done?: (error?: Error) => void): this {
    if (this._readyState !== "closed") {
      return this;
    }
    this._readyState = "opening";
    let listening = true;
    const settle = (error?: Error): void => {
      if (this._readyState !== "opening") {
        return;
      }
      this.clock.clearTimeout(this.#openTimer);
      if (!error) {
        this.#opened();
        done?.();
        return;
      }
      this.#cleanUp();
      this._readyState = "closed";
      this.#failed(error);
      if (done) {
        done(error);
      } else if (this.#reconnection && this.#backoff.attempts === 0 && this.#wanted()) {
        this.#loop.start();
      }
    };
    const whileListening: SessionHandler = {
      sessionOpened: () => listening && settle(),
      sessionReceived: (message) => listening && this.#received(message),
      sessionPinged: () => listening && this.emitReserved("ping"),
      sessionFailed: (error) => {
        if (!listening) {
          return;
        }
        if (this._readyState === "opening") {
          settle(error);
        } else {
          this.#failed(error);
        }
      },
      sessionClosed: (reason, details) => listening && this.#closed(reason, details),
    };
    this.#detach = () => {
      listening = false;
    };
    this.#stream = createPacketStream(this.opts.parser, (packet) => this.#route(packet));
    try {
      this.engine = new Session(this.#environment, this.uri, this.opts, whileListening);
    } catch (error) {
      this.#cleanUp();
      this._readyState = "closed";
      throw error;
    }
    if (this.#timeout !== false) {
      this.#openTimer = this.clock.setTimeout(() => {
        const { engine } = this;
        settle(new HawserError("OPEN_TIMEOUT", "timeout"));
        engine.close();
      }, this.#timeout);
    }
    return this;
  }

  connect(done?: (error?: Error) => void): this {
    return this.open(done);
  }
}
