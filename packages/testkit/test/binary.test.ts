import { describe, expect, it } from "vitest";
import { pattern, plain, revive } from "../src/binary.ts";

describe("plain and revive", () => {
  it("makes binaries of every kind equal, wherever they are", () => {
    const bytes = Uint8Array.from([1, 2, 3]);
    expect(plain([bytes, { a: bytes.buffer }])).toEqual(plain([Buffer.from(bytes), { a: bytes }]));
    expect(plain(bytes)).not.toEqual(plain(Uint8Array.from([1, 2, 4])));
    expect(plain(bytes)).not.toEqual(plain([1, 2, 3]));
  });

  it("comes back as Buffers", () => {
    const value = { list: [Buffer.from([255]), null, "text", 1.5, { deep: Buffer.alloc(0) }] };
    expect(revive(JSON.parse(JSON.stringify(plain(value))))).toEqual(value);
  });
});

describe("pattern", () => {
  it("differs by seed and position", () => {
    expect(pattern(1000, 1).equals(pattern(1000, 2))).toBe(false);
    expect(pattern(1000).subarray(0, 256).equals(pattern(1000).subarray(256, 512))).toBe(false);
  });
});
