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
  "quotes, backslashes and control characters": ['"\\"', "\\n\n\t\r\u0000\u001e", "</script>"],
  "text that looks like packets": ["42[]", "2probe", "b4AQID", "\u001e4"],
  "an empty array": [[]],
  "an empty object": [{}],
  "nested values": [{ a: [{ b: { c: [[], [null, { d: "e" }]] } }] }, [[[["deep"]]]]],
  "odd keys": [{ "": 1, "a,b": 2, 'q"q': 3, _placeholder: false }],
  "an object like a placeholder": [{ _placeholder: true, num: 0 }],
  "ten arguments": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
};

/** Also in keys, and as a name. */
const UNICODE = "żółć 你好 🇪🇺 \u2028 \u2029 \ufeff \u{10ffff}";

const NAMES = ["plain", "with space", "a,b[c]", "12", "-", "message"];

export function eventBehaviour({ group, it }: Statements): void {
  group("events", "events", () => {
    it("carries every JSON shape there and back", { needs: ["protocol.json"] }, async (world) => {
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

    it("carries every JSON shape from the server", { needs: ["protocol.json"] }, async (world) => {
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
      await client.emit("echo", ascii, { ascii });
      const { args = [] } = await client.journal.until({ name: "echo" }, { timeout: 10_000 });
      expect(args[0] === ascii).toBe(true);
      expect((args[1] as { ascii: string }).ascii === ascii).toBe(true);
    };
    const text = "carries strings of 200 kB and more both ways";
    it(text, { modes: ["websocket", "upgrade"] }, large);
    it(text, { modes: ["polling"], needs: ["server.largeBodies"] }, large);

    const unicode = async (world: World) => {
      const server = await world.serve();
      const client = await world.settle(server);
      const args = [UNICODE, { [UNICODE]: [UNICODE] }];
      await client.emit("echo", ...args);
      await client.journal.until({ name: "echo" });
      await client.emit(UNICODE, 1);
      await server.emit({}, UNICODE, 2);
      expect((await server.journal.until({ name: UNICODE })).args).toEqual([1]);
      expect((await client.journal.until({ name: UNICODE })).args).toEqual([2]);
      expect(server.journal.events("echo")).toEqual([args]);
      expect(client.journal.events("echo")).toEqual([args]);
      expect(await client.request("ack", UNICODE)).toEqual([UNICODE]);
    };
    const every = "carries every script in texts, keys and names";
    it(every, { modes: ["websocket", "upgrade"] }, unicode);
    it(every, { modes: ["polling"], needs: ["client.unicode"] }, unicode);

    const wide = async (world: World) => {
      const server = await world.serve();
      const client = await world.settle(server);
      const long = "ж漢🚀".repeat(25_000);
      await client.emit("echo", long);
      const { args = [] } = await client.journal.until({ name: "echo" }, { timeout: 10_000 });
      expect(args[0] === long).toBe(true);
    };
    const far = "carries 300 kB of other scripts both ways";
    it(far, { modes: ["websocket", "upgrade"] }, wide);
    it(far, { modes: ["polling"], needs: ["server.largeBodies", "client.unicode"] }, wide);

    const names = (all: string[]) => async (world: World) => {
      const server = await world.serve();
      const client = await world.connect(server);
      for (const name of all) {
        await client.emit(name, name);
        await server.emit({}, name, name);
      }
      for (const name of all) {
        expect((await server.journal.until({ type: "event", name })).args).toEqual([name]);
        expect((await client.journal.until({ type: "event", name })).args).toEqual([name]);
      }
    };
    it("takes any string as the name of an event", names(NAMES));
    it(
      "takes `error` and `ping` as names of events",
      { needs: ["protocol.names"] },
      names(["error", "ping", "pong"]),
    );

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
