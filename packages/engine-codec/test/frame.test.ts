import { expect, test } from "vitest";
import {
  decodeBinaryFrame,
  decodeFrame,
  encodeFrame,
  encodeText,
  type Packet,
  protocol,
} from "../src/frames.ts";

const bytes = Uint8Array.of(1, 2, 3, 4);

const TEXT_FRAMES: [packet: Packet, frame: string][] = [
  [{ type: "open", data: '{"sid":"a"}' }, '0{"sid":"a"}'],
  [{ type: "close" }, "1"],
  [{ type: "ping" }, "2"],
  [{ type: "ping", data: "probe" }, "2probe"],
  [{ type: "pong" }, "3"],
  [{ type: "pong", data: "probe" }, "3probe"],
  [{ type: "message", data: "hello" }, "4hello"],
  [{ type: "message", data: "€ 😀 \u0000" }, "4€ 😀 \u0000"],
  [{ type: "upgrade" }, "5"],
  [{ type: "noop" }, "6"],
];

test("speaks revision 4", () => {
  expect(protocol).toBe(4);
});

test.each(TEXT_FRAMES)("%j travels as the text %j", (packet, frame) => {
  expect(encodeFrame(packet)).toBe(frame);
  expect(encodeText(packet)).toBe(frame);
  expect(decodeFrame(frame)).toEqual(packet);
});

test("an empty message is a digit alone", () => {
  expect(encodeFrame({ type: "message", data: "" })).toBe("4");
  expect(decodeFrame("4")).toEqual({ type: "message" });
});

test("a message that starts with b or a digit is not mistaken for anything else", () => {
  expect(decodeFrame("4bAQID")).toEqual({ type: "message", data: "bAQID" });
  expect(decodeFrame("41")).toEqual({ type: "message", data: "1" });
});

test("a binary message is the bytes as they are, without a type", () => {
  const packet: Packet = { type: "message", data: bytes };
  expect(encodeFrame(packet)).toBe(bytes);
  expect(decodeFrame(bytes)).toEqual(packet);
  expect(decodeFrame(bytes).data).toBe(bytes);
});

test.each([
  ["an ArrayBuffer", Uint8Array.of(1, 2, 3, 4).buffer],
  ["a view of the middle of a buffer", new Uint8Array([9, 1, 2, 3, 4, 9]).subarray(1, 5)],
  ["a DataView", new DataView(Uint8Array.of(9, 1, 2, 3, 4).buffer, 1)],
  ["a Uint16Array", new Uint16Array(Uint8Array.of(1, 2, 3, 4).buffer)],
  ["a Buffer", Buffer.from([1, 2, 3, 4])],
])("%s becomes base64 on a channel for text", (_name, data) => {
  expect(encodeText({ type: "message", data })).toBe("bAQIDBA==");
});

test("text that starts with b is a binary message in base64", () => {
  const { type, data } = decodeFrame("bAQIDBA==");
  expect(type).toBe("message");
  expect(data).toBeInstanceOf(Uint8Array);
  expect([...(data as Uint8Array)]).toEqual([1, 2, 3, 4]);
});

test("base64 is not read where nobody asked for it", () => {
  expect(decodeBinaryFrame("bAQIDBA==")).toEqual({ type: "error", data: "parser error" });
  expect(decodeBinaryFrame("4x")).toEqual({ type: "message", data: "x" });
});

test("an empty binary message survives both forms", () => {
  expect(encodeText({ type: "message", data: new Uint8Array(0) })).toBe("b");
  expect(decodeFrame("b").data).toHaveLength(0);
  expect(decodeFrame(new Uint8Array(0)).data).toHaveLength(0);
});

test.each(["", "7", "9x", "a", "B", "-1", " 4", "/4", ":", "€", "\u00004", "b*", "bAQ ID", "b==="])(
  "%j cannot be read",
  (frame) => {
    expect(decodeFrame(frame)).toEqual({ type: "error", data: "parser error" });
  },
);

test("every failure is an object of its own, since listeners may change it", () => {
  expect(decodeFrame("x")).not.toBe(decodeFrame("x"));
});

test("options of a packet do not travel", () => {
  expect(encodeFrame({ type: "message", data: "x", options: { compress: false } })).toBe("4x");
});
