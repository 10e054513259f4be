import { bytesOf } from "@hawser/engine-codec/frames";
import { createCookieJar } from "./cookie-jar.ts";
import type { Platform } from "./platform.ts";

export const node: Platform = {
  binaryType: "nodebuffer",

  toBinary(data, type) {
    const { buffer, byteOffset, byteLength } = bytesOf(data) as Uint8Array<ArrayBuffer>;
    if (type !== "arraybuffer" && type !== "blob") {
      // Also for other names, of which `buffer` is a documented one.
      return Buffer.from(buffer, byteOffset, byteLength);
    }
    const copy = buffer.slice(byteOffset, byteOffset + byteLength);
    return type === "blob" ? new Blob([copy]) : copy;
  },

  createCookieJar,
};
