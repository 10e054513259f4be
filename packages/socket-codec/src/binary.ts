import type { Chunk } from "./packet.ts";

interface Placeholder {
  _placeholder: true;
  num: number;
}

// Blob and File are missing in some runtimes; File extends Blob wherever both exist.
const BlobClass = globalThis.Blob as typeof Blob | undefined;

export function isBinary(value: unknown): value is Exclude<Chunk, string> {
  return (
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    (BlobClass !== undefined && value instanceof BlobClass)
  );
}

/** Whether bytes are found anywhere in `value`, looking through `toJSON()` as JSON.stringify does. */
export function hasBinary(value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  if (isBinary(value)) {
    return true;
  }
  if (Array.isArray(value)) {
    for (const item of value) {
      if (hasBinary(item)) {
        return true;
      }
    }
    return false;
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return hasBinary(value.toJSON());
  }
  for (const key in value) {
    if (Object.hasOwn(value, key) && hasBinary((value as Record<string, unknown>)[key])) {
      return true;
    }
  }
  return false;
}

/**
 * A copy of `value` with a placeholder in the place of all bytes, which are appended to
 * `attachments` depth first, in the order of their numbers.
 */
export function extract(value: unknown, attachments: Chunk[]): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (isBinary(value)) {
    const placeholder: Placeholder = { _placeholder: true, num: attachments.length };
    attachments.push(value);
    return placeholder;
  }
  if (Array.isArray(value)) {
    return value.map((item) => extract(item, attachments));
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return extract(value.toJSON(), attachments);
  }
  // fromEntries defines properties, so one called __proto__ is written like any other.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, extract(item, attachments)]),
  );
}

/**
 * Puts the attachments back, in place. Answers `false` for a placeholder whose number is no index of
 * `attachments` (a number such as "splice" once put a function into users' data: CVE-2022-2421).
 */
export function restore(data: unknown[], attachments: readonly Chunk[]): boolean {
  let valid = true;
  const visit = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) {
      return value;
    }
    if ("_placeholder" in value && value._placeholder === true) {
      const { num } = value as { num?: unknown };
      const chunk = typeof num === "number" ? attachments[num] : undefined;
      valid &&= chunk !== undefined;
      return chunk;
    }
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        value[i] = visit(value[i]);
      }
      return value;
    }
    const object = value as Record<string, unknown>;
    for (const key of Object.keys(object)) {
      const before = object[key];
      const after = visit(before);
      if (after !== before) {
        object[key] = after;
      }
    }
    return object;
  };
  visit(data);
  return valid;
}
