import { afterEach, expect, test, vi } from "vitest";
import { Assembler, DecodeError, type Packet, PacketType } from "../src/packets.ts";

const { CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR } = PacketType;

afterEach(() => {
  vi.restoreAllMocks();
});

function decode(text: string): Packet {
  const packet = new Assembler().add(text);
  expect(packet).toBeDefined();
  return packet!;
}

test.each<[text: string, packet: Packet]>([
  ["0", { type: CONNECT, nsp: "/" }],
  ['0{"token":"x"}', { type: CONNECT, nsp: "/", data: { token: "x" } }],
  ["0/admin,", { type: CONNECT, nsp: "/admin" }],
  ["0/admin", { type: CONNECT, nsp: "/admin" }],
  ['0/admin,{"a":1}', { type: CONNECT, nsp: "/admin", data: { a: 1 } }],
  ["0/chat?token=1&x=2,", { type: CONNECT, nsp: "/chat?token=1&x=2" }],
  ["0/,", { type: CONNECT, nsp: "/" }],
  ["1", { type: DISCONNECT, nsp: "/" }],
  ["1/admin", { type: DISCONNECT, nsp: "/admin" }],
  ["1/admin,", { type: DISCONNECT, nsp: "/admin" }],
  ['2["x"]', { type: EVENT, nsp: "/", data: ["x"] }],
  ['2["x",1,{"a":null}]', { type: EVENT, nsp: "/", data: ["x", 1, { a: null }] }],
  ['20["x"]', { type: EVENT, nsp: "/", id: 0, data: ["x"] }],
  ['2123["x"]', { type: EVENT, nsp: "/", id: 123, data: ["x"] }],
  ['2007["x"]', { type: EVENT, nsp: "/", id: 7, data: ["x"] }],
  ['29007199254740991["x"]', { type: EVENT, nsp: "/", id: 2 ** 53 - 1, data: ["x"] }],
  ['2/admin,456["x"]', { type: EVENT, nsp: "/admin", id: 456, data: ["x"] }],
  ["2[12,1]", { type: EVENT, nsp: "/", data: [12, 1] }],
  ['2["error"]', { type: EVENT, nsp: "/", data: ["error"] }],
  ['2["a,b/c"]', { type: EVENT, nsp: "/", data: ["a,b/c"] }],
  ["37[]", { type: ACK, nsp: "/", id: 7, data: [] }],
  ['3/admin,7[{"a":1}]', { type: ACK, nsp: "/admin", id: 7, data: [{ a: 1 }] }],
  ["3[1]", { type: ACK, nsp: "/", data: [1] }],
  ['4{"message":"no"}', { type: CONNECT_ERROR, nsp: "/", data: { message: "no" } }],
  ['4"no"', { type: CONNECT_ERROR, nsp: "/", data: "no" }],
])("%j is read as %j", (text, packet) => {
  expect(decode(text)).toEqual(packet);
});

test.each(["0", "1", "2", "3", "4"])("an absent payload passes for type %s", (text) => {
  expect(decode(text)).toEqual({ type: Number(text), nsp: "/" });
  expect(decode(`${text}/a`)).toEqual({ type: Number(text), nsp: "/a" });
});

test.each([
  ["nothing", ""],
  ["a type beyond 6", '7["x"]'],
  ["a type below 0", '/["x"]'],
  ["a letter for a type", 'x["x"]'],
  ["a type that is a digit of another script", '٢["x"]'],
  ["a connect with an array", "0[]"],
  ["a connect with null", "0null"],
  ["a connect with a string", '0"x"'],
  ["a connect with a number after a namespace", "0/admin,true"],
  ["a disconnect with a payload", "1{}"],
  ["an event with null", "2null"],
  ["an event with an object", "2{}"],
  ["an event with a string", '2"x"'],
  ["an event without a name", "2[]"],
  ["an event whose name is an object", "2[{}]"],
  ["an event whose name is null", "2[null]"],
  ["an event whose name is a boolean", "2[true]"],
  ["letters before the payload", '2abc["x"]'],
  ["an id beyond the safe integers", '29007199254740992["x"]'],
  ["an id that rounds to a safe integer's neighbour", '29007199254740993["x"]'],
  ["an endless id", `2${"9".repeat(400)}["x"]`],
  ["an id with a point", '21.5["x"]'],
  ["an id with a sign", '2-1["x"]'],
  ["an acknowledgement with an object", "30{}"],
  ["an acknowledgement with null", "30null"],
  ["an error with a number", "4true"],
  ["an error with an array", "4[]"],
  ["an error with null", "4null"],
  ["text after the payload", '2["x"]x'],
  ["two payloads", '2["x"]["y"]'],
  ["a payload that ends early", '2["x"'],
  ["a namespace without its comma before the payload", '2admin,["x"]'],
  ["attachments without a number", '5["x"]'],
  ["attachments without a dash", '51["x"]'],
  ["attachments that end the text", "51"],
  ["a dash alone", '5-["x"]'],
  ["no attachments at all", '50-["x"]'],
  ["attachments with a point", '51.5-["x"]'],
  ["a negative number of attachments", '5-1-["x"]'],
  ["more attachments than allowed", '511-["x"]'],
  ["a blank for a number of attachments", '5 -["x"]'],
  ["an exponent for a number of attachments", '51e0-["x"]'],
  ["an endless number of attachments", `5${"9".repeat(400)}-["x"]`],
  ["a binary event without a name", "51-[]"],
  ["a binary event with an object", "51-{}"],
  ["a binary acknowledgement with an object", "61-7{}"],
  ["attachments of a packet that has none", '21-["x"]'],
])("%s is refused: %j", (_name, text) => {
  expect(() => decode(text)).toThrow(DecodeError);
  expect(() => decode(text)).toThrow(
    expect.objectContaining({ name: "Error", code: "INVALID_PACKET" }),
  );
});

test.each([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
])("the reserved name %s is refused", (name) => {
  expect(() => decode(JSON.stringify([name]).replace(/^/, "2"))).toThrow(DecodeError);
  expect(() => decode(`51-["${name}"]`)).toThrow(DecodeError);
});

test("names of inherited properties are names like any other", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    expect(decode(`2["${name}"]`).data).toEqual([name]);
    expect(decode(`0/${name}`).nsp).toBe(`/${name}`);
  }
});

test("a payload with __proto__ changes no prototype", () => {
  const packet = decode('2["x",{"__proto__":{"admin":true}}]');
  const [, value] = packet.data as [string, Record<string, unknown>];
  expect(value.admin).toBeUndefined();
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
});

test("deep nesting is read, or refused, but nothing else", () => {
  const depth = 100_000;
  const text = `2["x",${"[".repeat(depth)}${"]".repeat(depth)}]`;
  const outcome = (() => {
    try {
      return decode(text);
    } catch (error) {
      return error;
    }
  })();
  expect(outcome instanceof DecodeError || Array.isArray((outcome as Partial<Packet>).data)).toBe(
    true,
  );
});

test.each([
  ["digits", (n: number) => `2${"0".repeat(n)}`],
  ["digits of a number of attachments", (n: number) => `5${"1".repeat(n)}`],
  ["slashes", (n: number) => `2${"/".repeat(n)}`],
  ["a namespace without an end", (n: number) => `0/${"a".repeat(n)}`],
  ["dashes", (n: number) => `5${"-".repeat(n)}`],
  ["open brackets", (n: number) => `2${"[".repeat(n)}`],
])("the work is linear in the length: %s", (_name, make) => {
  const text = make(50_000);
  const charCodeAt = vi.spyOn(String.prototype, "charCodeAt");
  const slice = vi.spyOn(String.prototype, "slice");
  const indexOf = vi.spyOn(String.prototype, "indexOf");
  const parse = vi.spyOn(JSON, "parse");
  try {
    decode(text);
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
  }
  // Each character is looked at a fixed number of times, and the whole is copied a fixed number of times.
  expect(charCodeAt.mock.calls.length).toBeLessThanOrEqual(2 * text.length);
  const copies = slice.mock.calls.length + indexOf.mock.calls.length + parse.mock.calls.length;
  expect(copies).toBeLessThanOrEqual(8);
});
