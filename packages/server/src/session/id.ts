import { randomFillSync } from "node:crypto";

const BYTES = 15;
/** So many bytes are so many characters in base64url, without padding. */
const CHARACTERS = 20;
const pool = Buffer.alloc(BYTES * 16);
let ids = "";
let offset = 0;

/**
 * A new id: 20 characters of `[A-Za-z0-9_-]`, 120 bits from the system's secure generator. Sticky
 * routers and cluster engines look for exactly that form.
 */
export function generateId(): string {
  if (offset === ids.length) {
    ids = randomFillSync(pool).toString("base64url");
    offset = 0;
  }
  const id = ids.slice(offset, offset + CHARACTERS);
  offset += CHARACTERS;
  return id;
}
