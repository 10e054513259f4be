/** Standard base64, by the fastest means the runtime has; the choice is made once, at load. */
import { bytesOf } from "./bytes.ts";

interface NodeBuffer {
  from(data: string, encoding: "base64"): Uint8Array;
  from(data: ArrayBufferLike, offset: number, length: number): { toString(e: "base64"): string };
}

const nodeBuffer = (globalThis as { Buffer?: NodeBuffer }).Buffer;

export const encodeBase64: (data: ArrayBuffer | ArrayBufferView) => string = nodeBuffer
  ? (data) =>
      ArrayBuffer.isView(data)
        ? nodeBuffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64")
        : nodeBuffer.from(data, 0, data.byteLength).toString("base64")
  : (data) => {
      const bytes = bytesOf(data);
      let binary = "";
      // In chunks: fromCharCode takes its input as arguments, and their number is limited.
      for (let i = 0; i < bytes.length; i += 0x8000) {
        binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
      }
      return btoa(binary);
    };

const BASE64_FORM = /^[A-Za-z0-9+/]*={0,2}$/;

/** `undefined` for text that is not base64: what decodes it skips what it does not know. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!BASE64_FORM.test(text)) {
    return undefined;
  }
  try {
    return nodeBuffer?.from(text, "base64") ?? fromBinaryString(atob(text));
  } catch {
    return undefined;
  }
}

function fromBinaryString(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}
