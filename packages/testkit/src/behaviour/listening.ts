import { expect } from "vitest";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { api, eventually, once, socket, socketOf } from "./world.ts";

export function listenerBehaviour({ group, it }: Statements): void {
  group("listeners", () => {
    it("shows every incoming event to the server's catch-all before its own listener", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      const seen: unknown[] = [];
      const second = (event: string) => seen.push(["second", event]);
      own.onAny(second);
      own.prependAny((event: string, ...args: unknown[]) => seen.push(["first", event, args]));
      own.on("thing", () => seen.push(["listener"]));
      await client.emit("thing", 1, 2);
      await eventually(() => seen.length === 3, "three calls");
      own.offAny(second);
      await client.emit("other");
      await client.request("ack");
      expect(seen.slice(0, 4)).toEqual([
        ["first", "thing", [1, 2]],
        ["second", "thing"],
        ["listener"],
        ["first", "other", []],
      ]);
    });

    it("shows every outgoing event to the server's catch-all, broadcasts included", {
      needs: ["server.api", "server.outgoing", "server.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      const seen: unknown[] = [];
      own.onAnyOutgoing((event: string, ...args: unknown[]) => seen.push([event, args]));
      own.emit("direct", 1);
      api(server).emit("broadcast", 2);
      await own.emitWithAck("ask", 3);
      await client.request("ack", "not seen");
      expect(seen).toEqual([
        ["direct", [1]],
        ["broadcast", [2]],
        ["ask", [3]],
      ]);
      own.offAnyOutgoing();
      own.emit("later");
      expect(seen).toHaveLength(3);
    });

    it("shows incoming and outgoing events to the client's catch-alls", {
      needs: ["client.api", "client.outgoing"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = socket(client);
      const seen: unknown[] = [];
      own.prependAny((event: string, ...args: unknown[]) => seen.push(["in", event, args]));
      own.onAnyOutgoing((event: string, ...args: unknown[]) => seen.push(["out", event, args]));
      own.on("echo", () => seen.push(["listener"]));
      own.emit("echo", "x");
      await eventually(() => seen.length === 3, "three calls");
      expect(seen).toEqual([["out", "echo", ["x"]], ["in", "echo", ["x"]], ["listener"]]);
    });

    it("calls a once listener once", { needs: ["client.api", "server.api"] }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      const calls: unknown[] = [];
      own.once("thing", () => calls.push("server"));
      socket(client).once("thing", () => calls.push("client"));
      await client.emit("thing");
      await client.emit("thing");
      own.emit("thing");
      own.emit("thing");
      await client.request("ack");
      await client.journal.until({ name: "thing" }, { count: 2 });
      expect(calls.sort()).toEqual(["client", "server"]);
    });

    it("drops an event a packet middleware refuses and reports it to the socket", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      own.use(([event, first], next) => {
        if (event === "bad") next(new Error("no bad events"));
        else if (first === "async") setTimeout(next, 5);
        else next();
      });
      const errors: string[] = [];
      const got: unknown[] = [];
      own.on("error", (error: Error) => errors.push(error.message));
      own.on("bad", () => got.push("bad"));
      own.on("good", (value: unknown) => got.push(value));
      await client.emit("bad", 1);
      await client.emit("good", "async");
      await eventually(() => got.length === 1, "the good event");
      expect(got).toEqual(["async"]);
      expect(errors).toEqual(["no bad events"]);
      expect(own.connected).toBe(true);
    });

    it("delivers volatile events while the connection can take them", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      const own = await socketOf(server, client);
      await eventually(() => own.conn.transport.writable, "a writable transport");
      own.volatile.emit("position", 1);
      expect((await client.journal.until({ name: "position" })).args).toEqual([1]);
    });

    it("drops volatile events of the server that the connection cannot take, whole", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      const own = await socketOf(server, client);
      await eventually(() => own.conn.transport.writable, "a writable transport");
      // The first takes the pending poll or the frame of this tick, so the others find none.
      own.emit("first");
      own.volatile.emit("dropped");
      own.volatile.emit("dropped", Buffer.from([1]));
      own.emit("last");
      await client.journal.until({ name: "last" });
      expect(await client.request("ack", 1)).toEqual([1]);
      expect(client.journal.events("dropped")).toEqual([]);
    });

    it("drops volatile events of a client that is not connected", {
      needs: ["client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.begin(server, { api: { autoConnect: false } });
      const own = socket(client);
      own.volatile.emit("dropped");
      own.emit("kept");
      own.connect();
      await once(own, "connect");
      await server.journal.until({ name: "kept" });
      await eventually(() => own.connected, "connected");
      await client.request("ack", "fence");
      expect(server.journal.events("dropped")).toEqual([]);
    });

    it("delivers volatile events of a connected client", {
      needs: ["client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      await pause(50);
      socket(client).volatile.emit("position", 2);
      expect((await server.journal.until({ name: "position" })).args).toEqual([2]);
    });
  });
}
