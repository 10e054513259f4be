import type { PacketOptions, RawData } from "@hawser/engine-codec/frames";
import { copyOf } from "../bytes.ts";
import type { TransportCodec } from "./codec.ts";
import { frameOf } from "./frame.ts";
import { type QueuedPacket, type WaitingEvent, weightOf } from "./waiting-event.ts";

/** More than this is not put together for all receivers. */
const MAX_JOINED_BYTES = 64 * 1024;

/** So many bytes of frames are kept at most, with what each costs beside its bytes. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
const COST_OF_FRAME = 256;

const DEFAULTS: PacketOptions = Object.freeze({ compress: true });
const UNCOMPRESSED: PacketOptions = Object.freeze({ compress: false });

/** The frames of several packets, for all who get just these together. */
interface Joined {
  readonly packets: readonly QueuedPacket[];
  readonly codec: TransportCodec;
  readonly bytes: Buffer;
}

/**
 * A message for many sessions. Its WebSocket frame is made once, and so are the frames of those that
 * leave together: a thousand members of a room get the same bytes.
 */
export class SharedPacket implements QueuedPacket {
  /** Those whose frames are kept for the others of this flush. */
  static #framed: SharedPacket[] | undefined;
  static #keptBytes = 0;

  readonly type = "message";
  readonly data: RawData;
  readonly options: PacketOptions;
  readonly weight: number;
  /** Set on the first packet of an event that somebody may take out of the queue again. */
  event: WaitingEvent | undefined;
  #codec: TransportCodec | undefined;
  #frame: Buffer | undefined;
  #joined: Joined | undefined;

  constructor(data: RawData, compress: boolean) {
    this.data = typeof data === "string" ? data : copyOf(data);
    this.options = compress ? DEFAULTS : UNCOMPRESSED;
    this.weight = weightOf(this.data);
  }

  /** From now on, frames are kept: very many may want the same. */
  static keepFrames(): void {
    SharedPacket.#framed ??= [];
  }

  /** Who is behind keeps the packets; with their frames they would weigh several times as much. */
  static dropFrames(): void {
    for (const packet of SharedPacket.#framed ?? []) {
      packet.#frame = undefined;
      packet.#joined = undefined;
    }
    SharedPacket.#framed = undefined;
    SharedPacket.#keptBytes = 0;
  }

  /** A server that never catches up never drops them otherwise. */
  static #makeRoom(bytes: number): void {
    SharedPacket.#keptBytes += bytes + COST_OF_FRAME;
    if (SharedPacket.#keptBytes > MAX_KEPT_BYTES) {
      SharedPacket.dropFrames();
      SharedPacket.keepFrames();
    }
  }

  /** Receivers of a room mostly have the same codec; where they take turns, the frame is made anew. */
  frame(codec: TransportCodec): Buffer {
    if (this.#codec === codec && this.#frame !== undefined) {
      return this.#frame;
    }
    const frame = frameOf(codec.encodeFrame(this));
    if (SharedPacket.#framed) {
      if (this.#frame === undefined) {
        SharedPacket.#makeRoom(frame.length);
        SharedPacket.#framed.push(this);
      }
      this.#codec = codec;
      this.#frame = frame;
    }
    return frame;
  }

  /**
   * The frames of `packets`, which begin with this one, as one piece; `undefined` where that would be
   * too large, or others among them are not shared.
   */
  join(packets: readonly QueuedPacket[], codec: TransportCodec): Buffer | undefined {
    if (packets.length === 1) {
      return this.frame(codec);
    }
    const joined = this.#joined;
    if (joined?.codec === codec && isSame(joined.packets, packets)) {
      return joined.bytes;
    }
    const frames: Buffer[] = [];
    let bytes = 0;
    for (const packet of packets) {
      if (!(packet instanceof SharedPacket)) {
        return undefined;
      }
      const frame = packet.frame(codec);
      bytes += frame.length;
      if (bytes > MAX_JOINED_BYTES) {
        return undefined;
      }
      frames.push(frame);
    }
    const all = Buffer.concat(frames, bytes);
    // Those that are kept are dropped together.
    if (this.#frame) {
      this.#joined = { packets, codec, bytes: all };
      SharedPacket.#makeRoom(bytes);
    }
    return all;
  }
}

function isSame(some: readonly QueuedPacket[], others: readonly QueuedPacket[]): boolean {
  if (some.length !== others.length) {
    return false;
  }
  for (let i = 0; i < some.length; i++) {
    if (some[i] !== others[i]) {
      return false;
    }
  }
  return true;
}
