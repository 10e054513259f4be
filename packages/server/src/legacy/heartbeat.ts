import type { Packet } from "@hawser/engine-codec/frames";
import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import type { EngineOptions } from "../options.ts";
import type { Heartbeat, HeartbeatSession } from "../session/heartbeat.ts";
import { Patience } from "../session/patience.ts";

/** Revision 3: the client sends pings, the server answers. */
export class ClientHeartbeat implements Heartbeat, Expirable {
  readonly #session: HeartbeatSession;
  readonly #options: EngineOptions;
  readonly #timers: Timers;
  #waitsOn: Duration | undefined;
  /** Bytes read when the peer last showed itself. */
  #bytesRead = 0;
  /** Once it is overdue. */
  #patience: Patience | undefined;

  constructor(session: HeartbeatSession, options: EngineOptions, timers: Timers) {
    this.#session = session;
    this.#options = options;
    this.#timers = timers;
  }

  start(): void {
    const { pingInterval, pingTimeout } = this.#options;
    this.#bytesRead = this.#session.bytesRead;
    this.#patience = undefined;
    this.#wait(pingInterval + pingTimeout);
  }

  onPacket({ type }: Packet): boolean {
    if (type === "ping") {
      this.#session.sendHeartbeat("pong");
      this.start();
    }
    return type !== "pong";
  }

  stop(): void {
    this.#waitsOn?.stop(this);
  }

  [expire](late: number): void {
    this.#patience ??= new Patience(this.#bytesRead);
    const ms = this.#patience.more(this.#session.bytesRead, late, this.#options.pingTimeout);
    if (ms > 0) {
      this.#wait(ms);
    } else {
      this.#session.heartbeatTimedOut();
    }
  }

  #wait(ms: number): void {
    this.#waitsOn = this.#timers.restart(this, ms, this.#waitsOn);
  }
}
