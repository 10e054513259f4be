import { type Chunk, type Packet, PacketType } from "@hawser/socket-codec/packets";
import type { BackpressurePolicy } from "../backpressure.ts";
import { SharedPacket } from "../transport/shared-packet.ts";
import { WaitingEvent, weightOf } from "../transport/waiting-event.ts";
import type { EncodedWriteOptions, WriteOptions } from "./member.ts";

/** How a broadcast is written to each of its receivers. What all of them send is made once, by the first. */
export class SharedWrite implements EncodedWriteOptions {
  readonly preEncoded = true;
  readonly volatile: boolean | undefined;
  readonly compress: boolean | undefined;
  readonly policy: BackpressurePolicy | undefined;
  readonly awaited: boolean | undefined;
  readonly #key: string | undefined;
  readonly #packet: Packet | undefined;
  #packets: readonly SharedPacket[] | undefined;
  #weight = 0;
  #event: WaitingEvent | undefined;

  /** @param packet what is sent; without it, nothing is known of it */
  constructor({ volatile, compress, policy, key, awaited }: WriteOptions = {}, packet?: Packet) {
    this.volatile = volatile;
    this.compress = compress;
    this.policy = policy;
    this.awaited = awaited;
    this.#key = key;
    this.#packet = packet;
  }

  /** The packets for sessions, the same for all; none where the chunks have to be sent one by one. */
  packets(chunks: readonly Chunk[]): readonly SharedPacket[] {
    this.#packets ??= this.#share(chunks);
    return this.#packets;
  }

  /** What they weigh in a queue. */
  weightOf(chunks: readonly Chunk[]): number {
    if (this.#weight === 0) {
      this.#weight = weightOfAll(chunks);
    }
    return this.#weight;
  }

  /** As what they wait. */
  eventOf(chunks: readonly Chunk[]): WaitingEvent {
    this.#event ??= eventOf(this.#packet, chunks, this.policy, this.#key);
    return this.#event;
  }

  /** None where there is a Blob, which each session reads for itself. */
  #share(chunks: readonly Chunk[]): readonly SharedPacket[] {
    if (chunks.some((chunk) => chunk instanceof Blob)) {
      return [];
    }
    return chunks.map((chunk) => new SharedPacket(chunk, this.compress !== false));
  }
}

/** @param packet undefined where an adapter of others did not say */
export function eventOf(
  packet: Packet | undefined,
  chunks: readonly Chunk[],
  policy: BackpressurePolicy | undefined,
  key: string | undefined,
): WaitingEvent {
  const name = Array.isArray(packet?.data) ? packet.data[0] : undefined;
  return new WaitingEvent(packet?.nsp, chunks.length, name, packet?.id, policy, key);
}

export function weightOfAll(chunks: readonly Chunk[]): number {
  let weight = 0;
  for (const chunk of chunks) {
    weight += weightOf(chunk);
  }
  return weight;
}

export function isEvent({ type }: Packet): boolean {
  return type === PacketType.EVENT || type === PacketType.BINARY_EVENT;
}
