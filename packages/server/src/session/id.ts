import { randomFillSync } from "node:crypto";

const BYTES = 15;
const pool = Buffer.alloc(BYTES * 128);
let offset = pool.length;

/**
 * A new id: 20 characters of `[A-Za-z0-9_-]`, 120 bits from the system's secure generator. Sticky
 * routers and cluster engines look for exactly that form.
 */
export function generateId(): string {
  if (offset === pool.length) {
    randomFillSync(pool);
    offset = 0;
  }
  const id = pool.toString("base64url", offset, offset + BYTES);
  offset += BYTES;
  return id;
}
