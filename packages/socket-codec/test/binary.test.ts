import { describe, expect, test } from "vitest";
import { hasBinary, isBinary } from "../src/binary.ts";
import { Assembler, type Chunk, Encoder, type Packet, PacketType } from "../src/packets.ts";

const event = (data: unknown): Packet => ({ type: PacketType.EVENT, nsp: "/", data });

/** Numbers that look random and are the same in each run (a linear congruential generator). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * below);
  };
}

class Shown {
  readonly #json: unknown;

  constructor(json: unknown) {
    this.#json = json;
  }

  toJSON(): unknown {
    return this.#json;
  }
}

class Hex extends Uint8Array {
  toJSON(): string {
    return "bytes all the same";
  }
}

const named = Object.assign(new ArrayBuffer(1), {
  name: "a property does not make it less binary",
});

const LEAVES: readonly unknown[] = [
  ...[0, -1.5, Number.NaN, true, null, undefined, "", '{"0":1}', '{"type":"Buffer","data":[]}'],
  ...[new Date(0), new Map([[1, 2]]), new Set([Buffer.alloc(1)]), Symbol("s"), () => 1, /x/],
  ...[{}, [], new Shown(undefined), new Shown("text"), { _placeholder: true, num: 0 }],
];

const BYTES: readonly (() => unknown)[] = [
  () => Uint8Array.of(1, 2),
  () => Buffer.from("x"),
  () => new Uint8Array(0),
  () => new ArrayBuffer(1),
  () => new DataView(new ArrayBuffer(2)),
  () => new Blob(["x"]),
  () => new Hex(2),
  () => named,
  () => new Shown(new ArrayBuffer(3)),
  () => new Shown({ list: [Buffer.from("y")] }),
];

/** A structure of about `size` values; `share` of a hundred are bytes. */
function structure(random: (below: number) => number, size: number, share: number): unknown {
  if (size <= 1) {
    return random(100) < share ? BYTES[random(BYTES.length)]!() : LEAVES[random(LEAVES.length)];
  }
  // Sometimes one long branch, so that bytes are deep, sometimes many short ones.
  const branches = random(3) === 0 ? 1 : 1 + random(size);
  const items = Array.from({ length: branches }, () =>
    structure(random, Math.floor((size - 1) / branches), share),
  );
  const kind = random(6);
  if (kind < 2) {
    return items;
  }
  const object =
    kind === 2 ? Object.create(null) : kind === 3 ? Object.create({ up: Uint8Array.of(9) }) : {};
  const prefix = kind === 4 ? "" : "key ";
  for (const [i, item] of items.entries()) {
    object[prefix + i] = item;
  }
  return object;
}

/** What is to be sent, said by JSON.stringify itself: it asks about each value that it is to write. */
function expected(data: unknown): Chunk[] {
  const attachments: Chunk[] = [];
  const text = JSON.stringify(data, function (this: Record<string, unknown>, key, json) {
    const bytes = [this[key], json].find(isBinary);
    return bytes ? { _placeholder: true, num: attachments.push(bytes) - 1 } : json;
  });
  const head = attachments.length > 0 ? `5${attachments.length}-` : "2";
  return [head + text, ...attachments];
}

describe.each([0, 2, 30])("with %i bytes among a hundred values", (share) => {
  test.each([1, 10, 100, 3000])("structures of %i values are written as JSON would ask", (size) => {
    const random = randomNumbers(size + share);
    const encoder = new Encoder();
    let binary = 0;
    for (let run = 0; run < 30_000 / (size + 100); run++) {
      const data = ["x", structure(random, size, share)];
      const chunks = encoder.encode(event(data));
      const wanted = expected(data);
      expect(chunks).toHaveLength(wanted.length);
      // Not toEqual: they are the same objects.
      expect(chunks.every((chunk, i) => chunk === wanted[i])).toBe(true);
      expect(hasBinary(data)).toBe(chunks.length > 1);
      binary += chunks.length - 1;
      expect(new Assembler({ maxAttachments: 1e6 }).add(chunks[0]!) === undefined).toBe(
        chunks.length > 1,
      );
    }
    // The comparison says nothing where there is nothing to find.
    expect(binary > 0).toBe(share > 0);
  });
});

test("bytes are found behind any number of other values", () => {
  const bytes = Uint8Array.of(1);
  for (const count of [1, 100, 10_000]) {
    const others = Array.from({ length: count }, (_, i) => ({ i, list: [i, "text"] }));
    expect(new Encoder().encode(event(["x", others, { deep: [{ bytes }] }]))[1]).toBe(bytes);
  }
});

describe("what is thrown on the way reaches the caller, and the next packet is not touched by it", () => {
  const failure = new Error("mine");
  const throwing = {
    toJSON() {
      throw failure;
    },
  };
  const getter = {
    get value() {
      throw failure;
    },
  };
  const cycle: Record<string, unknown> = {};
  cycle.self = { cycle };

  test.each<[name: string, value: unknown, thrown: unknown]>([
    ["toJSON", throwing, failure],
    ["a getter", getter, failure],
    ["a BigInt", 1n, expect.any(TypeError)],
    ["a cycle", cycle, expect.any(RangeError)],
  ])("%s", (_name, value, thrown) => {
    const encoder = new Encoder();
    for (const data of [
      ["x", value],
      ["x", Buffer.alloc(1), { deep: [value] }],
    ]) {
      let caught: unknown;
      try {
        encoder.encode(event(data));
      } catch (error) {
        caught = error;
      }
      expect(caught).toEqual(thrown);
      expect(encoder.encode(event(["y"]))).toEqual(['2["y"]']);
    }
  });
});

test("a getter that changes what it stands in changes what is sent, and nothing else", () => {
  const bytes = Uint8Array.of(1);
  const value = {
    get lazy() {
      Object.defineProperty(value, "lazy", { value: bytes, enumerable: true });
      return bytes;
    },
    after: 1,
  };
  expect(new Encoder().encode(event(["x", value]))).toEqual([
    '51-["x",{"lazy":{"_placeholder":true,"num":0},"after":1}]',
    bytes,
  ]);
});
