import { type Chunk, type Packet, PacketType } from "@hawser/socket-codec/packets";
import type { PacketDecoder, PacketEncoder } from "../manager/connection.ts";
import type { Parser } from "../parser.ts";

/** Stands between a Manager and its parser. */
export interface Translator {
  /** What to send for a packet of the Manager. */
  outgoing(packet: Packet): readonly Packet[];
  /** A packet of the server. What the Manager is to have of it is delivered. */
  incoming(packet: Packet): void;
}

/**
 * A parser for one session, with a translator before it.
 * @param create given how to deliver a packet to the Manager, and the encoding
 */
export function translated(
  parser: Parser,
  create: (deliver: (packet: Packet) => void, encode: PacketEncoder["encode"]) => Translator,
): Parser {
  const encoder = new parser.Encoder() as PacketEncoder;
  const decoder = new parser.Decoder() as PacketDecoder;
  let listener: ((packet: Packet) => void) | undefined;
  const encode: PacketEncoder["encode"] = (packet) => encoder.encode(packet);
  const translator = create((packet) => listener?.(packet), encode);
  decoder.on("decoded", (packet) => translator.incoming(packet));

  return {
    Encoder: class implements PacketEncoder {
      encode(packet: Packet) {
        return translator.outgoing(packet).flatMap(encode);
      }
    },
    Decoder: class implements PacketDecoder {
      on(_event: "decoded", decoded: (packet: Packet) => void) {
        listener = decoded;
      }
      add: PacketDecoder["add"] = (chunk) => {
        try {
          decoder.add(chunk);
        } catch (error) {
          const packet = oddRefusal(chunk);
          if (!packet) {
            throw error;
          }
          translator.incoming(packet);
        }
      };
      destroy = () => decoder.destroy?.();
    },
  };
}

/** An ERROR with what protocol 5 does not allow there, and its decoders refuse: a list, true, -1. */
function oddRefusal(chunk: Chunk): Packet | undefined {
  const [, nsp = "/", json] = /^4(?:(\/[^,]*),)?(\[.*|true|-.*)$/s.exec(chunk as string) ?? [];
  try {
    return json ? { type: PacketType.CONNECT_ERROR, nsp, data: JSON.parse(json) } : undefined;
  } catch {
    return undefined;
  }
}
