import { bytesOf } from "@hawser/engine-codec";
import type { Platform } from "./platform.ts";

export const browser: Platform = {
  binaryType: "arraybuffer",

  toBinary(data, type) {
    const bytes = bytesOf(data) as Uint8Array<ArrayBuffer>;
    if (type === "blob") {
      return new Blob([bytes]);
    }
    return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
  },

  onPage(event, listener) {
    // Missing in React Native.
    globalThis.addEventListener?.(event, listener);
    return () => globalThis.removeEventListener?.(event, listener);
  },
};
