import { bytesOf } from "@hawser/engine-codec/frames";

/** Bytes up to that many are copied when they are sent; more leave at once, as far as the connection takes them. */
const MAX_COPIED = 8 * 1024;

type Bytes = ArrayBuffer | ArrayBufferView;

function isBytes(data: unknown): data is Bytes {
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer;
}

/** Whether it is bytes, few enough to be copied. */
export function isSmall(data: unknown): data is Bytes {
  return typeof data === "object" && isBytes(data) && data.byteLength <= MAX_COPIED;
}

/** Whether it is bytes, too many to be copied. */
export function isLarge(data: unknown): data is Bytes {
  return typeof data === "object" && isBytes(data) && data.byteLength > MAX_COPIED;
}

/** The bytes as they are now, whatever the application does with its own meanwhile. */
export function copyOf(bytes: Bytes): Buffer {
  return Buffer.from(bytesOf(bytes));
}
