import { expect } from "vitest";
import type { Statements } from "./statements.ts";
import { api, socket, socketOf, type World } from "./world.ts";

/** Every JSON shape, as argument lists. */
const SHAPES: Record<string, unknown[]> = {
  "no argument": [],
  null: [null],
  booleans: [true, false],
  numbers: [0, -1, 1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  "an empty string": [""],
  unicode: ["żółć 你好 🇪🇺 \u0000 \u001e \u2028 \u2029 \ufeff \u{10ffff}"],
  "quotes and backslashes": ['"\\"', "\\n\n\t\r", "</script>"],
  "text that looks like packets": ["42[]", "2probe", "b4AQID", "\u001e4"],
  "an empty array": [[]],
  "an empty object": [{}],
  "nested values": [{ a: [{ b: { c: [[], [null, { d: "e" }]] } }] }, [[[["deep"]]]]],
  "odd keys": [{ "": 1, "a,b": 2, 'q"q': 3, ключ: 4, _placeholder: false }],
  "an object like a placeholder": [{ _placeholder: true, num: 0 }],
  "ten arguments": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
};

const NAMES = ["plain", "with space", "日本語", "a,b[c]", "12", "-", "message", "error", "ping"];

export function eventBehaviour({ group, it }: Statements): void {
  group("events", () => {
    it("carries every JSON shape there and back", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      let count = 0;
      for (const args of Object.values(SHAPES)) {
        await client.emit("echo", ...args);
        await client.journal.until({ name: "echo" }, { count: ++count });
        await server.journal.until({ name: "echo" }, { count });
      }
      expect(server.journal.events("echo")).toEqual(Object.values(SHAPES));
      expect(client.journal.events("echo")).toEqual(Object.values(SHAPES));
    });

    it("carries every JSON shape from the server", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      let count = 0;
      for (const args of Object.values(SHAPES)) {
        await server.emit({}, "shape", ...args);
        await client.journal.until({ name: "shape" }, { count: ++count });
      }
      expect(client.journal.events("shape")).toEqual(Object.values(SHAPES));
    });

    const large = async (world: World) => {
      const server = await world.serve();
      const client = await world.settle(server);
      const ascii = "0123456789".repeat(20_000);
      const wide = "ж漢🚀".repeat(25_000);
      await client.emit("echo", ascii, { wide });
      const { args = [] } = await client.journal.until({ name: "echo" }, { timeout: 10_000 });
      expect(args[0] === ascii).toBe(true);
      expect((args[1] as { wide: string }).wide === wide).toBe(true);
    };
    const text = "carries strings of 200 kB and more both ways";
    it(text, { modes: ["websocket", "upgrade"] }, large);
    it(text, { modes: ["polling"], needs: ["server.largeBodies"] }, large);

    it("takes any string as the name of an event", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      for (const name of NAMES) {
        await client.emit(name, name);
        await server.emit({}, name, name);
      }
      for (const name of NAMES) {
        expect((await server.journal.until({ type: "event", name })).args).toEqual([name]);
        expect((await client.journal.until({ type: "event", name })).args).toEqual([name]);
      }
    });

    it("turns what JSON cannot say into what JSON.stringify makes of it", {
      needs: ["client.api", "server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const values = [
        undefined,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        new Date(0),
        new Map([[1, 2]]),
        new Set([1]),
        { gone: undefined, kept: 1, toText: { toJSON: () => "text" } },
        "last",
      ];
      const arrived = JSON.parse(JSON.stringify(values));
      socket(client).emit("odd", ...values);
      expect((await server.journal.until({ name: "odd" })).args).toEqual(arrived);
      api(server).emit("odd", ...values);
      expect((await client.journal.until({ name: "odd" })).args).toEqual(arrived);
    });

    it("throws at once what cannot be encoded, and carries on", {
      needs: ["client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      expect(() => socket(client).emit("big", 1n)).toThrow(TypeError);
      expect(await client.request("ack", "after")).toEqual(["after"]);
    });

    it("throws at once what a server cannot encode, and carries on", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      expect(() => own.emit("big", 1n)).toThrow(TypeError);
      expect(() => api(server).emit("big", { deep: [1n] })).toThrow(TypeError);
      expect(await client.request("ack", "after")).toEqual(["after"]);
    });

    it("refuses to emit the names the library keeps for itself", {
      needs: ["client.api", "server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      const reserved = [
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "newListener",
        "removeListener",
      ];
      for (const name of reserved) {
        const message = `"${name}" is a reserved event name`;
        expect(() => socket(client).emit(name)).toThrow(message);
        expect(() => own.emit(name)).toThrow(message);
      }
    });

    it("sends `message` with send()", { needs: ["client.api", "server.api"] }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      socket(client).send("up", 1);
      expect((await server.journal.until({ name: "message" })).args).toEqual(["up", 1]);
      api(server).send("down", 2);
      expect((await client.journal.until({ name: "message" })).args).toEqual(["down", 2]);
    });

    it("does not let a later change of an emitted object reach the other side", {
      needs: ["client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const state = { count: 1 };
      socket(client).emit("state", state);
      state.count = 2;
      expect((await server.journal.until({ name: "state" })).args).toEqual([{ count: 1 }]);
    });
  });
}
