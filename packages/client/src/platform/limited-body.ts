import type { ReadBody } from "./fetch.ts";
import { MAX_PAYLOAD } from "./platform.ts";

/** Reads a body, and fails once it has more bytes. */
export const readLimited: ReadBody = async ({ body }, maxBytes = MAX_PAYLOAD) => {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return new Blob(chunks);
    }
    size += value.length;
    if (size > maxBytes) {
      reader.cancel().catch(() => {});
      throw new Error(`the response has more than ${maxBytes} bytes`);
    }
    chunks.push(value);
  }
};
