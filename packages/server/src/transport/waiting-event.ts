import type { Packet, RawData } from "@hawser/engine-codec/frames";
import type { BackpressurePolicy } from "../backpressure.ts";

/** What it costs to keep a packet, beyond its text or bytes: objects, and its place in the queue. */
export const PACKET_BYTES = 256;

/** What a packet counts for while it waits. A text counts its characters: UTF-8 would take a look at each. */
export function weightOf(data: RawData | undefined): number {
  if (typeof data === "string") {
    return PACKET_BYTES + data.length;
  }
  return PACKET_BYTES + (data === undefined ? 0 : sizeOf(data));
}

function sizeOf(data: Exclude<RawData, string>): number {
  return data instanceof Blob ? data.size : data.byteLength;
}

/**
 * An event that waits, as the first of its packets carries it where it may be taken out of the queue
 * again: text and attachments together.
 */
export class WaitingEvent {
  /** Undefined where an adapter of others has sent it. */
  readonly nsp: string | undefined;
  /** How many packets it has. */
  readonly packets: number;
  /** The acknowledgement that it asks for. */
  readonly id: number | undefined;
  /** Undefined: that of the receiver. */
  readonly policy: BackpressurePolicy | undefined;
  readonly #name: unknown;
  readonly #key: string | undefined;
  #slot: string | undefined;

  constructor(
    nsp: string | undefined,
    packets: number,
    name?: unknown,
    id?: number | undefined,
    policy?: BackpressurePolicy | undefined,
    key?: string | undefined,
  ) {
    this.nsp = nsp;
    this.packets = packets;
    this.id = id;
    this.policy = policy;
    this.#name = name;
    this.#key = key;
  }

  /** Of those that wait in the same slot, `latest` keeps the newest. Undefined: it has none. */
  get slot(): string | undefined {
    if (this.nsp !== undefined) {
      this.#slot ??=
        this.#key === undefined ? `${this.nsp} ${this.#name}` : `${this.nsp}#${this.#key}`;
    }
    return this.#slot;
  }
}

/** A packet in the queue of a session. */
export interface QueuedPacket extends Packet {
  event?: WaitingEvent | undefined;
}
