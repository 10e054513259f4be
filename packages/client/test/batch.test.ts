import { encodePayload, type Packet } from "@hawser/engine-codec/frames";
import { expect, test } from "vitest";
import { batchLength } from "../src/transport/batch.ts";

const message = (data: Packet["data"]): Packet => ({ type: "message", data });

test("at least one packet is taken, however large", () => {
  expect(batchLength([message("x".repeat(100)), message("y")], 10)).toBe(1);
});

test.each([
  ["ASCII", "abcdefgh"],
  ["two bytes", "éééé"],
  ["three bytes", "€€€"],
  ["four bytes", "😀😀"],
  ["binary", new Uint8Array(6)],
])("what is taken fits: %s", (_, data) => {
  const packets = Array.from({ length: 20 }, () => message(data));
  for (let limit = 20; limit < 200; limit += 7) {
    const count = batchLength(packets, limit);
    const body = encodePayload(packets.slice(0, count));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limit);
  }
});
