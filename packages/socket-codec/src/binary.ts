import { type Chunk, DecodeError } from "./packet.ts";

// Blob and File are missing in some runtimes; File extends Blob wherever both exist.
const BlobClass = globalThis.Blob as typeof Blob | undefined;

// Within a for-in loop this costs nothing, since V8 leaves it out there; Object.hasOwn is called.
export const isOwn = Object.prototype.hasOwnProperty;

export function isBinary(value: unknown): value is Exclude<Chunk, string> {
  return (
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    (BlobClass !== undefined && value instanceof BlobClass)
  );
}

/** Whether bytes are found anywhere in `value`, looking through `toJSON()` as JSON.stringify does. */
export function hasBinary(value: unknown): boolean {
  const attachments: Chunk[] = [];
  extract(value, attachments);
  return attachments.length > 0;
}

/**
 * `value` with a placeholder in the place of all bytes, which are appended to `attachments` depth
 * first, in the order of their numbers. Only what contains bytes is copied.
 */
export function extract(value: unknown, attachments: Chunk[]): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    let items = value;
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      // Asked here too, as below: most items are none, and a call for each would take longest of all.
      if (typeof item === "object") {
        const replaced = extract(item, attachments);
        if (replaced !== item) {
          items = items === value ? [...value] : items;
          items[i] = replaced;
        }
      }
    }
    return items;
  }
  if (isBinary(value)) {
    return { _placeholder: true, num: attachments.push(value) - 1 };
  }
  const object = value as Record<string, unknown>;
  if (typeof object.toJSON === "function") {
    const before = attachments.length;
    const json = extract(object.toJSON(), attachments);
    return attachments.length > before ? json : value;
  }
  let copy = object;
  for (const key in object) {
    const item = object[key];
    if (typeof item === "object" && isOwn.call(object, key)) {
      const replaced = extract(item, attachments);
      if (replaced !== item) {
        // A spread defines properties, so that one called __proto__ is written like any other.
        copy = copy === object ? { ...object } : copy;
        copy[key] = replaced;
      }
    }
  }
  return copy;
}

/**
 * Puts the attachments back, in place in objects, in a copy of arrays.
 * @throws DecodeError for a placeholder whose number is no index of `attachments` (a number such as
 * "splice" once put a function into users' data: CVE-2022-2421)
 */
export function restore(value: unknown, attachments: readonly Chunk[]): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const source = value as Record<string, unknown>;
  if (source._placeholder === true) {
    const chunk = typeof source.num === "number" ? attachments[source.num] : undefined;
    if (chunk === undefined) {
      throw new DecodeError("illegal attachments");
    }
    return chunk;
  }
  if (Array.isArray(value)) {
    return value.map((item) => restore(item, attachments));
  }
  for (const key of Object.keys(source)) {
    source[key] = restore(source[key], attachments);
  }
  return value;
}
