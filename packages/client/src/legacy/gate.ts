import { type Packet, PacketType } from "@hawser/socket-codec/packets";
import type { Clock } from "../platform/clock.ts";
import type { ParserHost } from "../session/revision.ts";
import { Dialect } from "./dialect.ts";
import type { Translator } from "./translated.ts";

/** What a gate needs of those on both sides. */
export interface GateHost {
  /** To the Manager. */
  deliver(packet: Packet): void;
  send(packets: readonly Packet[]): void;
  /** Told by an answer, if it was not known before. */
  found(isOld: boolean): void;
}

/**
 * Holds back requests to join until it is known whether the server is an old one, which joins the
 * main namespace by itself: asked to as well, it would join twice, and call its application twice.
 * After some patience the server is taken for a new one.
 */
export class Gate implements Translator {
  readonly #clock: Clock;
  readonly #host: GateHost;
  readonly #patience: number;
  readonly #dialect: Dialect;
  #isOld: boolean | undefined;
  /** Undefined once the gate is open. */
  #held: Packet[] | undefined;
  #timer: unknown;

  /** @param patience milliseconds */
  constructor(session: ParserHost, patience: number, host: GateHost) {
    this.#clock = session.clock;
    this.#host = host;
    this.#patience = patience;
    this.#dialect = new Dialect(session, (packet) => host.deliver(packet));
    this.#held = patience > 0 ? [] : undefined;
  }

  /** Whether nothing was said yet that a message of the server could be an answer to. */
  get isClosed(): boolean {
    return this.#held !== undefined;
  }

  /** It is known now. */
  open(isOld: boolean): void {
    this.#isOld = isOld;
    this.#release();
  }

  outgoing(packet: Packet): readonly Packet[] {
    if (this.#held) {
      this.#held.push(packet);
      this.#timer ??= this.#clock.setTimeout(() => this.#release(), this.#patience);
      return [];
    }
    if (this.#isOld === false) {
      return [packet];
    }
    // Even if the request goes out as a new server wants it, the answer may be an old one's.
    const packets = this.#dialect.outgoing(packet);
    return this.#isOld ? packets : [packet];
  }

  incoming(packet: Packet): void {
    if (this.#isOld === undefined && packet.type === PacketType.CONNECT) {
      this.#host.found(!(packet.data as { sid?: string } | undefined)?.sid);
    }
    if (this.#isOld) {
      this.#dialect.incoming(packet);
    } else {
      this.#host.deliver(packet);
    }
  }

  #release(): void {
    this.#clock.clearTimeout(this.#timer);
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#host.send(held.flatMap((packet) => this.outgoing(packet)));
  }
}
