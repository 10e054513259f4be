import { Assembler, type Chunk, nestsTooDeep, type Packet } from "@hawser/socket-codec/packets";
import type { Parser, ParserDecoder } from "../options.ts";

/** Turns the messages of one connection into packets. */
export interface Reader {
  /** The packet that this chunk completes, if it does. Throws for what cannot be read. */
  add(chunk: Chunk): Packet | undefined;
  /** Forgets what is incomplete. */
  reset(): void;
}

const OPTIONS = { refuses: nestsTooDeep };

/** @param deliver called with the packets of a parser of the application */
export function createReader(
  parser: Parser | undefined,
  deliver: (packet: Packet) => void,
): Reader {
  return parser ? new ParserReader(new parser.Decoder(), deliver) : new Assembler(OPTIONS);
}

/** A decoder of the application, which emits its packets. */
class ParserReader implements Reader {
  readonly #decoder: ParserDecoder;

  constructor(decoder: ParserDecoder, deliver: (packet: Packet) => void) {
    this.#decoder = decoder;
    decoder.on("decoded", (packet) => deliver(packet as Packet));
  }

  add(chunk: Chunk): undefined {
    this.#decoder.add(chunk);
  }

  reset(): void {
    this.#decoder.destroy?.();
  }
}
