import type { Packet } from "@hawser/engine-codec/frames";
import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import type { EngineOptions } from "../options.ts";

/** What a heartbeat asks of its session. */
export interface HeartbeatSession {
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
  #state: "idle" | "pinged" | "heard" = "idle";

  constructor(session: HeartbeatSession, options: EngineOptions, timers: Timers) {
    this.#session = session;
    this.#options = options;
    this.#timers = timers;
  }

  start(): void {
    this.#state = "idle";
    this.#wait(this.#options.pingInterval);
  }

  onPacket({ type }: Packet): boolean {
    if (type === "pong") {
      this.start();
    } else if (this.#state === "pinged") {
      // Whoever sends is alive; the pong may be behind a large message. Granted once a ping.
      this.#state = "heard";
      this.#wait(this.#options.pingTimeout);
    }
    return type !== "ping";
  }

  stop(): void {
    this.#waitsOn?.stop(this);
  }

  [expire](): void {
    if (this.#state === "idle") {
      this.#state = "pinged";
      this.#session.sendHeartbeat("ping");
      this.#wait(this.#options.pingTimeout);
    } else {
      this.#session.heartbeatTimedOut();
    }
  }

  #wait(ms: number): void {
    this.#waitsOn = this.#timers.restart(this, ms, this.#waitsOn);
  }
}
