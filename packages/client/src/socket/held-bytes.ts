import { isBinary } from "@hawser/socket-codec/packets";

/** About how many bytes a value holds: texts by their characters, bytes as they are, eight for anything else. */
export function heldBytes(value: unknown): number {
  if (typeof value === "string") {
    return value.length;
  }
  if (isBinary(value)) {
    return value.byteLength ?? (value as unknown as Blob).size;
  }
  return Object.values(value ?? {}).reduce((sum: number, part) => sum + heldBytes(part), 8);
}
