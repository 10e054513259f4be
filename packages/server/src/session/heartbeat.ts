import type { Packet } from "@hawser/engine-codec/frames";
import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import type { EngineOptions } from "../options.ts";
import { Patience } from "./patience.ts";

/** What a heartbeat asks of its session. */
export interface HeartbeatSession {
  /** Bytes that have come in over the connection of the message that is being read; 0 for none, or unknown. */
  readonly bytesRead: number;
  sendHeartbeat(type: "ping" | "pong"): void;
  heartbeatTimedOut(): void;
}

/** Notices that a peer is gone. */
export interface Heartbeat {
  start(): void;
  /** Sees every packet that comes in; `false` means the peer may not send such a one. */
  onPacket(packet: Packet): boolean;
  stop(): void;
}

/**
 * The server sends pings, the client answers (Engine.IO protocol 4, "Heartbeat"). Options are read
 * each time, since applications change them while the server runs.
 */
export class ServerHeartbeat implements Heartbeat, Expirable {
  readonly #session: HeartbeatSession;
  readonly #options: EngineOptions;
  readonly #timers: Timers;
  #waitsOn: Duration | undefined;
  /** While an answer is awaited. */
  #patience: Patience | undefined;
  /** Whether something else has come since the ping. */
  #heard = false;

  constructor(session: HeartbeatSession, options: EngineOptions, timers: Timers) {
    this.#session = session;
    this.#options = options;
    this.#timers = timers;
  }

  start(): void {
    this.#patience = undefined;
    this.#wait(this.#options.pingInterval);
  }

  onPacket({ type }: Packet): boolean {
    if (type === "pong") {
      this.start();
    } else if (this.#patience && !this.#heard) {
      // Whoever sends is alive; the pong may be behind a large message. Granted once a ping.
      this.#heard = true;
      this.#patience.look(this.#session.bytesRead);
      this.#wait(this.#options.pingTimeout);
    }
    return type !== "ping";
  }

  stop(): void {
    this.#waitsOn?.stop(this);
  }

  [expire](late: number): void {
    const { bytesRead } = this.#session;
    const { pingTimeout } = this.#options;
    if (this.#patience === undefined) {
      this.#heard = false;
      this.#patience = new Patience(bytesRead);
      this.#session.sendHeartbeat("ping");
      this.#wait(pingTimeout);
      return;
    }
    const ms = this.#patience.more(bytesRead, late, pingTimeout);
    if (ms > 0) {
      // The peer waits for pings as we do for its answers, and may not have heard of us for as long.
      this.#session.sendHeartbeat("ping");
      this.#wait(ms);
    } else {
      this.#session.heartbeatTimedOut();
    }
  }

  #wait(ms: number): void {
    this.#waitsOn = this.#timers.restart(this, ms, this.#waitsOn);
  }
}
