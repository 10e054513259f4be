import * as official from "engine.io-parser";
import { describe, expect, test } from "vitest";
import * as ours from "../src/index.ts";

type Library = Pick<
  typeof ours,
  "encodePacket" | "encodePayload" | "decodePacket" | "decodePayload"
>;

/** Every kind of input, the same at each run. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
}

const TYPES: ours.PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const CHARACTERS = [..."01234567bAZ09az+/=\x1e \n\"'[]{}€é😀", "\ud800"];
const FORMS: ((bytes: Uint8Array<ArrayBuffer>) => ours.RawData)[] = [
  (bytes) => bytes,
  (bytes) => Buffer.from(bytes),
  (bytes) => bytes.slice().buffer,
  (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  (bytes) => Buffer.concat([bytes, bytes]).subarray(bytes.length),
];
const EMPTY = [undefined, null, "", 0, false];

function textOf(random: (limit: number) => number): string {
  return Array.from({ length: random(12) }, () => CHARACTERS[random(CHARACTERS.length)]).join("");
}

function packetOf(random: (limit: number) => number): ours.Packet {
  const type = TYPES[random(TYPES.length)]!;
  const bytes = Uint8Array.from({ length: random(9) }, () => random(256));
  const kind = random(4);
  if (kind === 0) {
    return { type, data: EMPTY[random(EMPTY.length)] };
  }
  return kind === 1
    ? { type, data: FORMS[random(FORMS.length)]!(bytes) }
    : { type, data: textOf(random) };
}

const encode = (library: Library, packet: ours.Packet, binary: boolean): unknown[] => {
  const frames: unknown[] = [];
  library.encodePacket(packet, binary, (frame) => frames.push(frame));
  return frames;
};

const RUNS = Array.from({ length: 500 }, (_, seed) => seed);
const BINARY_TYPES: (ours.BinaryType | undefined)[] = [undefined, "nodebuffer", "arraybuffer"];

describe("answers as engine.io-parser does", () => {
  test("when it encodes packets", () => {
    for (const seed of RUNS) {
      const packet = packetOf(randomOf(seed));
      for (const binary of [true, false]) {
        expect(encode(ours, packet, binary), JSON.stringify(packet)).toStrictEqual(
          encode(official as Library, packet, binary),
        );
      }
    }
  });

  test("when it encodes payloads, and reads them", () => {
    for (const seed of RUNS) {
      const random = randomOf(seed);
      // The separator is not allowed in data.
      const packets = Array.from({ length: 1 + random(4) }, () => packetOf(random)).filter(
        ({ data }) => !String(data).includes("\x1e"),
      );
      if (packets.length === 0) {
        continue;
      }
      const bodies: string[] = [];
      ours.encodePayload(packets, (body) => bodies.push(body));
      official.encodePayload(packets, (body) => bodies.push(body));
      expect(bodies).toHaveLength(2);
      expect(bodies[0]).toBe(bodies[1]);
      for (const type of BINARY_TYPES) {
        expect(ours.decodePayload(bodies[0]!, type)).toStrictEqual(
          official.decodePayload(bodies[0]!, type),
        );
      }
    }
  });

  test("when it reads any text, what is no packet included", () => {
    for (const seed of RUNS) {
      const text = textOf(randomOf(seed));
      // Text that starts like base64 is judged below.
      if (!text.split("\x1e").some((frame) => frame.startsWith("b"))) {
        expect(ours.decodePacket(text), JSON.stringify(text)).toStrictEqual(
          official.decodePacket(text),
        );
        expect(ours.decodePayload(text)).toStrictEqual(official.decodePayload(text));
      }
    }
  });

  test("when it reads bytes, whatever form they have and shall have", () => {
    const bytes = Uint8Array.of(0, 1, 254, 255);
    for (const form of FORMS.slice(0, 3)) {
      const data = form(bytes);
      for (const type of BINARY_TYPES) {
        const [mine, its] = [ours.decodePacket(data, type), official.decodePacket(data, type)];
        expect(mine).toStrictEqual(its);
        expect(mine.data === data, `${data.constructor.name} ${type}`).toBe(its.data === data);
        expect(ours.decodePacket("bAAH+/w==", type)).toStrictEqual(its);
      }
    }
  });
});

test("only the bytes of a view come back, not those around it", () => {
  const view = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
  expect(ours.decodePacket(view, "arraybuffer").data).toEqual(Uint8Array.of(1, 2).buffer);
});

test.each(["b!!", "bAQ=D", "b\n"])("%j is no base64, and no packet", (text) => {
  expect(ours.decodePacket(text)).toEqual({ type: "error", data: "parser error" });
  expect(ours.decodePayload(`4a\x1e${text}\x1e4b`)).toEqual([
    { type: "message", data: "a" },
    { type: "error", data: "parser error" },
  ]);
});

test("a Blob is sent as it is, or read for base64", async () => {
  const blob = new Blob(["abc"]);
  expect(encode(ours, { type: "message", data: blob }, true)).toEqual([blob]);
  const body = await new Promise((resolve) => {
    ours.encodePayload(
      [
        { type: "message", data: "first" },
        { type: "message", data: blob },
        { type: "message", data: "last" },
      ],
      resolve,
    );
  });
  expect(body).toBe("4first\x1ebYWJj\x1e4last");
});
