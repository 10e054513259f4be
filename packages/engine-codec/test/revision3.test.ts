import { describe, expect, test } from "vitest";
import {
  decodeBinaryPayload3,
  decodeFrame3,
  decodePayload3,
  encodeBinaryPayload3,
  encodeFrame3,
  encodePayload3,
  encodeText3,
  type Packet,
} from "../src/frames.ts";

const error = { type: "error", data: "parser error" };
const bytes = Uint8Array.of(1, 2, 3, 4);
const binary: Packet = { type: "message", data: bytes };
const hex = (text: string) => Uint8Array.from(text.split(" "), (pair) => Number.parseInt(pair, 16));

describe("WebSocket messages", () => {
  test("text is digit and data", () => {
    expect(encodeFrame3({ type: "message", data: "hi" })).toBe("4hi");
    expect(encodeFrame3({ type: "pong", data: "probe" })).toBe("3probe");
    expect(encodeFrame3({ type: "noop" })).toBe("6");
    expect(decodeFrame3("2probe")).toEqual({ type: "ping", data: "probe" });
    expect(decodeFrame3("6")).toEqual({ type: "noop" });
  });

  test("binary starts with a byte that holds the type", () => {
    expect(encodeFrame3(binary)).toEqual(hex("04 01 02 03 04"));
    expect(decodeFrame3(hex("04 01 02 03 04"))).toEqual(binary);
  });

  test("binary of an unknown type says nothing", () => {
    expect(decodeFrame3(hex("09 01"))).toEqual({ type: "noop" });
    expect(decodeFrame3(new Uint8Array())).toEqual({ type: "noop" });
  });

  test("base64 has the type after the b", () => {
    expect(encodeText3(binary)).toBe("b4AQIDBA==");
    expect(decodeFrame3("b4AQIDBA==")).toEqual({ ...binary, data: expect.anything() });
    expect([...(decodeFrame3("b4AQIDBA==").data as Uint8Array)]).toEqual([1, 2, 3, 4]);
  });

  test.each(["", "x", "9", "b", "bx", "b4*"])("%j is an error", (frame) => {
    expect(decodeFrame3(frame)).toEqual(error);
  });
});

describe("bodies as text", () => {
  test("lengths count UTF-16 units", () => {
    const packets: Packet[] = [
      { type: "message", data: "hello" },
      { type: "message", data: "€" },
    ];
    expect(encodePayload3(packets)).toBe("6:4hello2:4€");
    expect(decodePayload3("6:4hello2:4€")).toEqual(packets);
    expect(decodePayload3("3:4😀")).toEqual([{ type: "message", data: "😀" }]);
  });

  test("binary is base64", () => {
    expect(encodePayload3([binary])).toBe("10:b4AQIDBA==");
  });

  test("no packets are 0:", () => {
    expect(encodePayload3([])).toBe("0:");
    expect(decodePayload3("0:")).toEqual([]);
  });

  test.each(["", "x", ":4", "-1:4", "1e1:4", "5:4", "99999999999999999999:4"])(
    "%j is an error",
    (body) => {
      expect(decodePayload3(body)).toEqual([error]);
    },
  );

  test("packets before an invalid one are read", () => {
    expect(decodePayload3("2:4a2:xx2:4b")).toEqual([{ type: "message", data: "a" }, error]);
    expect(decodePayload3("2:4a!")).toEqual([{ type: "message", data: "a" }, error]);
  });
});

describe("bodies as bytes", () => {
  const body = hex("00 04 ff 34 e2 82 ac 01 05 ff 04 01 02 03 04");

  test("a marker, the digits of the length, 255, the packet", () => {
    expect(encodeBinaryPayload3([{ type: "message", data: "€" }, binary])).toEqual(body);
    expect(decodeBinaryPayload3(body)).toEqual([{ type: "message", data: "€" }, binary]);
  });

  test.each(["00", "00 ff", "00 09 ff 34", "02 01 ff 34", "00 02 ff 39 39", "00 0a 0b"])(
    "%s is an error",
    (text) => {
      expect(decodeBinaryPayload3(hex(text)).at(-1)).toEqual(error);
    },
  );

  test("a length of endless digits is an error, found in linear time", () => {
    const digits = new Uint8Array(1_000_000).fill(9);
    digits[0] = 0;
    expect(decodeBinaryPayload3(digits)).toEqual([error]);
  });
});
