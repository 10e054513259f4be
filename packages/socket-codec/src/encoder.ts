import { extract, hasBinary } from "./binary.ts";
import { type Chunk, type Packet, PacketType } from "./packet.ts";

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
  encode(packet: Packet): Chunk[] {
    const { type } = packet;
    if ((type === PacketType.EVENT || type === PacketType.ACK) && hasBinary(packet.data)) {
      const attachments: Chunk[] = [];
      const data = extract(packet.data, attachments);
      const binaryType =
        type === PacketType.EVENT ? PacketType.BINARY_EVENT : PacketType.BINARY_ACK;
      attachments.unshift(this.#text(`${binaryType}${attachments.length}-`, packet, data));
      return attachments;
    }
    return [this.#text(`${type}`, packet, packet.data)];
  }

  #text(head: string, { nsp, id }: Packet, data: unknown): string {
    let text = head;
    if (nsp && nsp !== "/") {
      text += `${nsp},`;
    }
    if (id !== undefined && id !== null) {
      text += id;
    }
    if (data !== undefined && data !== null) {
      text += JSON.stringify(data, this.#replacer);
    }
    return text;
  }
}
