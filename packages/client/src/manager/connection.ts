import type { RawData } from "@hawser/engine-codec/frames";
import { type Chunk, type Packet, PacketType } from "@hawser/socket-codec/packets";
import { HawserError } from "../errors.ts";
import { TypedEmitter } from "../events.ts";
import type { ManagerOptions } from "../options.ts";
import type { Parser } from "../parser.ts";
import type { Clock } from "../platform/clock.ts";
import type { Environment } from "../session/environment.ts";
import { type CloseReason, Session, type SessionHandler } from "../session/session.ts";
import type { CloseDetails } from "../transport/transport.ts";
import { type ReconnectHost, ReconnectLoop, type ReconnectOptions } from "./reconnect.ts";

/** More than the reason alone: an error, or what ended the connection. */
export type DisconnectDescription = Error | CloseDetails;

export type ConnectionCloseReason = CloseReason | "parse error";

/** A packet on its way out. */
export interface OutgoingPacket extends Packet {
  options?: { compress: boolean };
}

/** What `options.parser` has to provide. */
export interface PacketEncoder {
  encode(packet: OutgoingPacket): Chunk[];
}

export interface PacketDecoder {
  on(event: "decoded", listener: (packet: Packet) => void): unknown;
  /** @throws for a chunk that the protocol does not allow at this point */
  add(chunk: Chunk): void;
  /** Forgets a packet that is still waiting for attachments. */
  destroy?(): void;
}

/** A namespace that takes part; it hears of an event before the listeners do. */
export interface Member {
  /** May join now; called again if it has to ask anew. */
  open(): void;
  /** Called for its own packets only. */
  packet(packet: Packet): void;
  error(error: Error): void;
  close(reason: ConnectionCloseReason, description?: DisconnectDescription): void;
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
interface Settings extends ReconnectOptions {
  reconnection: boolean;
  timeout: number | false;
}

type State = "opening" | "open" | "closed";

/** One server, many namespaces: one engine session at a time, and the loop that brings it back. */
export abstract class Connection
  extends TypedEmitter<Record<never, never>, ManagerReservedEvents>
  implements ReconnectHost
{
  /** The options in force. Changes apply to the next connection. */
  declare readonly opts: ManagerOptions;
  /** Of the server, as it was given. */
  declare readonly uri: string | undefined;
  /** @internal */
  declare readonly clock: Clock;
  /** The present session; undefined before the first `open()`. */
  declare engine: Session;
  /** Whether sockets connect at once. */
  declare readonly _autoConnect: boolean;
  _readyState: State = "closed";

  readonly #environment: Environment;
  /** Where options name none. */
  readonly #parser: Parser;
  readonly #sessionHandler: SessionHandler;
  /** Those that are connected or want to be, by namespace, in the order in which they came. */
  readonly #members = new Map<string, Member>();
  /** Whose request to join the server has not answered yet: it does not take a second one. */
  readonly #joining = new Map<string, Member>();
  readonly #loop: ReconnectLoop;
  #encoder: PacketEncoder | undefined;
  #decoder: PacketDecoder | undefined;
  #openTimer: unknown;
  #openDone: ((error?: Error) => void) | undefined;
  /** Closed by the user: no reconnection until the next `open()`. */
  #givenUp = false;
  readonly #settings: Settings;

  constructor(environment: Environment, parser: Parser, uri?: string, opts: ManagerOptions = {}) {
    super();
    this.#environment = environment;
    this.#parser = parser;
    this.uri = uri;
    this.opts = { ...opts, path: opts.path || "/socket.io" };
    this.clock = environment.createClock(opts);
    this._autoConnect = opts.autoConnect !== false;
    this.#settings = {
      reconnection: opts.reconnection !== false,
      attempts: opts.reconnectionAttempts || Number.POSITIVE_INFINITY,
      delay: opts.reconnectionDelay || 1000,
      delayMax: opts.reconnectionDelayMax || 5000,
      randomization: opts.randomizationFactor ?? 0.5,
      timeout: opts.timeout ?? 20_000,
    };
    this.#loop = new ReconnectLoop(this, this.#settings);
    this.#sessionHandler = {
      open: () => this.#opened(),
      message: (message) => this.#received(message),
      ping: () => this.emitReserved("ping"),
      error: (error) =>
        this._readyState === "opening"
          ? this.#attemptFailed(error as Error)
          : this.#tell("error", error as Error),
      close: (reason, details) => this.#closed(reason, details),
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
    if (value === false) {
      this.#loop.stop();
    }
    return this.#setting("reconnection", value);
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
    this.#givenUp = false;
    if (this._readyState !== "closed") {
      return this;
    }
    this.#joining.clear();
    const engine = new Session(this.#environment, this.uri, this.opts, this.#sessionHandler);
    this.engine = engine;
    const given = this.opts.parser ?? this.#parser;
    const { Encoder, Decoder } = engine.revision.adaptParser?.(given, engine) ?? given;
    this.#encoder = new Encoder() as PacketEncoder;
    this.#decoder = new Decoder() as PacketDecoder;
    this.#decoder.on("decoded", (packet) => this.#route(packet));
    this._readyState = "opening";
    this.#openDone = done;
    const { timeout } = this.#settings;
    if (timeout !== false) {
      this.#openTimer = this.clock.setTimeout(() => {
        this.#attemptFailed(new HawserError("OPEN_TIMEOUT", "timeout"));
        engine.close();
      }, timeout);
    }
    return this;
  }

  /** As {@link open}. */
  connect(done?: (error?: Error) => void): this {
    return this.open(done);
  }

  /** Closes the connection for all namespaces, and ends the reconnection. */
  _close(): void {
    this.#givenUp = true;
    this.#openDone = undefined;
    this.#loop.stop();
    if (this._readyState !== "closed") {
      this.#closed("forced close");
    }
  }

  /** For sockets: takes part from now on. */
  subscribe(nsp: string, member: Member): void {
    this.#members.set(nsp, member);
    this.#givenUp = false;
    if (this._readyState === "open") {
      member.open();
    }
  }

  /** For sockets: takes part no more. The last one to leave closes the connection. */
  unsubscribe(nsp: string): void {
    this.#members.delete(nsp);
    if (this.#members.size > 0) {
      return;
    }
    if (this._readyState === "opening") {
      // It may come back at once, as in React's StrictMode.
      this.#givenUp = true;
      queueMicrotask(() => this.#givenUp && this._close());
    } else {
      this._close();
    }
  }

  /** For sockets: tells the server that it leaves. */
  leave(nsp: string): void {
    // A CONNECT that arrives together with the DISCONNECT is a second one to some servers.
    const pause = {} as Member;
    this.#joining.set(nsp, pause);
    // From when it is on its way: an upgrade may hold it back for longer than that.
    this.transmit({ type: PacketType.DISCONNECT, nsp }, () =>
      this.clock.setTimeout(() => {
        if (this.#joining.get(nsp) === pause) {
          this.#joining.delete(nsp);
          this.#members.get(nsp)?.open();
        }
      }, 20),
    );
  }

  /** For sockets: asks to join, unless it is too early for that: `open()` follows then. */
  join(nsp: string, data: object | undefined): void {
    if (!this.#joining.has(nsp)) {
      this.transmit({ type: PacketType.CONNECT, nsp, data });
      this.#joining.set(nsp, this.#members.get(nsp)!);
    }
  }

  /** For sockets: sends a packet, if the connection is open. `sent` is called once it is on its way. */
  transmit(packet: OutgoingPacket, sent?: () => void): void {
    if (this._readyState === "open") {
      const messages = this.#encoder!.encode(packet) as RawData[];
      this.#environment.mustFit?.(messages, packet, this.engine);
      this.engine.sendAll(messages, packet.options, sent);
    }
  }

  #opened(): void {
    this.clock.clearTimeout(this.#openTimer);
    this._readyState = "open";
    this.#tell("open");
    this.#takeOpenDone()?.();
    // It may have been waiting while somebody called `open()`.
    this.#loop.stop();
  }

  #received(message: RawData): void {
    try {
      this.#decoder!.add(message);
    } catch (error) {
      this.#closed("parse error", error as Error);
    }
  }

  #route(packet: Packet): void {
    const { type, nsp } = packet;
    const member = this.#members.get(nsp);
    const joining = this.#joining.get(nsp);
    if (joining && (type === PacketType.CONNECT || type === PacketType.CONNECT_ERROR)) {
      this.#joining.delete(nsp);
    }
    if (joining === member || !joining) {
      member?.packet(packet);
    } else if (type === PacketType.CONNECT) {
      // Who asked has left before this answer.
      this.leave(nsp);
    } else if (type === PacketType.CONNECT_ERROR) {
      member?.open();
    }
    this.emitReserved("packet", packet);
  }

  #attemptFailed(error: Error): void {
    this.#cleanUp();
    // Before listeners, who may open it again.
    const done = this.#takeOpenDone();
    this.#tell("error", error);
    if (done) {
      done(error);
    } else {
      this.#reconnect();
    }
  }

  #takeOpenDone(): ((error?: Error) => void) | undefined {
    const done = this.#openDone;
    this.#openDone = undefined;
    return done;
  }

  #closed(reason: ConnectionCloseReason, description?: DisconnectDescription): void {
    this.#cleanUp();
    this.engine.close();
    const done = this.#takeOpenDone();
    if (!done) {
      this.#loop.backoff.reset();
    }
    this.#tell("close", reason, description);
    // Closed during an attempt, as by a page that went offline.
    done?.(new Error(reason));
    this.#reconnect();
  }

  #tell<Name extends "open" | "error" | "close">(
    event: Name,
    ...args: Parameters<Member[Name]>
  ): void {
    for (const member of [...this.#members.values()]) {
      (member[event] as (...args: unknown[]) => void)(...args);
    }
    this.emitReserved(event, ...(args as never));
  }

  #cleanUp(): void {
    this.clock.clearTimeout(this.#openTimer);
    this.engine.handler = undefined;
    this.#decoder?.destroy?.();
    this._readyState = "closed";
  }

  #reconnect(): void {
    // A listener may have opened it again already.
    if (this.#settings.reconnection && !this.#givenUp && this._readyState === "closed") {
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
