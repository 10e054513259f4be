import { describe, expect, test } from "vitest";
import { extract } from "../src/binary.ts";
import { type Chunk, Encoder, type Packet, PacketType, protocol } from "../src/packets.ts";

const { CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR } = PacketType;
const bytes = Uint8Array.of(1, 2, 3);
const others = Uint8Array.of(4);

const encode = (packet: Packet): Chunk[] => new Encoder().encode(packet);
const event = (...data: unknown[]): Packet => ({ type: EVENT, nsp: "/", data });

test("speaks revision 5", () => {
  expect(protocol).toBe(5);
});

test.each<[packet: Packet, text: string]>([
  [{ type: CONNECT, nsp: "/" }, "0"],
  [{ type: CONNECT, nsp: "/", data: { token: "x" } }, '0{"token":"x"}'],
  [{ type: CONNECT, nsp: "/admin" }, "0/admin,"],
  [{ type: CONNECT, nsp: "/admin", data: { sid: "a" } }, '0/admin,{"sid":"a"}'],
  [{ type: DISCONNECT, nsp: "/" }, "1"],
  [{ type: DISCONNECT, nsp: "/admin" }, "1/admin,"],
  [{ type: EVENT, nsp: "/", data: ["x"] }, '2["x"]'],
  [{ type: EVENT, nsp: "/", data: ["x", 1], id: 0 }, '20["x",1]'],
  [{ type: EVENT, nsp: "/admin", data: ["x"], id: 456 }, '2/admin,456["x"]'],
  [{ type: EVENT, nsp: "/", data: [12, 1] }, "2[12,1]"],
  [{ type: ACK, nsp: "/", id: 7, data: [] }, "37[]"],
  [{ type: ACK, nsp: "/admin", id: 7, data: ["ok"] }, '3/admin,7["ok"]'],
  [{ type: CONNECT_ERROR, nsp: "/", data: { message: "no" } }, '4{"message":"no"}'],
  [
    { type: CONNECT_ERROR, nsp: "/admin", data: { message: "no", data: undefined } },
    '4/admin,{"message":"no"}',
  ],
  [{ type: CONNECT_ERROR, nsp: "/", data: "no" }, '4"no"'],
])("%j is written %j", (packet, text) => {
  expect(encode(packet)).toEqual([text]);
});

test.each([
  ["null payloads are left out", { type: ACK, nsp: "/", id: 1, data: null }, "31"],
  ["undefined payloads are left out", { type: EVENT, nsp: "/", data: undefined }, "2"],
  ["a null id is no id", { type: EVENT, nsp: "/", id: null, data: ["x"] }, '2["x"]'],
])("%s", (_name, packet, text) => {
  expect(encode(packet as unknown as Packet)).toEqual([text]);
});

test("values are written as JSON.stringify writes them", () => {
  const date = new Date(0);
  const data = [
    "x",
    undefined,
    Number.NaN,
    new Map([[1, 2]]),
    new Set([1]),
    date,
    { a: undefined },
  ];
  expect(encode(event(...data))).toEqual(['2["x",null,null,{},{},"1970-01-01T00:00:00.000Z",{}]']);
});

test("a replacer is used, with attachments too", () => {
  const encoder = new Encoder((_key, value) => (typeof value === "bigint" ? String(value) : value));
  expect(encoder.encode(event("x", 1n))).toEqual(['2["x","1"]']);
  expect(encoder.encode(event("x", 1n, bytes))[0]).toBe(
    '51-["x","1",{"_placeholder":true,"num":0}]',
  );
});

test("what JSON cannot hold is thrown to the caller", () => {
  const cycle: unknown[] = ["x"];
  cycle.push({ cycle });
  expect(() => encode(event("x", 1n))).toThrow(TypeError);
  expect(() => encode({ type: EVENT, nsp: "/", data: cycle })).toThrow(RangeError);
});

describe("attachments", () => {
  test("an event becomes a binary event, its bytes follow in the order of their numbers", () => {
    const packet: Packet = {
      type: EVENT,
      nsp: "/",
      id: 7,
      data: ["merge", bytes, { a: [others] }],
    };
    expect(encode(packet)).toEqual([
      '52-7["merge",{"_placeholder":true,"num":0},{"a":[{"_placeholder":true,"num":1}]}]',
      bytes,
      others,
    ]);
  });

  test("an acknowledgement becomes a binary acknowledgement", () => {
    expect(encode({ type: ACK, nsp: "/admin", id: 7, data: ["done", bytes] })).toEqual([
      '61-/admin,7["done",{"_placeholder":true,"num":0}]',
      bytes,
    ]);
  });

  test.each([
    ["ArrayBuffer", new ArrayBuffer(2)],
    ["Buffer", Buffer.from("x")],
    ["DataView", new DataView(new ArrayBuffer(1))],
    ["Float64Array", Float64Array.of(1.5)],
    ["Blob", new Blob(["x"])],
    ["an empty Uint8Array", new Uint8Array(0)],
  ])("%s is binary", (_name, data) => {
    const chunks = encode(event("x", data));
    expect(chunks[0]).toBe('51-["x",{"_placeholder":true,"num":0}]');
    expect(chunks[1]).toBe(data);
  });

  test("the data of the caller stays as it was", () => {
    const data = ["x", { bytes, list: [others] }];
    const packet: Packet = { type: EVENT, nsp: "/", data };
    encode(packet);
    expect(packet).toEqual({ type: EVENT, nsp: "/", data });
    expect(data).toEqual(["x", { bytes, list: [others] }]);
    expect((data[1] as { bytes: unknown }).bytes).toBe(bytes);
  });

  test("only what contains bytes is copied", () => {
    const data = ["x", { deep: [bytes, { kept: Number.NaN }] }, { plain: [1] }, new Date(0)];
    const attachments: Chunk[] = [];
    const copy = extract(data, attachments) as typeof data;
    expect(copy).toEqual([
      "x",
      { deep: [{ _placeholder: true, num: 0 }, { kept: Number.NaN }] },
      { plain: [1] },
      new Date(0),
    ]);
    expect(copy[2]).toBe(data[2]);
    expect(copy[3]).toBe(data[3]);
    const plain = ["x", Number.NaN, { at: new Date(0), list: [null, undefined, 1n] }];
    expect(extract(plain, [])).toBe(plain);
  });

  test("the same bytes twice are two attachments", () => {
    expect(encode(event("x", bytes, bytes))).toEqual([
      '52-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
      bytes,
      bytes,
    ]);
  });

  test("bytes are found behind toJSON, which is called once", () => {
    let calls = 0;
    const value = {
      toJSON() {
        calls++;
        return { bytes };
      },
    };
    expect(encode(event("x", value))).toEqual([
      '51-["x",{"bytes":{"_placeholder":true,"num":0}}]',
      bytes,
    ]);
    expect(calls).toBe(1);
  });

  test("bytes that JSON would not show are not sent", () => {
    const value = Object.create({ inherited: bytes }) as Record<string, unknown>;
    Object.defineProperty(value, "hidden", { value: bytes, enumerable: false });
    value.shown = 1;
    expect(encode(event("x", value))).toEqual(['2["x",{"shown":1}]']);
  });

  test("dates keep their form beside bytes", () => {
    expect(encode(event("x", new Date(0), bytes))[0]).toBe(
      '51-["x","1970-01-01T00:00:00.000Z",{"_placeholder":true,"num":0}]',
    );
  });

  test("connect, disconnect and errors are never binary", () => {
    for (const type of [CONNECT, CONNECT_ERROR]) {
      const chunks = encode({ type, nsp: "/", data: { bytes } });
      expect(chunks).toEqual([`${type}{"bytes":{"0":1,"1":2,"2":3}}`]);
    }
  });

  test("a property called __proto__ is written like any other", () => {
    const value = JSON.parse('{"__proto__":{"admin":true},"a":1}');
    expect(encode(event("x", value))).toEqual(['2["x",{"__proto__":{"admin":true},"a":1}]']);
    expect(encode(event("x", value, bytes))[0]).toBe(
      '51-["x",{"__proto__":{"admin":true},"a":1},{"_placeholder":true,"num":0}]',
    );
  });

  test("objects without a prototype are looked through", () => {
    const value = Object.assign(Object.create(null), { bytes });
    expect(encode(event("x", value))).toHaveLength(2);
  });
});
