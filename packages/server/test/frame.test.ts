import { Duplex } from "node:stream";
import { encodeFrame, type Packet } from "@hawser/engine-codec/frames";
import { describe, expect, test } from "vitest";
import { codecV3 } from "../src/legacy/codec.ts";
import { codecV4, textCodecV4 } from "../src/transport/codec.ts";
import { frameOf } from "../src/transport/frame.ts";
import { writeFrames } from "../src/transport/frame-writer.ts";
import { SharedPacket } from "../src/transport/shared-packet.ts";

const message = (data: string | Uint8Array): Packet => ({ type: "message", data });

describe("a frame", () => {
  test.each<[title: string, payload: string | Uint8Array, head: number[]]>([
    ["empty text", "", [0x81, 0]],
    ["text", "abc", [0x81, 3]],
    ["the longest with a head of two bytes", "x".repeat(125), [0x81, 125]],
    ["the shortest with a head of four", "x".repeat(126), [0x81, 126, 0, 126]],
    ["the longest with a head of four", "x".repeat(0xffff), [0x81, 126, 0xff, 0xff]],
    ["the shortest with a head of ten", "x".repeat(0x10000), [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
    ["bytes", Uint8Array.of(1, 2), [0x82, 2]],
    ["many bytes", new Uint8Array(70_000), [0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]],
    ["text that is longer in bytes", "é€😀".repeat(14), [0x81, 126, 0, 126]],
  ])("of %s", (_, payload, head) => {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : Buffer.from(payload);
    expect(frameOf(payload).equals(Buffer.concat([Buffer.from(head), bytes]))).toBe(true);
  });

  test("takes of a view what the view shows", () => {
    const { buffer } = Uint8Array.of(1, 2, 3, 4);
    expect([...frameOf(new Uint8Array(buffer, 1, 2))]).toEqual([0x82, 2, 2, 3]);
    expect([...frameOf(new DataView(buffer, 3))]).toEqual([0x82, 1, 4]);
    expect([...frameOf(buffer)]).toEqual([0x82, 4, 1, 2, 3, 4]);
  });

  test("of half a surrogate pair is what Node makes of it", () => {
    expect(frameOf("\ud800x").subarray(2).toString()).toBe("\ufffdx");
  });
});

/** Remembers the chunks of each call that would be one system call. */
class Recorder extends Duplex {
  readonly calls: Buffer[][] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.calls.push([chunk]);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.calls.push(chunks.map(({ chunk }) => chunk));
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.calls.flat());
  }
}

function written(packets: Packet[], codec = codecV4): Recorder {
  const recorder = new Recorder();
  writeFrames(recorder, packets, codec);
  return recorder;
}

const framesOf = (packets: Packet[], codec = codecV4) =>
  Buffer.concat(packets.map((packet) => frameOf(codec.encodeFrame(packet))));

describe("what leaves together", () => {
  test("is one chunk, as long as it is small", () => {
    const packets = Array.from({ length: 500 }, (_, i) => message(i % 7 ? `m${i}é` : Buffer.of(i)));
    const { calls, bytes } = written(packets);
    expect(calls.map((chunks) => chunks.length)).toEqual([1]);
    expect(bytes.equals(framesOf(packets))).toBe(true);
  });

  test("is one call, whatever the sizes", () => {
    const sizes = [1, 125, 126, 8191, 8192, 8193, 60_000, 65_535, 65_536, 200_000, 2];
    for (const shared of [false, true]) {
      const packets = sizes.flatMap((size, i) => {
        const datas = [String(i % 10).repeat(size), new Uint8Array(size).fill(i)];
        return datas.map((data) => (shared ? new SharedPacket(data, true) : message(data)));
      });
      for (const order of [packets, packets.toReversed()]) {
        const { calls, bytes } = written(order);
        expect(calls.length).toBe(1);
        expect(bytes.equals(framesOf(order))).toBe(true);
      }
    }
  });

  test("keeps its order where some of it is shared", () => {
    const packets = Array.from({ length: 40 }, (_, i) =>
      i % 3 ? message(`own ${i}`) : new SharedPacket(`shared ${i}`, true),
    );
    expect(written(packets).bytes.equals(framesOf(packets))).toBe(true);
    expect(written(packets.slice(1)).bytes.equals(framesOf(packets.slice(1)))).toBe(true);
  });

  test("is not what the next call writes over", () => {
    const first = written([message("a"), message("b")]);
    written([message("c"), message("d")]);
    expect(first.bytes.equals(framesOf([message("a"), message("b")]))).toBe(true);
  });

  test("is forgotten when a packet cannot be encoded", () => {
    const broken = { type: "message", data: Symbol("no text") } as unknown as Packet;
    expect(() => written([message("lost"), broken])).toThrow(TypeError);
    const packets = [message("a"), message("b")];
    expect(written(packets).bytes.equals(framesOf(packets))).toBe(true);
  });
});

describe("a shared packet", () => {
  test("is framed once for all of a flush, alone and together", () => {
    const packets = ["a", "b"].map((data) => new SharedPacket(data, true));
    const write = (...some: Packet[]) => written(some).calls[0]![0];
    SharedPacket.keepFrames();
    const alone = write(packets[0]!);
    const together = write(...packets);
    expect(write(packets[0]!)).toBe(alone);
    expect(write(...packets)).toBe(together);
    SharedPacket.dropFrames();
    expect(write(packets[0]!)).not.toBe(alone);
    expect(write(...packets)).not.toBe(together);
    expect(write(...packets)).toEqual(together);
  });

  test("is framed anew where a server that never catches up would keep too much", () => {
    const write = (...some: Packet[]) => written(some).calls[0]![0];
    const first = ["a", "b"].map((data) => new SharedPacket(data, true));
    SharedPacket.keepFrames();
    const alone = write(first[0]!);
    const together = write(...first);
    const many = (count: number, data: string) => {
      for (let i = 0; i < count; i++) {
        write(new SharedPacket(data, true));
      }
    };
    many(10, "x".repeat(1e6));
    expect(write(first[0]!)).toBe(alone);
    expect(write(...first)).toBe(together);
    many(10, "x".repeat(1e6));
    expect(write(first[0]!)).not.toBe(alone);
    expect(write(...first)).not.toBe(together);
    const next = write(...first);
    expect(write(...first)).toBe(next);
    many(100_000, "x");
    expect(write(...first)).not.toBe(next);
    SharedPacket.dropFrames();
  });

  test("is framed as each codec has it", () => {
    const packets = [Uint8Array.of(1, 2), Uint8Array.of(3)].map((b) => new SharedPacket(b, true));
    for (const some of [packets, packets.slice(0, 1)]) {
      for (const codec of [codecV4, textCodecV4, codecV3, codecV4]) {
        expect(written([...some], codec).bytes.equals(framesOf(some, codec))).toBe(true);
      }
    }
  });

  test("goes with others than last time", () => {
    const [a, b, c] = ["a", "b", "c"].map((data) => new SharedPacket(data, true));
    for (const packets of [[a!, b!], [a!, c!], [a!, b!, c!], [a!], [b!, a!]]) {
      expect(written(packets).bytes.equals(framesOf(packets))).toBe(true);
    }
  });

  test("is like any other packet to whoever encodes it", () => {
    expect(encodeFrame(new SharedPacket("x", true))).toBe("4x");
    expect(new SharedPacket("x", true).options.compress).toBe(true);
    expect(new SharedPacket("x", false).options.compress).toBe(false);
  });
});
