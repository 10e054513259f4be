import { restore } from "./binary.ts";
import { BINARY_OFFSET, type Chunk, DecodeError, type Packet, type PacketType } from "./packet.ts";
import { type DecoderOptions, decodeText } from "./text.ts";

/** A packet whose attachments are still coming. */
interface Incomplete {
  packet: Packet;
  attachments: Chunk[];
}

/** Puts packets together from the chunks of one connection. */
export class Assembler {
  readonly #options: DecoderOptions;
  #incomplete: Incomplete | undefined;

  constructor(options?: DecoderOptions) {
    this.#options = options ?? {};
  }

  /**
   * Takes the next chunk, and answers the packet that it completes, if it does. Binary events and
   * acknowledgements come back as EVENT and ACK, their bytes in place.
   * @throws DecodeError for anything the protocol does not allow at this point
   */
  add(chunk: Chunk): Packet | undefined {
    const incomplete = this.#incomplete;
    if (typeof chunk === "string") {
      if (incomplete) {
        throw new DecodeError("got plaintext data when reconstructing a packet");
      }
      const packet = decodeText(chunk, this.#options);
      if (packet.attachments === undefined) {
        return packet;
      }
      this.#incomplete = { packet, attachments: [] };
      return undefined;
    }
    if (!incomplete) {
      throw new DecodeError("got binary data when not reconstructing a packet");
    }
    const { packet, attachments } = incomplete;
    if (attachments.push(chunk) < packet.attachments!) {
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
    this.#incomplete = undefined;
  }
}
