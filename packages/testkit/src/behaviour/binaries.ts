import { expect } from "vitest";
import { pattern, plain } from "../binary.ts";
import type { Statements } from "./statements.ts";
import type { World } from "./world.ts";

/** Binaries of every kind and in every place. */
function samples(): Record<string, unknown[]> {
  const shared = pattern(64, 7);
  return {
    "a Buffer": [pattern(5)],
    "a Uint8Array": [Uint8Array.from([0, 1, 254, 255])],
    "an ArrayBuffer": [Uint8Array.from([9, 8, 7]).buffer],
    "a view into a larger buffer": [new Uint8Array(shared.buffer, shared.byteOffset + 8, 16)],
    "empty binaries": [Buffer.alloc(0), new ArrayBuffer(0)],
    "bytes that look like packets": [Buffer.from("42[]"), Buffer.from("\u001e4b")],
    "one in an object": [{ name: "file", content: pattern(100) }],
    "several, nested": [{ a: [pattern(1, 1), { b: pattern(2, 2) }] }, "text", pattern(3, 3)],
    "ten attachments": Array.from({ length: 10 }, (_, index) => pattern(10, index)),
    "beside an object like a placeholder": [{ kind: "placeholder", num: 5 }, pattern(4)],
  };
}

export function binaryBehaviour({ group, it }: Statements): void {
  group("binary", () => {
    it("carries binaries of every kind there and back", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const all = Object.values(samples());
      for (const [index, args] of all.entries()) {
        await client.emit("echo", ...args);
        await client.journal.until({ name: "echo" }, { count: index + 1 });
        await server.journal.until({ name: "echo" }, { count: index + 1 });
      }
      expect(plain(server.journal.events("echo"))).toEqual(plain(all));
      expect(plain(client.journal.events("echo"))).toEqual(plain(all));
    });

    it("carries binaries of every kind from the server", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const all = Object.values(samples());
      for (const [index, args] of all.entries()) {
        await server.emit({}, "binary", ...args);
        await client.journal.until({ name: "binary" }, { count: index + 1 });
      }
      expect(plain(client.journal.events("binary"))).toEqual(plain(all));
    });

    const large = async (world: World) => {
      const server = await world.serve();
      const client = await world.settle(server);
      const bytes = pattern(300_000, 3);
      await client.emit("echo", bytes);
      const { args } = await client.journal.until({ name: "echo" }, { timeout: 10_000 });
      expect(bytes.equals(args?.[0] as Buffer)).toBe(true);
    };
    const text = "carries 300 kB in one attachment both ways";
    it(text, { modes: ["websocket", "upgrade"] }, large);
    it(text, { modes: ["polling"], needs: ["server.largeBodies"] }, large);

    it("hands binaries to Node applications as Buffers", {
      needs: ["client.api", "server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      await client.emit("echo", new ArrayBuffer(3));
      const { args } = await client.journal.until({ name: "echo" });
      expect(Buffer.isBuffer(args?.[0])).toBe(true);
      expect(Buffer.isBuffer(server.journal.events("echo")[0]?.[0])).toBe(true);
    });

    it("carries binaries in the acknowledgements of both sides", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const args = [{ part: pattern(20, 1) }, "and", pattern(30, 2)];
      expect(plain(await client.request("ack", ...args))).toEqual(plain(args));
      const sid = await client.id();
      expect(plain(await server.request(sid, "ask", args))).toEqual(plain(args));
    });

    it("carries binaries in namespaces", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { namespaces: ["/chat"] });
      await client.emit("echo", pattern(10));
      const { args } = await client.journal.until({ name: "echo", nsp: "/chat" });
      expect(plain(args)).toEqual(plain([pattern(10)]));
      expect(plain(await client.request("ack", pattern(11)))).toEqual(plain([pattern(11)]));
    });
  });
}
