import type { Platform } from "./platform.ts";

export const browser: Platform = {
  binaryType: "arraybuffer",

  toBinary(data, type) {
    // Of an ArrayBuffer this is the same one again, of an array a copy.
    const { buffer } = new Uint8Array(data as ArrayBuffer);
    return type === "blob" ? new Blob([buffer]) : buffer;
  },

  onPage(listeners) {
    const { addEventListener, removeEventListener } = globalThis;
    for (const event in listeners) {
      // Missing in React Native.
      addEventListener?.(event, listeners[event]!);
    }
    return () => {
      for (const event in listeners) {
        removeEventListener?.(event, listeners[event]!);
      }
    };
  },
};
