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
  const manager: Listener = {};
  const encode: PacketEncoder["encode"] = (packet) => encoder.encode(packet);
  const translator = create((packet) => manager.decoded?.(packet), encode);
  decoder.on("decoded", (packet) => translator.incoming(packet));
  // Not classes of each session: code that serves many of them would be slow.
  return {
    Encoder: TranslatingEncoder.bind(undefined, translator, encode),
    Decoder: TranslatingDecoder.bind(undefined, translator, decoder, manager),
  };
}

interface Listener {
  decoded?: (packet: Packet) => void;
}

class TranslatingEncoder implements PacketEncoder {
  readonly #translator: Translator;
  readonly #encode: PacketEncoder["encode"];

  constructor(translator: Translator, encode: PacketEncoder["encode"]) {
    this.#translator = translator;
    this.#encode = encode;
  }

  encode(packet: Packet): Chunk[] {
    const packets = this.#translator.outgoing(packet);
    return packets.length === 1 ? this.#encode(packets[0]!) : packets.flatMap(this.#encode);
  }
}

class TranslatingDecoder implements PacketDecoder {
  readonly #translator: Translator;
  readonly #decoder: PacketDecoder;
  readonly #manager: Listener;

  constructor(translator: Translator, decoder: PacketDecoder, manager: Listener) {
    this.#translator = translator;
    this.#decoder = decoder;
    this.#manager = manager;
  }

  on(_event: "decoded", decoded: (packet: Packet) => void): void {
    this.#manager.decoded = decoded;
  }

  add(chunk: Chunk): void {
    try {
      this.#decoder.add(chunk);
    } catch (error) {
      const packet = oddRefusal(chunk);
      if (!packet) {
        throw error;
      }
      this.#translator.incoming(packet);
    }
  }

  destroy(): void {
    this.#decoder.destroy?.();
  }
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
