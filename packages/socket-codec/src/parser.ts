import { Assembler } from "./assembler.ts";
import { isBinary } from "./binary.ts";
import { Emitter } from "./emitter.ts";
import { Encoder as PacketEncoder } from "./encoder.ts";
import { DecodeError, PacketType as TYPES } from "./packet.ts";
import type { DecoderOptions as AssemblerOptions, Reviver } from "./text.ts";
import { isPacketValid as isValid } from "./validate.ts";

/** The types of packets by name, and their names by type. */
export const PacketType: typeof TYPES & { readonly [type: number]: string } = {
  ...Object.fromEntries(Object.entries(TYPES).map(([name, type]) => [type, name])),
  ...TYPES,
};

export type PacketType = TYPES;

/** One Socket.IO packet. */
export interface Packet {
  type: PacketType;
  /** The namespace, with its leading slash. */
  nsp: string;
  data?: any;
  id?: number;
  /** How many binary chunks follow the text; set only while a packet is put together. */
  attachments?: number;
}

export type DecoderOptions = Pick<AssemblerOptions, "reviver" | "maxAttachments">;

/** Turns packets into text and attachments. Holds no state between packets. */
export class Encoder extends PacketEncoder {
  /**
   * The chunks to send, in order: the text, then the attachments, each as a message of its own.
   * @throws TypeError for what JSON cannot hold
   */
  override encode(packet: Packet): any[] {
    const chunks = super.encode(packet);
    if (packet.type < TYPES.BINARY_EVENT) {
      return chunks;
    }
    // Bytes were taken out of it before.
    return [`${packet.type}${packet.attachments}-${String(chunks[0]).slice(1)}`];
  }
}

type PacketListener = (packet: Packet) => void;

/** The types of the emitter; nothing of it exists at run time. */
declare class DecodedEvents {
  on(event: "decoded", listener: PacketListener): this;
  once(event: "decoded", listener: PacketListener): this;
  off(event?: "decoded", listener?: PacketListener): this;
  addEventListener(event: "decoded", listener: PacketListener): this;
  removeListener(event?: "decoded", listener?: PacketListener): this;
  removeEventListener(event?: "decoded", listener?: PacketListener): this;
  removeAllListeners(event?: "decoded"): this;
  listeners(event: "decoded"): PacketListener[];
  hasListeners(event: "decoded"): boolean;
  emit(event: "decoded", packet: Packet): this;
  protected emitReserved(event: "decoded", packet: Packet): void;
}

/** Puts packets together from the chunks of one connection, and emits each as `decoded`. */
export class Decoder extends (Emitter as unknown as typeof DecodedEvents) {
  /** What waits for attachments; null between packets. */
  reconstructor: object | null = null;
  readonly #assembler: Assembler;

  /** @param options or the reviver alone */
  constructor(options?: DecoderOptions | Reviver) {
    super();
    this.#assembler = new Assembler(typeof options === "function" ? { reviver: options } : options);
  }

  /** @throws Error with the code `INVALID_PACKET`, for anything the protocol does not allow at this point */
  add(chunk: any): void {
    if (typeof chunk !== "string" && !isBinary(chunk)) {
      throw new DecodeError(`Unknown type: ${chunk}`);
    }
    const packet = this.#assembler.add(chunk);
    this.reconstructor = packet ? null : this.#assembler;
    if (packet) {
      this.emitReserved("decoded", packet);
    }
  }

  /** Forgets a packet that is still waiting for attachments. */
  destroy(): void {
    this.#assembler.reset();
    this.reconstructor = null;
  }
}

/** Whether a packet of the types 0 to 4 is well formed. */
export function isPacketValid(packet: Packet): boolean {
  return isValid(packet);
}
