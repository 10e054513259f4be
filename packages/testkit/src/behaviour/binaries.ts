import { expect } from "vitest";
import { pattern, plain } from "../binary.ts";
import type { Statements } from "./statements.ts";
import type { World } from "./world.ts";

/** Binaries in every place. */
function samples(): Record<string, unknown[]> {
  return {
    "a Buffer": [pattern(5)],
    "an ArrayBuffer": [Uint8Array.from([9, 8, 7]).buffer],
    "bytes that look like packets": [Buffer.from("42[]"), Buffer.from("\u001e4b")],
    "one in an object": [{ name: "file", content: pattern(100) }],
    "several, nested": [{ a: [pattern(1, 1), { b: pattern(2, 2) }] }, "text", pattern(3, 3)],
    "ten attachments": Array.from({ length: 10 }, (_, index) => pattern(10, index)),
    "beside an object like a placeholder": [{ kind: "placeholder", num: 5 }, pattern(4)],
  };
}

function views(): unknown[] {
  const shared = pattern(64, 7);
  return [
    Uint8Array.from([0, 1, 254, 255]),
    new Uint8Array(shared.buffer, shared.byteOffset + 8, 16),
    { deep: [new DataView(Uint8Array.from([1, 2, 3]).buffer, 1)] },
  ];
}

export function binaryBehaviour({ group, it }: Statements): void {
  group("binary", "binary", () => {
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

    it("carries binaries of every kind from the server", {
      needs: ["server.arrayBuffers"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const all = Object.values(samples());
      for (const [index, args] of all.entries()) {
        await server.emit({}, "binary", ...args);
        await client.journal.until({ name: "binary" }, { count: index + 1 });
      }
      expect(plain(client.journal.events("binary"))).toEqual(plain(all));
    });

    it("carries empty binaries there and back", {
      needs: ["protocol.emptyBinary"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const args = [Buffer.alloc(0), "and", new ArrayBuffer(0)];
      await client.emit("echo", ...args);
      expect(plain((await client.journal.until({ name: "echo" })).args)).toEqual(plain(args));
      expect(plain(server.journal.events("echo"))).toEqual([plain(args)]);
    });

    it("carries typed arrays and other views from the client", {
      needs: ["client.views"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      await client.emit("views", ...views());
      expect(plain((await server.journal.until({ name: "views" })).args)).toEqual(plain(views()));
    });

    it("carries typed arrays and other views from the server", {
      needs: ["server.views"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      await server.emit({}, "views", ...views());
      expect(plain((await client.journal.until({ name: "views" })).args)).toEqual(plain(views()));
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

    it("carries binaries as base64 where the client wants it", {
      needs: ["client.base64"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { forceBase64: true });
      const args = [pattern(100), { deep: [pattern(3, 1)] }];
      await client.emit("echo", ...args);
      expect(plain((await client.journal.until({ name: "echo" })).args)).toEqual(plain(args));
      expect(plain(server.journal.events("echo"))).toEqual([plain(args)]);
      const sid = await client.id();
      expect(plain(await server.request(sid, "ask", args))).toEqual(plain(args));
    });

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
