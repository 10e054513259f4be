import { expect, test } from "vitest";
import { codec3 } from "../src/legacy/codec.ts";

const payload = codec3.payload!;
const bytesIn = (packet: { data?: unknown } | undefined) => packet?.data as Uint8Array;

test("a body of text has the length of each packet before it, in UTF-16 units", () => {
  const packets = [
    { type: "message", data: "hello" },
    { type: "message", data: "€😀" },
  ] as const;
  expect(payload.encode(packets)).toBe("6:4hello4:4€😀");
  expect(payload.decode(new TextEncoder().encode("6:4hello4:4€😀"))).toEqual(packets);
  expect(payload.decode("6:4hello4:4€😀")).toEqual(packets);
});

test("bytes are posted as base64, so that no page has to ask before", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  expect(payload.encode([{ type: "message", data: bytes }])).toBe("10:b4AQIDBA==");
  expect(payload.encode([{ type: "message", data: new Uint8Array() }])).toBe("2:b4");
});

test.each([
  ["a Buffer", (bytes: number[]) => Buffer.from(bytes)],
  ["an ArrayBuffer", (bytes: number[]) => Uint8Array.from(bytes).buffer],
])("a body of bytes is told from text, as %s", (_name, body) => {
  const bytes = [0, 4, 255, 0x34, 0xe2, 0x82, 0xac, 1, 5, 255, 4, 1, 2, 3, 4];
  const [text, binary] = payload.decode(body(bytes));
  expect(text).toEqual({ type: "message", data: "€" });
  expect([...bytesIn(binary)]).toEqual([1, 2, 3, 4]);
  const [base64] = payload.decode(body([...new TextEncoder().encode("10:b4AQIDBA==")]));
  expect([...bytesIn(base64)]).toEqual([1, 2, 3, 4]);
  const [empty] = payload.decode(body([...new TextEncoder().encode("2:b4")]));
  expect(bytesIn(empty)).toHaveLength(0);
});

test.each(["", "hello", "0{}", "999:4x", "<html>"])("%j is no body", (body) => {
  expect([...payload.decode(new TextEncoder().encode(body))].at(-1)?.type).toBe("error");
});

test("frames of bytes start with the type of the packet, blobs included", async () => {
  const frame = codec3.encodeFrame({ type: "message", data: Uint8Array.of(7) });
  expect([...(frame as Uint8Array)]).toEqual([4, 7]);
  const blob = new Blob([Uint8Array.of(7, 8)]) as unknown as Uint8Array;
  const sent = codec3.encodeFrame({ type: "message", data: blob }) as unknown as Blob;
  expect([...new Uint8Array(await sent.arrayBuffer())]).toEqual([4, 7, 8]);
  const { type, data } = codec3.decodeFrame(Uint8Array.of(4, 1, 2));
  expect([type, ...(data as Uint8Array)]).toEqual(["message", 1, 2]);
});
