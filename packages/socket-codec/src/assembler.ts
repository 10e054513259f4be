import { restore } from "./binary.ts";
import { type Chunk, DecodeError, type Packet, PacketType } from "./packet.ts";
import { decodeText, type Reviver } from "./text.ts";

export interface DecoderOptions {
  /** Passed to JSON.parse. */
  reviver?: Reviver | undefined;
  /** How many attachments a packet may announce. Default: 10. */
  maxAttachments?: number | undefined;
}

/** Puts packets together from the chunks of one connection. */
export class Assembler {
  readonly #reviver: Reviver | undefined;
  readonly #maxAttachments: number;
  #packet: Packet | undefined;
  #attachments: Chunk[] | undefined;

  constructor(options?: DecoderOptions) {
    this.#reviver = options?.reviver;
    this.#maxAttachments = options?.maxAttachments ?? 10;
  }

  /**
   * Takes the next chunk, and answers the packet that it completes, if it does. Binary events and
   * acknowledgements come back as EVENT and ACK, their bytes in place.
   * @throws DecodeError for anything the protocol does not allow at this point
   */
  add(chunk: Chunk): Packet | undefined {
    if (typeof chunk === "string") {
      if (this.#packet) {
        throw new DecodeError("text where an attachment was announced");
      }
      const packet = decodeText(chunk, this.#maxAttachments, this.#reviver);
      if (packet.attachments === undefined) {
        return packet;
      }
      this.#packet = packet;
      this.#attachments = [];
      return undefined;
    }
    const packet = this.#packet;
    if (!packet) {
      throw new DecodeError("an attachment that was not announced");
    }
    const attachments = this.#attachments!;
    attachments.push(chunk);
    if (attachments.length < packet.attachments!) {
      return undefined;
    }
    this.reset();
    return complete(packet, attachments);
  }

  /** Forgets a packet that is still waiting for attachments. */
  reset(): void {
    this.#packet = undefined;
    this.#attachments = undefined;
  }
}

function complete(packet: Packet, attachments: Chunk[]): Packet {
  packet.type = packet.type === PacketType.BINARY_EVENT ? PacketType.EVENT : PacketType.ACK;
  packet.attachments = undefined;
  if (packet.data !== undefined && !restore(packet.data as unknown[], attachments)) {
    throw new DecodeError("a placeholder for an attachment that does not exist");
  }
  return packet;
}
