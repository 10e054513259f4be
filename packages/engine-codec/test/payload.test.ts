import { afterEach, expect, test, vi } from "vitest";
import { decodePayload, encodePayload, type Packet } from "../src/frames.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const ERROR: Packet = { type: "error", data: "parser error" };

test("packets are joined by the byte 1e, in order, binary in base64", () => {
  const packets: Packet[] = [
    { type: "message", data: "hello" },
    { type: "ping" },
    { type: "message", data: Uint8Array.of(1, 2, 3, 4) },
  ];
  expect(encodePayload(packets)).toBe("4hello\x1e2\x1ebAQIDBA==");
});

test("one packet stands alone", () => {
  expect(encodePayload([{ type: "noop" }])).toBe("6");
  expect(encodePayload([{ type: "message", data: Uint8Array.of(255) }])).toBe("b/w==");
});

test("no packets are an empty body", () => {
  expect(encodePayload([])).toBe("");
});

test("a body is read back into its packets", () => {
  const packets = decodePayload("4hello\x1e2\x1ebAQIDBA==\x1e4€😀");
  expect(packets).toEqual([
    { type: "message", data: "hello" },
    { type: "ping" },
    { type: "message", data: expect.any(Uint8Array) },
    { type: "message", data: "€😀" },
  ]);
  expect([...(packets[2]!.data as Uint8Array)]).toEqual([1, 2, 3, 4]);
});

test.each([
  ["an empty body", "", []],
  ["a separator alone", "\x1e", []],
  ["a packet of an unknown type", "abc", []],
  ["a body that ends in a separator", "4a\x1e", [{ type: "message", data: "a" }]],
  ["two separators in a row", "4a\x1e\x1e4b", [{ type: "message", data: "a" }]],
  [
    "an unreadable packet in the middle",
    "4a\x1e2\x1e{}\x1e4b",
    [{ type: "message", data: "a" }, { type: "ping" }],
  ],
  ["broken base64", "4a\x1eb%%\x1e4b", [{ type: "message", data: "a" }]],
] satisfies [string, string, Packet[]][])(
  "reading stops at the first failure: %s",
  (_name, body, before) => {
    expect(decodePayload(body)).toEqual([...before, ERROR]);
  },
);

test("everything that is encoded is decoded again", () => {
  const packets: Packet[] = Array.from({ length: 50 }, (_, i) =>
    i % 3 === 0
      ? { type: "message", data: Buffer.from(Array.from({ length: i }, (_, n) => (n * 7) & 255)) }
      : { type: "message", data: `${"é\n\\\u2028\uD83D\uDE00".repeat(i)}${i}` },
  );
  const decoded = decodePayload(encodePayload(packets));
  expect(decoded).toHaveLength(packets.length);
  for (const [i, { data }] of packets.entries()) {
    const other = decoded[i]?.data;
    expect(typeof data === "string" ? other : [...(other as Uint8Array)]).toEqual(
      typeof data === "string" ? data : [...(data as Uint8Array)],
    );
  }
});

test("the work grows with the number of packets, not with its square", () => {
  const charCodeAt = vi.spyOn(String.prototype, "charCodeAt");
  const slice = vi.spyOn(String.prototype, "slice");
  const count = 20_000;
  expect(decodePayload("2\x1e".repeat(count - 1).concat("2"))).toHaveLength(count);
  expect(charCodeAt.mock.calls.length).toBeLessThanOrEqual(2 * count);
  expect(slice.mock.calls.length).toBeLessThanOrEqual(2 * count);
});

test("a hostile body is given up at its first packet", () => {
  const charCodeAt = vi.spyOn(String.prototype, "charCodeAt");
  expect(decodePayload("\x1e".repeat(100_000))).toEqual([ERROR]);
  expect(charCodeAt.mock.calls.length).toBeLessThanOrEqual(2);
});
