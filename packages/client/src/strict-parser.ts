import {
  type Chunk,
  DecodeError,
  Decoder,
  Encoder,
  nestsTooDeep,
} from "@hawser/socket-codec/packets";
import type { Parser } from "./parser.ts";
import { MAX_PAYLOAD } from "./platform/platform.ts";

/** Refuses what a server could end this process with; a browser would only lose a page. */
class StrictDecoder extends Decoder {
  #attachedBytes = 0;

  constructor() {
    super({ refuses: nestsTooDeep });
  }

  override add(chunk: Chunk): void {
    this.#attachedBytes = typeof chunk === "string" ? 0 : this.#attachedBytes + chunk.byteLength;
    if (this.#attachedBytes > MAX_PAYLOAD) {
      throw new DecodeError("attachments are too large");
    }
    super.add(chunk);
  }
}

/** The default encoding in Node. */
export const strictParser: Parser = { Encoder, Decoder: StrictDecoder };
