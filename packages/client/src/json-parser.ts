import { Decoder, Encoder } from "@hawser/socket-codec/packets";
import type { Parser } from "./options.ts";

/** The default encoding. */
export const jsonParser: Parser = { Encoder, Decoder };
