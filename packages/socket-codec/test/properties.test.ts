import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Assembler,
  type Chunk,
  DecodeError,
  Encoder,
  isBinary,
  nestsTooDeep,
  type Packet,
  PacketType,
  RESERVED_EVENTS,
} from "../src/packets.ts";

const { CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR } = PacketType;

/** Names that objects have by themselves, or that the protocol uses. */
const key = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "length",
    "num",
    "_placeholder",
    "then",
    "",
  ),
);
const bytes = fc.uint8Array({ maxLength: 40 });

/** Data as JSON holds it, with bytes at any place. Objects have prototype keys of their own. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean(), fc.constant(null), bytes),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((number) => (number === 0 ? 0 : number)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map(withoutPlaceholders),
  ),
}));

/** An object that looks like a placeholder is one, on the other side; applications cannot send it. */
function withoutPlaceholders(entries: [string, unknown][]): object {
  return Object.fromEntries(
    entries.filter(([name, item]) => name !== "_placeholder" || item !== true),
  );
}

const space = fc.oneof(
  fc.constant("/"),
  fc.string({ maxLength: 12 }).map((name) => `/${name.replaceAll(",", "")}`),
);
const name = fc.string().filter((text) => !RESERVED_EVENTS.has(text));
const id = fc.option(fc.nat(Number.MAX_SAFE_INTEGER), { nil: undefined });
const object = fc.array(fc.tuple(key, value), { maxLength: 3 }).map(withoutPlaceholders);

/** The packets that can exist; bytes only where they may be. */
const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc
    .tuple(space, id, name, fc.array(value, { maxLength: 4 }))
    .map(([nsp, id, event, args]) => ({ type: EVENT, nsp, id, data: [event, ...args] })),
  fc
    .tuple(space, id, fc.array(value, { maxLength: 4 }))
    .map(([nsp, id, data]) => ({ type: ACK, nsp, id, data })),
  fc
    .tuple(space, fc.option(object, { nil: undefined }))
    .map(([nsp, data]) => ({ type: CONNECT, nsp, data })),
  space.map((nsp) => ({ type: DISCONNECT, nsp })),
  fc.tuple(space, object).map(([nsp, data]) => ({ type: CONNECT_ERROR, nsp, data })),
);

const encoder = new Encoder();

/** As many attachments as are allowed: the tests generate more than ten. */
const options = { maxAttachments: 1000, refuses: nestsTooDeep };

/** With bytes as lists of numbers under a key that nothing else has; objects as their entries. */
function plain(item: unknown): unknown {
  if (isBinary(item)) {
    return { "bytes of it": [...(item as Uint8Array)] };
  }
  if (Array.isArray(item)) {
    return item.map(plain);
  }
  if (typeof item === "object" && item !== null) {
    return { entries: Object.entries(item).map(([name, one]) => [name, plain(one)]) };
  }
  return item;
}

function isPlainOf(type: number): boolean {
  return type !== CONNECT && type !== CONNECT_ERROR;
}

describe("what was written is read", () => {
  test("whatever it is, with bytes at any place", () => {
    fc.assert(
      fc.property(packet, (one) => {
        // JSON has its own opinion of bytes in packets that cannot have any.
        fc.pre(
          isPlainOf(one.type) || !JSON.stringify(plain(one.data ?? null)).includes("bytes of it"),
        );
        const assembler = new Assembler(options);
        const chunks = encoder.encode(one);
        const read = chunks.map((chunk) => assembler.add(chunk));
        expect(read.slice(0, -1).every((early) => early === undefined)).toBe(true);
        const { type, nsp, id, data } = read.at(-1)!;
        expect({ type, nsp, id }).toEqual({ type: one.type, nsp: one.nsp, id: one.id });
        expect(plain(data)).toEqual(plain(one.data));
      }),
      { numRuns: 500 },
    );
  });

  test("and nothing is changed of what is sent", () => {
    fc.assert(
      fc.property(packet, (one) => {
        const before = plain(one.data);
        encoder.encode(one);
        expect(plain(one.data)).toEqual(before);
      }),
    );
  });
});

/** Packets as they are sent, with some changes: characters, chunks that are lost, doubled or in another order. */
const damagedStream = fc
  .tuple(
    fc.array(packet, { maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.string({ maxLength: 3 }), fc.nat(3)), {
      maxLength: 4,
    }),
  )
  .map(([list, changes]) => {
    const chunks = list.flatMap((one) => encoder.encode(one));
    for (const [at, place, text, kind] of changes) {
      const index = at % Math.max(chunks.length, 1);
      const chunk = chunks[index];
      if (typeof chunk === "string" && kind < 2) {
        const cut = place % (chunk.length + 1);
        chunks[index] = chunk.slice(0, cut) + text + chunk.slice(cut + kind);
      } else if (chunk !== undefined) {
        chunks.splice(place % chunks.length, kind === 2 ? 1 : 0, chunk);
      }
    }
    return chunks;
  });

const grammar = fc.string({
  unit: fc.constantFrom(...'0123456-/,[]{}":a_pnum\\ .e'),
  maxLength: 60,
});
const anyChunks: fc.Arbitrary<Chunk[]> = fc.oneof(
  fc.array(fc.oneof(fc.string({ unit: "binary" }), grammar, bytes), { maxLength: 6 }),
  damagedStream,
  fc
    .tuple(fc.constantFrom("2", "3", "51-", "61-", "0", "4", "2/a,1"), fc.json())
    .map(([head, json]) => [head + json, Uint8Array.of(1)]),
);

/** Everything that can be reached. */
function* within(item: unknown): Generator<unknown> {
  yield item;
  if (typeof item === "object" && item !== null && !isBinary(item)) {
    for (const one of Object.values(item)) {
      yield* within(one);
    }
  }
}

test("whatever comes is a packet or a DecodeError, and never more than came", () => {
  fc.assert(
    fc.property(anyChunks, (chunks) => {
      const assembler = new Assembler({ refuses: nestsTooDeep });
      for (const chunk of chunks) {
        let read: Packet | undefined;
        try {
          read = assembler.add(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          // As a connection does, which ends then; here the next chunk must find a reader in order.
          assembler.reset();
          continue;
        }
        if (read === undefined) {
          continue;
        }
        expect(read.type).toBeGreaterThanOrEqual(0);
        expect(read.type).toBeLessThanOrEqual(4);
        expect(read.nsp.startsWith("/")).toBe(true);
        expect(read.id === undefined || Number.isSafeInteger(read.id)).toBe(true);
        for (const item of within(read.data)) {
          expect(typeof item).not.toBe("function");
          const isObject = typeof item === "object" && item !== null && !Array.isArray(item);
          expect(
            !isObject || isBinary(item) || Object.getPrototypeOf(item) === Object.prototype,
          ).toBe(true);
        }
      }
      expect(({} as Record<string, unknown>).a).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

test("a packet never holds more attachments than it announced", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.array(bytes, { maxLength: 15 }),
      (count, chunks) => {
        const assembler = new Assembler();
        expect(
          assembler.add(`5${count}-["x",{"_placeholder":true,"num":${count - 1}}]`),
        ).toBeUndefined();
        let taken = 0;
        try {
          for (const chunk of chunks) {
            taken++;
            if (assembler.add(chunk)) {
              break;
            }
          }
          expect(taken).toBe(Math.min(count, chunks.length));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      },
    ),
  );
});

/** The least of several runs, in milliseconds: the rest is the machine's. */
function time(work: () => unknown): number {
  const runs = Array.from({ length: 5 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...runs);
}

// Sixteen times the input takes sixteen times as long; 256 times would be quadratic.
test.each<[what: string, text: (length: number) => string]>([
  ["digits of an id", (n) => `2${"1".repeat(n)}["x"]`],
  ["digits of a count", (n) => `5${"1".repeat(n)}-["x"]`],
  ["characters of a namespace", (n) => `2/${"n".repeat(n)},["x"]`],
  ["slashes", (n) => `2${"/".repeat(n)}`],
  ["commas", (n) => `2/a${",".repeat(n)}`],
  ["brackets", (n) => `2${"[".repeat(n)}`],
  ["nested lists", (n) => `2["x",${"[".repeat(n / 2)}${"]".repeat(n / 2)}]`],
  ["short lists", (n) => `2["x",[${"[],".repeat(n / 3)}[]]]`],
  ["keys", (n) => `2["x",{${Array.from({ length: n / 10 }, (_, i) => `"k${i}":1`)}}]`],
  ["the same key", (n) => `2["x",{${'"a":1,'.repeat(n / 6)}"a":1}]`],
  ["placeholders", (n) => `51-["x",[${'{"_placeholder":true,"num":0},'.repeat(n / 30)}1]]`],
  ["quotes", (n) => `2["x","${'\\"'.repeat(n / 2)}"]`],
  ["zeros of a number", (n) => `2["x",0.${"0".repeat(n)}1]`],
])("%s take time in proportion to their number", (_what, text) => {
  const read = (input: string) => () => {
    const assembler = new Assembler({ refuses: nestsTooDeep });
    try {
      assembler.add(input);
      assembler.add(Uint8Array.of(1));
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError);
    }
  };
  const small = time(read(text(30_000)));
  const large = time(read(text(480_000)));
  expect(large).toBeLessThan(100 * Math.max(small, 0.05));
});
