import * as official from "engine.io-parser";
import { describe, expect, test } from "vitest";
import * as ours from "../src/index.ts";

type Library = Pick<typeof ours, "createPacketEncoderStream" | "createPacketDecoderStream">;
const theirs = official as unknown as Library;

async function through<In, Out>(stream: TransformStream<In, Out>, input: In[]): Promise<Out[]> {
  const writer = stream.writable.getWriter();
  const writing = (async () => {
    for (const piece of input) {
      await writer.write(piece);
    }
    await writer.close();
  })();
  const output: Out[] = [];
  for await (const piece of stream.readable as unknown as AsyncIterable<Out>) {
    output.push(piece);
  }
  await writing;
  return output;
}

const encode = (library: Library, ...packets: ours.Packet[]): Promise<Uint8Array[]> =>
  through(library.createPacketEncoderStream(), packets);

const decode = (
  library: Library,
  pieces: Uint8Array[],
  maxPayload = 1e6,
  type?: ours.BinaryType,
): Promise<ours.Packet[]> =>
  through(library.createPacketDecoderStream(maxPayload, type as ours.BinaryType), pieces);

const LENGTHS = [1, 2, 124, 125, 126, 127, 65_534, 65_535, 65_536, 100_000];
const error = { type: "error", data: "parser error" };

describe("answers as engine.io-parser does", () => {
  test.each(LENGTHS)("for payloads of about %d bytes, both ways", async (length) => {
    const packets: ours.Packet[] = [
      { type: "message", data: "a".repeat(length) },
      { type: "message", data: "€".repeat(length / 3) },
      { type: "message", data: new Uint8Array(length).fill(7) },
      { type: "ping" },
    ];
    const [mine, its] = [await encode(ours, ...packets), await encode(theirs, ...packets)];
    expect(mine.length).toBe(its.length);
    mine.forEach((piece, i) => {
      expect(Buffer.compare(piece, its[i]!)).toBe(0);
    });
    for (const type of ["nodebuffer", "arraybuffer"] as const) {
      expect(await decode(ours, mine, 1e6, type)).toStrictEqual(
        await decode(theirs, its, 1e6, type),
      );
    }
  });

  test("for every form of bytes", async () => {
    const bytes = Uint8Array.of(9, 1, 2, 3, 4);
    const forms = [bytes, Buffer.from(bytes), bytes.buffer, bytes.subarray(1), new Int16Array(2)];
    for (const data of forms) {
      const pieces = await encode(ours, { type: "message", data });
      const its = await encode(theirs, { type: "message", data });
      expect(Buffer.concat(pieces)).toEqual(Buffer.concat(its));
    }
  });

  test("wherever the stream is cut", async () => {
    const packets: ours.Packet[] = [
      { type: "open", data: "{}" },
      { type: "message", data: new Uint8Array(200).fill(1) },
      { type: "message", data: "x".repeat(200) },
      { type: "pong" },
    ];
    const stream = Buffer.concat(await encode(ours, ...packets));
    const whole = await decode(theirs, [stream]);
    for (let cut = 1; cut < stream.length; cut += 7) {
      const pieces = [stream.subarray(0, cut), stream.subarray(cut)];
      expect(await decode(ours, pieces), `cut at ${cut}`).toStrictEqual(whole);
    }
    const bytes = Array.from(stream, (byte) => Uint8Array.of(byte));
    expect(await decode(ours, bytes)).toStrictEqual(whole);
  });

  test.each([
    ["no payload", [0]],
    ["more than allowed", [11]],
    ["a length of 16 bits, more than allowed", [126, 1, 0]],
    ["a length that is no safe integer", [127, 0, 0x20, 0, 0, 0, 0, 0, 0]],
  ])("for a head that announces %s", async (_, head) => {
    const pieces = [Uint8Array.from(head)];
    expect(await decode(ours, pieces, 10)).toStrictEqual([error]);
    expect(await decode(theirs, pieces, 10)).toStrictEqual([error]);
  });

  test("for frames that are no packets", async () => {
    const pieces = [Uint8Array.of(1, 0x39, 1, 0x32)];
    expect(await decode(ours, pieces)).toStrictEqual([error, { type: "ping" }]);
    expect(await decode(theirs, pieces)).toStrictEqual([error, { type: "ping" }]);
  });
});

test("what follows a head that cannot be meant is dropped", async () => {
  const pieces = [Uint8Array.of(0, 1, 0x32), Uint8Array.of(1, 0x32)];
  expect(await decode(ours, pieces)).toEqual([error]);
});

test("pieces without bytes mean nothing", async () => {
  const pieces = [Uint8Array.of(), Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(0x32)];
  expect(await decode(ours, pieces)).toEqual([{ type: "ping" }]);
});

test("a Blob is read, and sent in its turn", async () => {
  const pieces = await encode(ours, { type: "message", data: new Blob(["abc"]) }, { type: "ping" });
  expect(Buffer.concat(pieces)).toEqual(Buffer.from([0x83, 0x61, 0x62, 0x63, 1, 0x32]));
});
