import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bytesOf,
  decodeBinaryFrame,
  decodeBinaryPayload3,
  decodeFrame,
  decodeFrame3,
  decodePayload,
  decodePayload3,
  encodeBinaryPayload3,
  encodeFrame,
  encodeFrame3,
  encodePayload,
  encodePayload3,
  encodeText,
  encodeText3,
  type Packet,
  StreamReader,
  streamHead,
} from "../src/frames.ts";

/** Text of any characters, and with those that mean something to a decoder. Whole ones: halves have no UTF-8. */
const characters = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "binary" }) },
  fc.string({ unit: fc.constantFrom(...'0123456789:b=[]"\\\n\x1e\xff€😀\u2028A/+') }),
);
const bytes = fc.uint8Array({ maxLength: 300 });

/** Messages are the only packets with bytes; text that is empty is not told from none. */
const packet: fc.Arbitrary<Packet> = fc.oneof(
  characters.map((data) =>
    data ? { type: "message" as const, data } : { type: "message" as const },
  ),
  bytes.map((data) => ({ type: "message" as const, data })),
  fc
    .tuple(fc.constantFrom("open", "close", "ping", "pong", "upgrade", "noop"), characters)
    .map(([type, data]) => (data ? { type, data } : { type }) as Packet),
);
const packets = fc.array(packet, { maxLength: 12 });

const wholePackets = packets.map((list) =>
  list.filter(({ data }) => !String(data).includes("\x1e")),
);

/** Bytes as numbers, whatever holds them. */
function plain({ type, data }: Packet): unknown {
  return data === undefined || typeof data === "string"
    ? { type, data }
    : { type, bytes: [...bytesOf(data)] };
}

const TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

/** A packet that can exist, or the one that stands for what cannot be read. */
function isPacket({ type, data }: Packet): boolean {
  return type === "error"
    ? data === "parser error"
    : TYPES.includes(type) &&
        (data === undefined || typeof data === "string" || ArrayBuffer.isView(data));
}

function size({ data }: Packet): number {
  return data === undefined ? 0 : typeof data === "string" ? data.length : data.byteLength;
}

/** What holds of anything that was read: packets, no larger than their input, errors only at the end. */
function expectSound(read: Packet[], length: number): void {
  expect(read.every(isPacket)).toBe(true);
  const errors = read.filter(({ type }) => type === "error");
  expect(errors.length === 0 || read.at(-1) === errors[0]).toBe(true);
  expect(read.length).toBeLessThanOrEqual(length + 1);
  const sum = read
    .filter(({ type }) => type !== "error")
    .reduce((total, one) => total + size(one), 0);
  expect(sum).toBeLessThanOrEqual(length);
}

describe("what was written is read", () => {
  test.each([
    ["WebSocket messages", encodeFrame, decodeFrame],
    ["text messages", encodeText, decodeFrame],
    ["messages of revision 3", encodeFrame3, decodeFrame3],
    ["text messages of revision 3", encodeText3, decodeFrame3],
  ] as const)("as %s", (_what, encode, decode) => {
    fc.assert(
      fc.property(packet, (one) => {
        expect(plain(decode(encode(one)))).toEqual(plain(one));
      }),
    );
  });

  test.each([
    ["a body", wholePackets, encodePayload, decodePayload],
    ["a text body of revision 3", packets, encodePayload3, decodePayload3],
    ["a body of bytes of revision 3", packets, encodeBinaryPayload3, decodeBinaryPayload3],
  ] as const)("as %s", (_what, arbitrary, encode, decode) => {
    fc.assert(
      fc.property(arbitrary, (list) => {
        fc.pre(list.length > 0);
        const read = (decode as (body: unknown) => Packet[])(encode(list));
        expect(read.map(plain)).toEqual(list.map(plain));
      }),
    );
  });

  test("as a stream, in pieces of any size", () => {
    fc.assert(
      fc.property(packets, fc.array(fc.nat(400)), (list, sizes) => {
        const stream = Buffer.concat(list.flatMap((one) => inStream(encodeFrame(one))));
        const reader = new StreamReader(1e6);
        const read = pieces(stream, sizes).flatMap((piece) => reader.push(piece));
        // A stream has no empty payloads: nothing was sent for them.
        const sent = list.filter(
          (one) => encodeFrame(one) !== "" && byteLength(encodeFrame(one)) > 0,
        );
        expect(read.map(plain)).toEqual(sent.map(plain));
      }),
    );
  });
});

function byteLength(frame: ReturnType<typeof encodeFrame>): number {
  return typeof frame === "string" ? Buffer.byteLength(frame) : frame.byteLength;
}

function inStream(frame: ReturnType<typeof encodeFrame>): Uint8Array[] {
  const payload = typeof frame === "string" ? Buffer.from(frame) : bytesOf(frame);
  return payload.length > 0 ? [streamHead(payload.length, typeof frame !== "string"), payload] : [];
}

/** The bytes cut into pieces of these sizes, and the rest. */
function pieces(stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const cut: Uint8Array[] = [];
  let start = 0;
  for (const size of sizes) {
    cut.push(stream.subarray(start, start + size));
    start += size;
  }
  return [...cut, stream.subarray(start)];
}

/** Bodies that were right until a few bytes of them were changed. */
const damaged = fc
  .tuple(
    packets,
    fc.constantFrom(encodePayload, encodePayload3, (list: Packet[]) =>
      Buffer.from(encodeBinaryPayload3(list)).toString("latin1"),
    ),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
  )
  .map(([list, encode, changes]) => {
    const body = Buffer.from(encode(list));
    for (const [at, value] of changes) {
      if (body.length > 0) {
        body[at % body.length] = value;
      }
    }
    return body;
  });
const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 500 }), damaged);
const anyText = fc.oneof(
  characters,
  fc.string({ unit: "binary" }),
  fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
  damaged.map((body) => body.toString()),
  damaged.map((body) => body.toString("latin1")),
);

describe("whatever comes is a packet, or the one that says that it is none", () => {
  test("as text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const decode of [decodeFrame, decodeBinaryFrame, decodeFrame3]) {
          expectSound([decode(text)], text.length);
        }
        expectSound(decodePayload(text), text.length);
        expectSound(decodePayload3(text), text.length);
      }),
      { numRuns: 500 },
    );
  });

  test("as bytes", () => {
    fc.assert(
      fc.property(anyBytes, (body) => {
        for (const decode of [decodeFrame, decodeBinaryFrame, decodeFrame3]) {
          expectSound([decode(body)], body.length);
        }
        expectSound(decodeBinaryPayload3(body), body.length);
      }),
      { numRuns: 500 },
    );
  });

  test("as a stream, however it is cut", () => {
    fc.assert(
      fc.property(anyBytes, fc.array(fc.nat(50)), fc.nat(300), (body, sizes, maxPayload) => {
        const cut = new StreamReader(maxPayload);
        const read = pieces(body, sizes).flatMap((piece) => cut.push(piece));
        expect(read.every(isPacket)).toBe(true);
        expect(read.every((one) => size(one) <= maxPayload || one.type === "error")).toBe(true);
        expect(new StreamReader(maxPayload).push(body).map(plain)).toEqual(read.map(plain));
      }),
    );
  });
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

const repeated = (unit: string) => (length: number) => unit.repeat(length / unit.length);
const split = (size: number) => (length: number) => {
  const reader = new StreamReader(length);
  const head = streamHead(length, true);
  const piece = new Uint8Array(size);
  reader.push(head);
  for (let i = 0; i < length / size; i++) {
    reader.push(piece);
  }
};

// Sixteen times the input takes sixteen times as long; 256 times would be quadratic.
test.each<[what: string, work: (length: number) => () => unknown]>([
  ["separators", (n) => () => decodePayload(repeated("\x1e")(n))],
  ["small packets", (n) => () => decodePayload(repeated("4\x1e")(n))],
  ["base64", (n) => () => decodePayload(`b${repeated("AAAA")(n)}`)],
  ["what is nearly base64", (n) => () => decodePayload(`b${repeated("AAAA")(n)}*`)],
  ["equals signs", (n) => () => decodePayload(`b${repeated("=")(n)}`)],
  ["empty packets of revision 3", (n) => () => decodePayload3(repeated("0:")(n))],
  ["small packets of revision 3", (n) => () => decodePayload3(repeated("1:4")(n))],
  ["digits", (n) => () => decodePayload3(repeated("1")(n))],
  ["colons", (n) => () => decodePayload3(repeated(":")(n))],
  ["zeros", (n) => () => decodePayload3(`${repeated("0")(n)}:`)],
  [
    "small packets in bytes",
    (n) => () => decodeBinaryPayload3(Buffer.from("0001ff34".repeat(n / 4), "hex")),
  ],
  ["a length without end", (n) => () => decodeBinaryPayload3(new Uint8Array(n))],
  [
    "a stream of small frames",
    (n) => () => new StreamReader(10).push(Buffer.from(repeated("\x014")(n))),
  ],
  ["a frame in many pieces", (n) => () => split(8)(n)],
])("%s take time in proportion to their number", (_what, work) => {
  const small = time(work(20_000));
  const large = time(work(320_000));
  expect(large).toBeLessThan(100 * Math.max(small, 0.05));
});
