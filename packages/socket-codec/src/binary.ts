import { type Chunk, DecodeError } from "./packet.ts";

type Reference = Record<string, unknown>;

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
  return isReference(value) ? extractFrom(value, attachments) : value;
}

/** Asked in the loops below too: most items are none, and a call for each would take longest of all. */
function isReference(value: unknown): value is Reference {
  return typeof value === "object" && value !== null;
}

function extractFrom(value: Reference, attachments: Chunk[]): unknown {
  return Array.isArray(value)
    ? extractFromList(value, attachments)
    : extractFromObject(value, attachments);
}

function extractFromList(list: unknown[], attachments: Chunk[]): unknown[] {
  let copy = list;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (isReference(item)) {
      const replaced = extractFrom(item, attachments);
      if (replaced !== item) {
        copy = copy === list ? [...list] : copy;
        copy[i] = replaced;
      }
    }
  }
  return copy;
}

function extractFromObject(object: Reference, attachments: Chunk[]): unknown {
  // Most are plain objects, which their constructor tells sooner than all that bytes could be.
  if (object.constructor !== Object && isBinary(object)) {
    return { _placeholder: true, num: attachments.push(object) - 1 };
  }
  if (typeof object.toJSON === "function") {
    const before = attachments.length;
    const json = extract(object.toJSON(), attachments);
    return attachments.length > before ? json : object;
  }
  let copy = object;
  for (const key in object) {
    const item = object[key];
    if (isReference(item) && isOwn.call(object, key)) {
      const replaced = extractFrom(item, attachments);
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
  if (!isReference(value)) {
    return value;
  }
  if (value._placeholder === true) {
    const chunk = typeof value.num === "number" && attachments[value.num];
    if (!chunk) {
      throw new DecodeError("illegal attachments");
    }
    return chunk;
  }
  if (Array.isArray(value)) {
    return value.map((item) => restore(item, attachments));
  }
  for (const key of Object.keys(value)) {
    value[key] = restore(value[key], attachments);
  }
  return value;
}
