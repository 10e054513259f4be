import { isBinary } from "@hawser/socket-codec/packets";

/**
 * About how much memory `value` holds, in bytes: texts by their characters, bytes as they are, eight
 * for anything else. What is found twice is held once, so that cycles end.
 */
export function heldBytes(value: unknown): number {
  let bytes = 0;
  const seen = new Set<unknown>();
  const pending = [value];
  while (pending.length > 0) {
    const item = pending.pop();
    if (typeof item === "string") {
      bytes += item.length;
    } else if (typeof item !== "object" || item === null) {
      bytes += 8;
    } else if (!seen.has(item)) {
      seen.add(item);
      if (isBinary(item)) {
        bytes += item.byteLength ?? (item as unknown as Blob).size;
      } else {
        for (const [key, part] of Object.entries(item)) {
          bytes += Array.isArray(item) ? 0 : key.length;
          pending.push(part);
        }
      }
    }
  }
  return bytes;
}
