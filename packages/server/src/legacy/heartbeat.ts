import type { Packet } from "@hawser/engine-codec/frames";
import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import type { EngineOptions } from "../options.ts";
import type { Heartbeat, HeartbeatSession } from "../session/heartbeat.ts";

/** Revision 3: the client sends pings, the server answers. */
export class ClientHeartbeat implements Heartbeat, Expirable {
  readonly #session: HeartbeatSession;
  readonly #options: EngineOptions;
  readonly #timers: Timers;
  #waitsOn: Duration | undefined;

  constructor(session: HeartbeatSession, options: EngineOptions, timers: Timers) {
    this.#session = session;
    this.#options = options;
    this.#timers = timers;
  }

  start(): void {
    const { pingInterval, pingTimeout } = this.#options;
    this.#waitsOn = this.#timers.restart(this, pingInterval + pingTimeout, this.#waitsOn);
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

  [expire](): void {
    this.#session.heartbeatTimedOut();
  }
}
