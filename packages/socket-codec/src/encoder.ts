import { extract } from "./binary.ts";
import { BINARY_OFFSET, type Chunk, type Packet, PacketType } from "./packet.ts";

/** As the second argument of JSON.stringify. */
export type Replacer = (this: unknown, key: string, value: unknown) => unknown;

/** Turns packets into text and attachments. Holds no state between packets. */
export class Encoder {
  readonly #replacer: Replacer | undefined;

  constructor(replacer?: Replacer) {
    this.#replacer = replacer;
  }

  /**
   * The chunks to send, in order: the text, then the attachments, each as a message of its own.
   * @throws TypeError for what JSON cannot hold (BigInt, cycles)
   */
  encode({ type, nsp, id, data }: Packet): Chunk[] {
    const chunks: Chunk[] = [];
    let content = data;
    if (type === PacketType.EVENT || type === PacketType.ACK) {
      content = extract(data, chunks);
    }
    let text = chunks.length > 0 ? `${type + BINARY_OFFSET}${chunks.length}-` : `${type}`;
    if (nsp && nsp !== "/") {
      text += `${nsp},`;
    }
    if (id !== undefined && id !== null) {
      text += id;
    }
    if (content !== undefined && content !== null) {
      text += JSON.stringify(content, this.#replacer);
    }
    return chunks.length > 0 ? [text, ...chunks] : [text];
  }
}
