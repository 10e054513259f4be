import { restore } from "./binary.ts";
import { BINARY_OFFSET, type Chunk, DecodeError, type Packet, type PacketType } from "./packet.ts";
import { decodeText, type Refuses, type Reviver } from "./text.ts";

export interface DecoderOptions {
  /** Passed to JSON.parse. */
  reviver?: Reviver | undefined;
  /** How many attachments a packet may announce. Default: 10. */
  maxAttachments?: number | undefined;
  /** Asked before JSON is parsed, such as `nestsTooDeep` for packets of strangers. Default: refuses none. */
  refuses?: Refuses | undefined;
}

/** Puts packets together from the chunks of one connection. */
export class Assembler {
  readonly #reviver: Reviver | undefined;
  readonly #maxAttachments: number;
  readonly #refuses: Refuses | undefined;
  #packet: Packet | undefined;
  #attachments: Chunk[] = [];

  constructor(options?: DecoderOptions) {
    this.#reviver = options?.reviver;
    this.#maxAttachments = options?.maxAttachments ?? 10;
    this.#refuses = options?.refuses;
  }

  /**
   * Takes the next chunk, and answers the packet that it completes, if it does. Binary events and
   * acknowledgements come back as EVENT and ACK, their bytes in place.
   * @throws DecodeError for anything the protocol does not allow at this point
   */
  add(chunk: Chunk): Packet | undefined {
    if (typeof chunk === "string") {
      if (this.#packet) {
        throw new DecodeError("got plaintext data when reconstructing a packet");
      }
      const packet = decodeText(chunk, this.#maxAttachments, this.#reviver, this.#refuses);
      if (packet.attachments === undefined) {
        return packet;
      }
      this.#packet = packet;
      return undefined;
    }
    const packet = this.#packet;
    if (!packet) {
      throw new DecodeError("got binary data when not reconstructing a packet");
    }
    const attachments = this.#attachments;
    attachments.push(chunk);
    if (attachments.length < packet.attachments!) {
      return undefined;
    }
    this.reset();
    // A new object: how many attachments there were is no part of a complete packet.
    const complete: Packet = {
      type: (packet.type - BINARY_OFFSET) as PacketType,
      nsp: packet.nsp,
      data: restore(packet.data, attachments),
    };
    if (packet.id !== undefined) {
      complete.id = packet.id;
    }
    return complete;
  }

  /** Forgets a packet that is still waiting for attachments. */
  reset(): void {
    this.#packet = undefined;
    this.#attachments = [];
  }
}
