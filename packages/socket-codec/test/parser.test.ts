import { inspect } from "node:util";
import * as official from "socket.io-parser";
import { describe, expect, test } from "vitest";
import * as ours from "../src/index.ts";

type Library = Pick<typeof ours, "Encoder" | "Decoder" | "isPacketValid">;
const theirs = official as unknown as Library;

const bytes = Buffer.from([1, 2, 3]);
const PLACEHOLDER = '{"_placeholder":true,"num":0}';

/** What an action gives or throws, as plain data. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return `throws ${(error as Error).message}`;
  }
}

/** What a decoder emits, answers and throws, chunk by chunk. */
function decode(library: Library, chunks: unknown[]): unknown[] {
  const decoder = new library.Decoder();
  const events: unknown[] = [];
  decoder.on("decoded", (packet) => {
    events.push(packet);
  });
  for (const chunk of chunks) {
    const result = outcome(() => decoder.add(chunk));
    if (result !== undefined) {
      events.push(result);
    }
  }
  return events;
}

const TEXTS = [
  ..."0 1 2 3 4 5 6 7 9 a 0/a 0/a, 1/a, 21 41 30 51- 61- 5a- é".split(" "),
  ...["0{}", "0null", "0[]", '0"x"', '0/a,{"b":1}', "1{}", "1null", "2[]", "2{}", "2null", "21[]"],
  ...['2["a"]', '21["a"]', '2/a,1["a"]', '2/a?x=1,["a"]', '20["a"]', "2[1]", "2[{}]", "2[null]"],
  ...['2["connect"]', '2["connect_error"]', '2["disconnect"]', '2["disconnecting"]'],
  ...['2["newListener"]', '2["removeListener"]', '2["error"]', '2abc["a"]', '21.5["a"]'],
  ...['2-1["a"]', "30[]", "30{}", "30[1]", "3null", "4{}", '4"x"', "4[]", "4null"],
  ...['50-["a"]', '51["a"]', "51-[]", '511-["a"]', '510-["a"]', '5-1-["a"]', '5-["a"]', "60-[]"],
  ...['2["a"', '2["a"]]', '0/admin,"x"', "1/admin,{}", "2/admin,{}", '2[{"toString":"foo"}]'],
];

const SEQUENCES: [name: string, chunks: unknown[]][] = [
  ["an event with an attachment", [`51-["a",${PLACEHOLDER}]`, bytes, '2["b"]']],
  ["an ArrayBuffer", [`51-["a",${PLACEHOLDER}]`, Uint8Array.of(1).buffer]],
  ["a Blob", [`51-["a",${PLACEHOLDER}]`, new Blob(["x"])]],
  ["an acknowledgement", [`61-/a,7[${PLACEHOLDER}]`, bytes]],
  ["an attachment used twice", [`51-["a",${PLACEHOLDER},${PLACEHOLDER}]`, bytes]],
  ["a number without attachment", ['51-["a",{"_placeholder":true,"num":1}]', bytes]],
  ["a number that is text", ['51-["a",{"_placeholder":true,"num":"splice"}]', bytes]],
  ["no number", ['51-["a",{"_placeholder":true}]', bytes]],
  ["no attachment", [`51-["a",${PLACEHOLDER}]`, '2["b"]', bytes, '2["c"]']],
  ["an attachment too many", [`51-["a",${PLACEHOLDER}]`, bytes, bytes]],
  ["an attachment first", [bytes, '2["b"]']],
  ["numbers, objects and booleans", [1, {}, [], true]],
];

describe("answers as socket.io-parser does", () => {
  test.each(TEXTS)("when it reads %s", (text) => {
    expect(decode(ours, [text])).toStrictEqual(decode(theirs, [text]));
  });

  test.each(SEQUENCES)("when it reads %s", (_, chunks) => {
    expect(decode(ours, chunks)).toEqual(decode(theirs, chunks));
  });

  const packets: object[] = [
    { type: 0, nsp: "/" },
    { type: 0, nsp: "/a", data: { t: 1 } },
    { type: 1, nsp: "/a" },
    { type: 2, nsp: "/", id: 1, data: ["a", 1] },
    { type: 2, nsp: "", id: null, data: ["a"] },
    { type: 2, nsp: "/x", id: 0, data: ["a", bytes] },
    { type: 2, nsp: "/", data: null },
    { type: 2, nsp: "/", data: ["a", new Date(0), undefined, Number.NaN, new Map([[1, bytes]])] },
    { type: 2, nsp: "/", data: ["a", [new Date(0), bytes, { b: [bytes] }]] },
    { type: 2, nsp: "/", data: ["a", { toJSON: () => ({ b: bytes }) }] },
    { type: 2, nsp: "/", data: ["a", { u: undefined, f() {}, b: bytes.buffer.slice(0, 1) }] },
    { type: 2, nsp: "/", data: ["a", new Blob(["x"]), new SharedArrayBuffer(1)] },
    { type: 2, nsp: "/", data: ["a", Object.create({ inherited: bytes })] },
    { type: 2, nsp: "/", data: ["a", { n: 1n }] },
    { type: 3, nsp: "/", id: 1, data: [new Uint8Array(2)] },
    { type: 3, nsp: "/", id: 1, data: [] },
    { type: 4, nsp: "/", data: { message: "no" } },
    { type: 4, nsp: "/", data: { bytes } },
    { type: 5, nsp: "/", attachments: 1, data: ["a", { _placeholder: true, num: 0 }] },
    { type: 6, nsp: "/x", id: 2, attachments: 1, data: [1] },
  ];

  test.each(packets.map((packet) => [inspect(packet), packet]))(
    "when it encodes %s",
    (_, packet) => {
      const before = structuredCloneOf(packet);
      const encode = (library: Library) =>
        outcome(() => new library.Encoder().encode(packet as ours.Packet));
      expect(encode(ours)).toEqual(encode(theirs));
      expect(structuredCloneOf(packet)).toEqual(before);
    },
  );

  const values = [
    ...[undefined, null, {}, [], "x", ["a"], [1], [{}], ["connect"], ["error"], new Date(0), bytes],
    ...[Object.create(null), new Error("x")],
  ];
  test("when it judges packets", () => {
    for (const type of [0, 1, 2, 3, 4, 5, 6, 7, -1, 0.5, "2", undefined, null]) {
      for (const data of values) {
        for (const rest of [
          { nsp: "/" },
          { nsp: "/", id: 3 },
          ...[1.5, "1", null].map((id) => ({ nsp: "/", id })),
          { nsp: 1 },
          {},
        ]) {
          const packet = { type, data, ...rest } as ours.Packet;
          expect(ours.isPacketValid(packet), JSON.stringify(packet)).toBe(
            theirs.isPacketValid(packet),
          );
        }
      }
    }
  });

  test("as an emitter", () => {
    const uses = ({ Decoder }: Library): unknown[] => {
      const decoder = new Decoder();
      const calls: unknown[] = [];
      const listener = ({ data }: ours.Packet): void => {
        calls.push(data);
      };
      const chained = [
        decoder.on("decoded", listener) === decoder,
        decoder.once("decoded", (packet) => calls.push("once", packet.data)) === decoder,
        decoder.listeners("decoded").length,
        decoder.hasListeners("decoded"),
        decoder.reconstructor,
      ];
      decoder.add('2["a"]');
      decoder.off("decoded", listener);
      decoder.add('2["b"]');
      return [...chained.slice(0, -1), calls, decoder.hasListeners("decoded")];
    };
    expect(uses(ours)).toEqual(uses(theirs));
  });
});

/** Its keys and values, functions and Blobs by identity. */
function structuredCloneOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && !Buffer.isBuffer(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, structuredCloneOf(item)]))
    : value;
}

test("a replacer and a reviver see every value", () => {
  const packet = { type: ours.PacketType.EVENT, nsp: "/", data: ["a", 1n, bytes] };
  const replacer = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
  const reviver = (_: string, value: unknown) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  for (const library of [ours, theirs]) {
    const chunks = new library.Encoder(replacer).encode(packet);
    for (const options of [reviver, { reviver }]) {
      const decoded: unknown[] = [];
      const decoder = new library.Decoder(options as { reviver: typeof reviver });
      decoder.on("decoded", ({ data }) => decoded.push(data));
      for (const chunk of chunks) {
        decoder.add(chunk);
      }
      expect(decoded).toEqual([packet.data]);
    }
  }
});

test("more attachments are taken where that is allowed", () => {
  for (const library of [ours, theirs]) {
    const decoder = new library.Decoder({ maxAttachments: 20 });
    decoder.add('520-["a"]');
    expect(decoder.reconstructor).not.toBeNull();
    decoder.destroy();
    expect(decoder.reconstructor).toBeNull();
    expect(() => decoder.add('521-["a"]')).toThrow("too many attachments");
  }
});
