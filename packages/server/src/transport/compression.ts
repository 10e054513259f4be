import { deflate, gzip, type ZlibOptions } from "node:zlib";
import type { PerMessageDeflateOptions } from "ws";
import { acceptedEncoding } from "../http/accept-encoding.ts";
import type { HttpCompressionOptions } from "../options.ts";

/** Bytes from which permessage-deflate compresses a message, unless the application says otherwise. */
const DEFLATE_THRESHOLD = 1024;

/** The option `perMessageDeflate` with its defaults. */
export function deflateOptions(
  option: boolean | PerMessageDeflateOptions,
): false | PerMessageDeflateOptions {
  return option && { threshold: DEFLATE_THRESHOLD, ...(option === true ? {} : option) };
}

export type ContentEncoding = "gzip" | "deflate";

/** Whether a polling body of that many bytes is to be compressed, if the peer can read it then. */
export function isWorthCompressing(
  option: boolean | HttpCompressionOptions,
  bytes: number,
): boolean {
  return option === true || (option !== false && bytes >= (option.threshold ?? 0));
}

/** The encoding to use, or `undefined` to send a body as it is. */
export function chooseEncoding(acceptEncoding: string): ContentEncoding | undefined {
  return acceptedEncoding(acceptEncoding, ["gzip", "deflate"]);
}

/** Compresses off the main thread. */
export function compress(
  body: string | Uint8Array,
  encoding: ContentEncoding,
  option: boolean | HttpCompressionOptions,
  done: (error: Error | null, compressed: Buffer) => void,
): void {
  const options = (typeof option === "object" ? option : {}) as ZlibOptions;
  const run = encoding === "gzip" ? gzip : deflate;
  try {
    run(body, options, done);
  } catch (error) {
    // Options of the application that zlib does not take.
    done(error as Error, Buffer.alloc(0));
  }
}
