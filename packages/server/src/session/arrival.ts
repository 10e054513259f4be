import type { Packet } from "@hawser/engine-codec/frames";
import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import type { EngineOptions } from "../options.ts";
import { codecV4 } from "../transport/codec.ts";
import type { TransportHandler } from "../transport/transport.ts";
import { type WebTransportSession, WebTransportTransport } from "../transport/webtransport.ts";

/**
 * A WebTransport session that has not said yet what it wants: its peer opens one stream, and its first
 * packet names the session to take over, or none for a new one (Engine.IO protocol, "WebTransport").
 */
export class Arrival implements TransportHandler, Expirable {
  readonly #session: WebTransportSession;
  readonly #limit: Duration;
  readonly #done: (transport: WebTransportTransport, sid: string | undefined) => void;
  #transport: WebTransportTransport | undefined;
  #over = false;

  /** @param done called with the id that the peer names; the transport MUST be taken or discarded */
  constructor(
    session: WebTransportSession,
    options: EngineOptions,
    timers: Timers,
    done: (transport: WebTransportTransport, sid: string | undefined) => void,
  ) {
    this.#session = session;
    this.#done = done;
    this.#limit = timers.start(this, options.upgradeTimeout);
    session.closed.then(
      () => this.#finish(),
      () => this.#finish(),
    );
    this.#awaitStream(options.maxHttpBufferSize);
  }

  transportPacket(packet: Packet): void {
    const sid = packet.type === "open" ? wantedSession(packet.data) : undefined;
    if (!sid) {
      this.#refuse();
    } else if (this.#finish()) {
      this.#done(this.#transport!, sid.value);
    } else {
      // A second packet before the first was answered.
      this.#transport?.discard();
    }
  }

  transportSent(): void {}

  transportReady(): void {}

  transportClosed(): void {
    this.#finish();
  }

  transportFailed(): void {
    this.#finish();
  }

  transportRefused(): void {}

  transportHeaders(): void {}

  /** Nothing came in time. */
  [expire](): void {
    this.#refuse();
  }

  #awaitStream(maxPayload: number): void {
    const streams = this.#session.incomingBidirectionalStreams.getReader();
    streams.read().then(
      ({ value: stream }) => {
        if (this.#over) {
          return;
        }
        if (!stream) {
          this.#refuse();
          return;
        }
        this.#transport = new WebTransportTransport(codecV4, this.#session, stream, maxPayload);
        this.#transport.handler = this;
      },
      () => this.#refuse(),
    );
  }

  #refuse(): void {
    if (this.#finish()) {
      this.#session.close();
    }
  }

  #finish(): boolean {
    if (this.#over) {
      return false;
    }
    this.#over = true;
    this.#limit.stop(this);
    return true;
  }
}

/** What the data of an `open` packet asks for; `undefined` when it cannot be read. */
function wantedSession(data: unknown): { value: string | undefined } | undefined {
  if (data === undefined || data === "") {
    return { value: undefined };
  }
  try {
    const { sid } = JSON.parse(String(data)) as { sid?: unknown };
    return typeof sid === "string" ? { value: sid } : undefined;
  } catch {
    return undefined;
  }
}
