import {
  Assembler,
  type Chunk,
  DecodeError,
  nestsTooDeep,
  type Packet,
} from "@hawser/socket-codec/packets";
import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import { LimitError } from "../errors.ts";
import type { Limits } from "../limits/limits.ts";
import type { Parser, ParserDecoder } from "../options.ts";

/** Turns the messages of one connection into packets. */
export interface Reader {
  /** The packet that this chunk completes, if it does. Throws for what cannot be read. */
  add(chunk: Chunk): Packet | undefined;
  /** The connection has ended: nothing is waited for any more. */
  end(): void;
}

/** What a reader tells its connection outside of `add`. */
export interface ReaderOwner {
  /** A parser of the application has a packet. */
  readerOnPacket(packet: Packet): void;
  /** What waits for the rest of a packet has waited too long. */
  readerOnError(error: Error): void;
}

/** What readers share. */
export interface ReaderHost {
  /** The parser of the application, or `undefined` for the default one. */
  readonly customParser: Parser | undefined;
  readonly limits: Limits;
  readonly timers: Timers;
}

export function createReader(host: ReaderHost, owner: ReaderOwner): Reader {
  const { customParser } = host;
  return customParser
    ? new ParserReader(new customParser.Decoder(), owner)
    : new PacketReader(host, owner);
}

/** Made once for all connections with the same limit. */
let options = { refuses: nestsTooDeep, maxAttachments: 0 };

function optionsFor(maxAttachments: number): typeof options {
  if (options.maxAttachments !== maxAttachments) {
    options = { ...options, maxAttachments };
  }
  return options;
}

/** The default parser, which waits for attachments within limits. */
class PacketReader extends Assembler implements Reader, Expirable {
  readonly #host: ReaderHost;
  readonly #owner: ReaderOwner;
  /** Bytes that have come of the packet that is being put together. */
  #bytes = 0;
  #isWaiting = false;
  /** How many packets had attachments. */
  #started = 0;
  /** The one that waited when the timer was started. */
  #watched = 0;
  /** Runs on when a packet is complete: stopping and starting it for each would cost more than the packet. */
  #limit: Duration | undefined;

  constructor(host: ReaderHost, owner: ReaderOwner) {
    super(optionsFor(host.limits.attachments));
    this.#host = host;
    this.#owner = owner;
  }

  override add(chunk: Chunk): Packet | undefined {
    if (typeof chunk !== "string") {
      this.#count(chunk as Uint8Array);
    }
    const packet = this.#read(chunk);
    if (packet) {
      this.#isWaiting = false;
    } else if (typeof chunk === "string") {
      this.#startWaiting();
    }
    return packet;
  }

  end(): void {
    this.reset();
    this.#isWaiting = false;
    this.#limit?.stop(this);
    this.#limit = undefined;
  }

  [expire](): void {
    this.#limit = undefined;
    if (!this.#isWaiting) {
      return;
    }
    if (this.#watched === this.#started) {
      this.#owner.readerOnError(new LimitError("packetTime", this.#host.limits.packetTime));
    } else {
      this.#watch();
    }
  }

  #read(chunk: Chunk): Packet | undefined {
    try {
      return super.add(chunk);
    } catch (error) {
      const { attachments } = this.#host.limits;
      throw error instanceof DecodeError && error.message === "too many attachments"
        ? new LimitError("attachments", attachments)
        : error;
    }
  }

  #count({ byteLength }: Uint8Array): void {
    const { attachmentBytes } = this.#host.limits;
    this.#bytes += byteLength;
    if (this.#isWaiting && this.#bytes > attachmentBytes) {
      throw new LimitError("attachmentBytes", attachmentBytes, this.#bytes);
    }
  }

  #startWaiting(): void {
    this.#bytes = 0;
    this.#isWaiting = true;
    this.#started++;
    if (this.#limit === undefined) {
      this.#watch();
    }
  }

  #watch(): void {
    const { timers, limits } = this.#host;
    this.#watched = this.#started;
    if (limits.packetTime !== Number.POSITIVE_INFINITY) {
      this.#limit = timers.start(this, limits.packetTime);
    }
  }
}

/** A decoder of the application, which emits its packets. */
class ParserReader implements Reader {
  readonly #decoder: ParserDecoder;

  constructor(decoder: ParserDecoder, owner: ReaderOwner) {
    this.#decoder = decoder;
    decoder.on("decoded", (packet) => owner.readerOnPacket(packet as Packet));
  }

  add(chunk: Chunk): undefined {
    this.#decoder.add(chunk);
  }

  end(): void {
    this.#decoder.destroy?.();
  }
}
