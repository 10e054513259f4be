import { randomBytes } from "node:crypto";
import type { Chunk } from "@hawser/socket-codec/packets";
import type { BroadcastOptions, Room } from "./adapter.ts";

/** A packet as it was encoded. */
export interface SentPacket {
  /** What the application changes later in its objects does not show here; bytes are not copied. */
  readonly chunks: readonly Chunk[];
  /** What was encoded, where nobody could decode it. */
  readonly data?: unknown;
}

interface Entry extends SentPacket {
  position: number;
  /** When it was sent, in milliseconds of the clock. */
  at: number;
  rooms: ReadonlySet<Room>;
  except: ReadonlySet<Room> | undefined;
}

/** What was sent lately, in order, and to whom. Positions count what was sent, kept or not. */
export class PacketLog {
  /** Marks the offsets of this log, so that another string is not taken for one. */
  readonly #mark = `${randomBytes(3).toString("base64url")}.`;
  #entries: Entry[] = [];
  /** Entries before this index are forgotten. */
  #first = 0;
  #position = 0;

  /** The position of what was sent last. */
  get position(): number {
    return this.#position;
  }

  /** How many packets are kept. */
  get size(): number {
    return this.#entries.length - this.#first;
  }

  /** When the oldest packet was sent. */
  get oldest(): number | undefined {
    return this.#entries[this.#first]?.at;
  }

  /** Takes the next position; the answer is its offset, as clients get it. */
  advance(): string {
    return this.#mark + (++this.#position).toString(36);
  }

  /** The position that an offset stands for, or `undefined` for an offset that is none of this log. */
  positionOf(offset: string): number | undefined {
    if (!offset.startsWith(this.#mark)) {
      return undefined;
    }
    const digits = offset.slice(this.#mark.length);
    const position = Number.parseInt(digits, 36);
    return position.toString(36) === digits && position > 0 && position <= this.#position
      ? position
      : undefined;
  }

  /** Keeps a packet at the present position. */
  keep(packet: SentPacket, { rooms, except }: BroadcastOptions, now: number): void {
    this.#entries.push({
      ...packet,
      position: this.#position,
      at: now,
      rooms,
      // An empty set is larger than the rest of the entry.
      except: except?.size ? except : undefined,
    });
  }

  /** The packets after a position for somebody in these rooms, in order. */
  after(position: number, rooms: readonly Room[]): SentPacket[] {
    const missed: SentPacket[] = [];
    for (let i = this.#indexAfter(position); i < this.#entries.length; i++) {
      const entry = this.#entries[i]!;
      if (isFor(entry, rooms)) {
        missed.push(entry);
      }
    }
    return missed;
  }

  /** Forgets what was sent before that time. */
  forgetBefore(time: number): void {
    while (this.size > 0 && this.oldest! < time) {
      this.#first++;
    }
    // Copied once half of it is forgotten, so that forgetting one costs no more than keeping one.
    if (this.#first * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
  }

  #indexAfter(position: number): number {
    let low = this.#first;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.position > position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}

function isFor({ rooms, except }: Entry, own: readonly Room[]): boolean {
  const included = rooms.size === 0 || own.some((room) => rooms.has(room));
  return included && !own.some((room) => except?.has(room));
}
