import { Assembler } from "./assembler.ts";
import { Emitter } from "./emitter.ts";
import type { Chunk } from "./packet.ts";
import type { DecoderOptions, Reviver } from "./text.ts";

/** The emitter form of {@link Assembler}: `decoded` is emitted with each complete packet. */
export class Decoder extends Emitter {
  readonly #assembler: Assembler;

  /** @param options or the reviver alone, as older versions took it */
  constructor(options?: DecoderOptions | Reviver) {
    super();
    this.#assembler = new Assembler(typeof options === "function" ? { reviver: options } : options);
  }

  /** @throws DecodeError for anything the protocol does not allow at this point */
  add(chunk: Chunk): void {
    const packet = this.#assembler.add(chunk);
    if (packet) {
      this.emit("decoded", packet);
    }
  }

  /** Forgets a packet that is still waiting for attachments. */
  destroy(): void {
    this.#assembler.reset();
  }
}
