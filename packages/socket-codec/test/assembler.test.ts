import { describe, expect, test } from "vitest";
import {
  Assembler,
  type Chunk,
  DecodeError,
  Decoder,
  Encoder,
  isPacketValid,
  nestsTooDeep,
  type Packet,
  PacketType,
} from "../src/packets.ts";

const { CONNECT, EVENT, ACK, DISCONNECT } = PacketType;
const bytes = Uint8Array.of(1, 2, 3);
const others = Uint8Array.of(4, 5, 6);
const placeholder = (num: unknown): string => `{"_placeholder":true,"num":${JSON.stringify(num)}}`;

function addAll(...chunks: Chunk[]): (Packet | undefined)[] {
  const assembler = new Assembler();
  return chunks.map((chunk) => assembler.add(chunk));
}

describe("attachments", () => {
  test("a packet is complete with its last attachment", () => {
    const text = `52-7["merge",${placeholder(0)},{"a":[${placeholder(1)}]}]`;
    const [none, still, packet] = addAll(text, bytes, others);
    expect(none).toBeUndefined();
    expect(still).toBeUndefined();
    expect(packet).toEqual({
      type: EVENT,
      nsp: "/",
      id: 7,
      data: ["merge", bytes, { a: [others] }],
    });
    const [, first] = packet!.data as unknown[];
    expect(first).toBe(bytes);
  });

  test("a binary acknowledgement comes back as an acknowledgement", () => {
    const packet = addAll(`61-/admin,7[${placeholder(0)}]`, bytes)[1];
    expect(packet).toEqual({ type: ACK, nsp: "/admin", id: 7, data: [bytes] });
  });

  test("an attachment may stand in several places, or in none", () => {
    expect(addAll(`51-["x",${placeholder(0)},${placeholder(0)}]`, bytes)[1]?.data).toEqual([
      "x",
      bytes,
      bytes,
    ]);
    expect(addAll('51-["x"]', bytes)[1]?.data).toEqual(["x"]);
  });

  test("a binary packet may lack its payload", () => {
    expect(addAll("51-", bytes)[1]).toEqual({ type: EVENT, nsp: "/" });
    expect(addAll("61-7", bytes)[1]).toEqual({ type: ACK, nsp: "/", id: 7 });
  });

  test.each([["1"], [-1], [1], [0.5], [null], ["splice"], ["length"], [{}], [true], [1e99]])(
    "a placeholder with the number %j is refused",
    (num) => {
      const assembler = new Assembler();
      assembler.add(`51-["x",${placeholder(num)}]`);
      expect(() => assembler.add(bytes)).toThrow(DecodeError);
    },
  );

  test("a placeholder without a number is refused", () => {
    expect(() => addAll('51-["x",{"_placeholder":true}]', bytes)).toThrow(DecodeError);
  });

  test("what only looks like a placeholder is left alone", () => {
    const [packet] = addAll(`2["x",${placeholder(0)}]`);
    expect(packet?.data).toEqual(["x", { _placeholder: true, num: 0 }]);
    expect(addAll('51-["x",{"_placeholder":1,"num":0}]', bytes)[1]?.data).toEqual([
      "x",
      { _placeholder: 1, num: 0 },
    ]);
  });

  test("ten attachments are allowed, unless options say otherwise", () => {
    expect(new Assembler().add('510-["x"]')).toBeUndefined();
    expect(() => new Assembler().add('511-["x"]')).toThrow(DecodeError);
    expect(new Assembler({ maxAttachments: 11 }).add('511-["x"]')).toBeUndefined();
    expect(() => new Assembler({ maxAttachments: 1 }).add('52-["x"]')).toThrow(DecodeError);
  });

  test("text is refused while attachments are outstanding", () => {
    const assembler = new Assembler();
    assembler.add('51-["x"]');
    expect(() => assembler.add('2["y"]')).toThrow(DecodeError);
  });

  test("bytes that nobody announced are refused", () => {
    expect(() => addAll(bytes)).toThrow(DecodeError);
    expect(() => addAll('2["x"]', bytes)).toThrow(DecodeError);
    expect(() => addAll('51-["x"]', bytes, others)).toThrow(DecodeError);
  });

  test("after a reset a new packet may begin", () => {
    const assembler = new Assembler();
    assembler.add('51-["x"]');
    assembler.reset();
    expect(assembler.add('2["y"]')?.data).toEqual(["y"]);
  });

  test("nesting deeper than the stack is a decode error", () => {
    const assembler = new Assembler({ refuses: nestsTooDeep });
    const depth = 200_000;
    expect(() => assembler.add(`51-["x",${"[".repeat(depth)}${"]".repeat(depth)}]`)).toThrow(
      DecodeError,
    );
    expect(assembler.add('2["y"]')?.data).toEqual(["y"]);
  });

  test("a placeholder below __proto__ changes no prototype", () => {
    const packet = addAll(`51-["x",{"__proto__":${placeholder(0)}}]`, bytes)[1];
    const [, value] = packet!.data as [string, object];
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.entries(value)).toEqual([["__proto__", bytes]]);
  });
});

test.each<Packet>([
  { type: CONNECT, nsp: "/admin", data: { token: "é€😀" } },
  { type: DISCONNECT, nsp: "/admin" },
  { type: EVENT, nsp: "/", data: ["x", 'a "quoted" text', "\u2028\n\u001e", -1.5e-7, null, [[]]] },
  { type: EVENT, nsp: "/a/b", id: 0, data: ["x", { bytes, deep: [{ others }] }, true] },
  { type: ACK, nsp: "/", id: 12, data: [[bytes], others] },
])("what is encoded is decoded again: %j", (packet) => {
  const assembler = new Assembler();
  const answers = new Encoder().encode(packet).map((chunk) => assembler.add(chunk));
  expect(answers.pop()).toEqual(packet);
  expect(answers.every((answer) => answer === undefined)).toBe(true);
});

test("a separator of polling bodies never appears in encoded text", () => {
  const chunks = new Encoder().encode({ type: EVENT, nsp: "/", data: ["x", "\x1e"] });
  expect(chunks[0]).not.toContain("\x1e");
});

test("a reviver is used", () => {
  const reviver = (_key: string, value: unknown) => (value === 1 ? "one" : value);
  expect(new Assembler({ reviver }).add('2["x",1]')?.data).toEqual(["x", "one"]);
});

describe("Decoder", () => {
  test("emits what it has put together", () => {
    const decoder = new Decoder();
    const packets: Packet[] = [];
    decoder.on("decoded", (packet: Packet) => packets.push(packet));
    decoder.add('20["a"]');
    decoder.add(`51-["b",${placeholder(0)}]`);
    expect(packets).toHaveLength(1);
    decoder.add(bytes);
    expect(packets.map(({ data }) => data)).toEqual([["a"], ["b", bytes]]);
  });

  test("takes a reviver alone, or options", () => {
    const values: unknown[] = [];
    const reviver = (_key: string, value: unknown) => (value === 1 ? "one" : value);
    for (const decoder of [new Decoder(reviver), new Decoder({ reviver, maxAttachments: 1 })]) {
      decoder.on("decoded", ({ data }: Packet) => values.push(data));
      decoder.add('2["x",1]');
    }
    expect(values).toEqual([
      ["x", "one"],
      ["x", "one"],
    ]);
    expect(() => new Decoder({ maxAttachments: 1 }).add('52-["x"]')).toThrow(DecodeError);
  });

  test("throws for what cannot be read, and forgets what is incomplete when destroyed", () => {
    const decoder = new Decoder();
    expect(() => decoder.add("9")).toThrow(DecodeError);
    decoder.add('51-["x"]');
    decoder.destroy();
    decoder.add('2["y"]');
  });
});

test.each<[valid: boolean, packet: unknown]>([
  [true, { type: 0, nsp: "/" }],
  [true, { type: 0, nsp: "/", data: {} }],
  [false, { type: 0, nsp: "/", data: [] }],
  [true, { type: 1, nsp: "/" }],
  [false, { type: 1, nsp: "/", data: {} }],
  [true, { type: 2, nsp: "/", data: ["x"] }],
  [false, { type: 2, nsp: "/" }],
  [false, { type: 2, nsp: "/", data: [] }],
  [false, { type: 2, nsp: "/", data: ["connect"] }],
  [false, { type: 2, nsp: 1, data: ["x"] }],
  [false, { type: 2, nsp: "/", id: 1.5, data: ["x"] }],
  [false, { type: 2, nsp: "/", id: "1", data: ["x"] }],
  [true, { type: 3, nsp: "/", id: 1, data: [] }],
  [false, { type: 3, nsp: "/", id: 1, data: {} }],
  [true, { type: 4, nsp: "/", data: "no" }],
  [true, { type: 4, nsp: "/", data: {} }],
  [false, { type: 4, nsp: "/", data: 1 }],
  [false, { type: 5, nsp: "/", data: ["x"] }],
  [false, { type: 6, nsp: "/", data: [] }],
])("isPacketValid answers %s for %j", (valid, packet) => {
  expect(isPacketValid(packet as Packet)).toBe(valid);
});
