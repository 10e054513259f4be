import type { RawData } from "@hawser/engine-codec";
import { type Packet, PacketType } from "@hawser/socket-codec";
import { HawserError } from "../errors.ts";
import { TypedEmitter } from "../events.ts";
import type { ManagerOptions } from "../options.ts";
import type { Clock } from "../platform/clock.ts";
import type { Environment } from "../session/environment.ts";
import { type CloseReason, Session, type SessionHandler } from "../session/session.ts";
import type { CloseDetails } from "../transport/transport.ts";
import { Backoff, type BackoffOptions } from "./backoff.ts";
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

/** What can be changed while running. */
interface Settings extends BackoffOptions {
  attempts: number;
  timeout: number | false;
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
  readonly #sessionHandler: SessionHandler;
  /** Those that are connected or want to be, by namespace, in the order in which they came. */
  readonly #members = new Map<string, Member>();
  readonly #backoff: Backoff;
  readonly #loop: ReconnectLoop;
  #stream: PacketStream | undefined;
  #openTimer: unknown;
  #openDone: ((error?: Error) => void) | undefined;
  /** Closed by the user: no reconnection until the next `open()`. */
  #givenUp = false;
  #reconnection: boolean;
  readonly #settings: Settings;

  constructor(environment: Environment, uri?: string, opts: ManagerOptions = {}) {
    super();
    this.#environment = environment;
    this.uri = uri;
    this.opts = { ...opts, path: opts.path || "/socket.io" };
    this.clock = environment.createClock(opts);
    this._autoConnect = opts.autoConnect !== false;
    this.#reconnection = opts.reconnection !== false;
    this.#settings = {
      attempts: opts.reconnectionAttempts || Number.POSITIVE_INFINITY,
      delay: opts.reconnectionDelay || 1000,
      delayMax: opts.reconnectionDelayMax || 5000,
      randomization: opts.randomizationFactor ?? 0.5,
      timeout: opts.timeout ?? 20_000,
    };
    this.#backoff = new Backoff(this.#settings);
    this.#loop = new ReconnectLoop({
      clock: this.clock,
      backoff: this.#backoff,
      maxAttempts: () => this.#settings.attempts,
      isClosed: () => this._readyState === "closed",
      attempt: (done) => this.open(done),
      tell: (event, ...about) => this.dispatch(event, about),
    });
    this.#sessionHandler = {
      sessionOpened: () => this.#opened(),
      sessionReceived: (message) => this.#received(message),
      sessionPinged: () => this.emitReserved("ping"),
      sessionFailed: (error) =>
        this._readyState === "opening" ? this.#attemptFailed(error) : this.#failed(error),
      sessionClosed: (reason, details) => this.#closed(reason, details),
    };
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
    return this.#setting("attempts", value);
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
    return this.#setting("timeout", value);
  }

  /**
   * Opens the connection, unless that is done or under way.
   * @param done called with the outcome of this attempt, which then is not followed by others
   */
  open(done?: (error?: Error) => void): this {
    if (this._readyState !== "closed") {
      return this;
    }
    this.#stream = createPacketStream(this.opts.parser, (packet) => this.#route(packet));
    this.engine = new Session(this.#environment, this.uri, this.opts, this.#sessionHandler);
    this._readyState = "opening";
    this.#openDone = done;
    this.#givenUp = false;
    const { timeout } = this.#settings;
    if (timeout !== false) {
      this.#openTimer = this.clock.setTimeout(() => {
        const { engine } = this;
        this.#attemptFailed(new HawserError("OPEN_TIMEOUT", "timeout"));
        engine.close();
      }, timeout);
    }
    return this;
  }

  connect(done?: (error?: Error) => void): this {
    return this.open(done);
  }

  /** Closes the connection for all namespaces, and ends the reconnection. */
  _close(): void {
    this.#givenUp = true;
    this.#loop.stop();
    if (this._readyState !== "closed") {
      this.#closed("forced close");
    }
  }

  /** For sockets: takes part from now on. */
  subscribe(nsp: string, member: Member): void {
    this.#members.set(nsp, member);
  }

  /** For sockets: takes part no more. The last one to leave closes the connection. */
  unsubscribe(nsp: string): void {
    this.#members.delete(nsp);
    if (this.#members.size === 0) {
      this._close();
    }
  }

  /** For sockets: sends a packet, if the connection is open. */
  transmit(packet: OutgoingPacket): void {
    if (this._readyState === "open") {
      this.engine.sendAll(this.#stream!.encode(packet), packet.options);
    }
  }

  #opened(): void {
    this.clock.clearTimeout(this.#openTimer);
    this._readyState = "open";
    for (const member of [...this.#members.values()]) {
      member.connectionOpened();
    }
    this.emitReserved("open");
    this.#openDone?.();
    // It may have been waiting while somebody called `open()`.
    this.#loop.stop();
  }

  #received(message: RawData): void {
    try {
      this.#stream?.add(message);
    } catch (error) {
      this.#closed("parse error", error as Error);
    }
  }

  #route(packet: Packet): void {
    const member = this.#members.get(packet.nsp);
    if (member) {
      member.connectionReceived(packet);
    } else if (packet.type === PacketType.CONNECT) {
      // It left before the server had answered.
      this.transmit({ type: PacketType.DISCONNECT, nsp: packet.nsp });
    }
    this.emitReserved("packet", packet);
  }

  #attemptFailed(error: Error): void {
    this.#cleanUp();
    this.#failed(error);
    if (this.#openDone) {
      this.#openDone(error);
    } else {
      this.#reconnect();
    }
  }

  #failed(error: Error): void {
    for (const member of [...this.#members.values()]) {
      member.connectionFailed(error);
    }
    this.emitReserved("error", error);
  }

  #closed(reason: ConnectionCloseReason, description?: DisconnectDescription): void {
    this.#cleanUp();
    this.engine.close();
    this.#backoff.reset();
    for (const member of [...this.#members.values()]) {
      member.connectionClosed(reason, description);
    }
    this.emitReserved("close", reason, description);
    this.#reconnect();
  }

  #cleanUp(): void {
    this.clock.clearTimeout(this.#openTimer);
    this.engine.handler = undefined;
    this.#stream?.end();
    this._readyState = "closed";
  }

  #reconnect(): void {
    // A listener may have opened it again already.
    if (this.#reconnection && !this.#givenUp && this._readyState === "closed") {
      this.#loop.start();
    }
  }

  #setting<Name extends keyof Settings>(
    name: Name,
    value: Settings[Name] | undefined,
  ): Settings[Name] | this {
    if (value === undefined) {
      return this.#settings[name];
    }
    this.#settings[name] = value;
    return this;
  }
}
