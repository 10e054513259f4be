import type { OutgoingHttpHeaders } from "node:http";
import type { Packet } from "@hawser/engine-codec/frames";
import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import type { EngineRequest } from "../http/request.ts";
import type { EngineOptions } from "../options.ts";
import type { Transport, TransportHandler } from "../transport/transport.ts";

/** How often a waiting poll is answered during an upgrade, in milliseconds. */
const POLL_CHECK_MS = 100;

/** What an upgrade asks of its session. */
export interface UpgradableSession {
  transportHeaders(headers: OutgoingHttpHeaders, request: EngineRequest): void;
  /** The probe was answered. */
  upgradeProbed(transport: Transport): void;
  /** Answer a waiting poll: the client changes over when none waits any more. */
  upgradeTick(): void;
  /** The transport is the session's from now on. */
  upgradeCompleted(transport: Transport): void;
  upgradeFailed(): void;
}

/**
 * A WebSocket or WebTransport stream that wants to take over a polling session (Engine.IO protocol, "Upgrade"):
 * `2probe` → `3probe`, polls run dry, `5`. Until then the session goes on polling, and whatever goes
 * wrong here ends the new transport only.
 */
export class Upgrade implements TransportHandler, Expirable {
  readonly #session: UpgradableSession;
  readonly #transport: Transport;
  readonly #limit: Duration;
  readonly #pollCheck: PollCheck;
  #probed = false;
  #over = false;

  constructor(
    session: UpgradableSession,
    transport: Transport,
    options: EngineOptions,
    timers: Timers,
  ) {
    this.#session = session;
    this.#transport = transport;
    this.#pollCheck = new PollCheck(session, timers);
    this.#limit = timers.start(this, options.upgradeTimeout);
    transport.handler = this;
  }

  /** Ends the new transport, for a session that ends or that another one probes for. */
  cancel(): void {
    if (this.#finish()) {
      this.#transport.discard();
    }
  }

  transportPacket(packet: Packet): void {
    if (this.#over) {
      return;
    }
    if (packet.type === "ping" && packet.data === "probe") {
      // A peer that asks again without reading the answer gets no more of them.
      if (this.#transport.writable) {
        this.#transport.send([{ type: "pong", data: "probe" }]);
      }
      if (!this.#probed) {
        this.#probed = true;
        this.#session.upgradeProbed(this.#transport);
        this.#pollCheck.start();
      }
    } else if (packet.type === "upgrade") {
      if (this.#finish()) {
        this.#session.upgradeCompleted(this.#transport);
      }
    } else {
      this.#fail();
    }
  }

  transportSent(): void {}

  transportReady(): void {}

  transportClosed(): void {
    this.#fail();
  }

  transportFailed(): void {
    this.#fail();
  }

  transportRefused(): void {}

  transportHeaders(headers: OutgoingHttpHeaders, request: EngineRequest): void {
    this.#session.transportHeaders(headers, request);
  }

  /** Not completed in time. */
  [expire](): void {
    this.#fail();
  }

  #fail(): void {
    if (this.#finish()) {
      this.#transport.discard();
      this.#session.upgradeFailed();
    }
  }

  #finish(): boolean {
    if (this.#over) {
      return false;
    }
    this.#over = true;
    this.#limit.stop(this);
    this.#pollCheck.stop();
    return true;
  }
}

/** Looks for a waiting poll again and again. */
class PollCheck implements Expirable {
  readonly #session: UpgradableSession;
  readonly #timers: Timers;
  #waitsOn: Duration | undefined;

  constructor(session: UpgradableSession, timers: Timers) {
    this.#session = session;
    this.#timers = timers;
  }

  start(): void {
    this.#waitsOn = this.#timers.start(this, POLL_CHECK_MS);
  }

  stop(): void {
    this.#waitsOn?.stop(this);
    this.#waitsOn = undefined;
  }

  [expire](): void {
    this.start();
    this.#session.upgradeTick();
  }
}
