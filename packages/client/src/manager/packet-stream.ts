import { Assembler, type Chunk, Encoder, type Packet } from "@hawser/socket-codec";
import type { Parser } from "../options.ts";

/** A packet on its way out. */
export interface OutgoingPacket extends Packet {
  options?: { compress: boolean };
}

/** Turns packets into chunks and back, for one session. */
export interface PacketStream {
  encode(packet: OutgoingPacket): Chunk[];
  /** @throws for a chunk that the protocol does not allow at this point */
  add(chunk: Chunk): void;
  /** Forgets a packet that is still waiting for attachments. */
  end(): void;
}

interface CustomEncoder {
  encode(packet: Packet): Chunk[];
}

interface CustomDecoder {
  on(event: "decoded", listener: (packet: Packet) => void): unknown;
  add(chunk: Chunk): void;
  destroy?(): void;
}

/** @param parser the user's own, instead of the default encoding */
export function createPacketStream(
  parser: Parser | undefined,
  received: (packet: Packet) => void,
): PacketStream {
  if (parser) {
    const encoder = new parser.Encoder() as CustomEncoder;
    const decoder = new parser.Decoder() as CustomDecoder;
    decoder.on("decoded", received);
    return {
      encode: (packet) => encoder.encode(packet),
      add: (chunk) => decoder.add(chunk),
      end: () => decoder.destroy?.(),
    };
  }
  const encoder = new Encoder();
  const assembler = new Assembler();
  return {
    encode: (packet) => encoder.encode(packet),
    add(chunk) {
      const packet = assembler.add(chunk);
      if (packet) {
        received(packet);
      }
    },
    end: () => assembler.reset(),
  };
}
