import type { Platform } from "./platform.ts";

export const browser: Platform = {
  binaryType: "arraybuffer",

  toBinary(data, type) {
    if (type === "blob") {
      return new Blob([data as ArrayBuffer]);
    }
    return ArrayBuffer.isView(data)
      ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
      : data;
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
