import { expect } from "vitest";
import { plain } from "../binary.ts";
import type { RunningServer } from "../peers/contract.ts";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { api, eventually, once, socket, type World } from "./world.ts";

/** Stops the server, does something meanwhile, and starts another one on its port. */
async function restart(world: World, server: RunningServer, meanwhile?: () => Promise<void>) {
  await server.stop();
  await meanwhile?.();
  return world.serve({ port: server.port });
}

export function reconnectingBehaviour({ group, it }: Statements): void {
  group("reconnecting", "restart", () => {
    it("finds a server restarted on the same port and joins all namespaces again", {
      needs: ["client.returns"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { namespaces: ["/", "/chat"] });
      const before = await client.in("/chat").id();
      const next = await restart(world, server, async () => {
        await client.journal.until({ type: "disconnect", nsp: "/" });
        await client.journal.until({ type: "disconnect", nsp: "/chat" });
      });
      await client.journal.until({ type: "connect", nsp: "/" }, { count: 2 });
      await client.journal.until({ type: "connect", nsp: "/chat" }, { count: 2 });
      expect(await client.in("/chat").id()).not.toBe(before);
      expect(await client.in("/chat").request("ack", "back")).toEqual(["back"]);
      await next.journal.until({ type: "connect", nsp: "/" });
    });

    it("sends the same auth again", { needs: ["client.returns"] }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { auth: { user: "ada" } });
      const next = await restart(world, server, async () => {
        await client.journal.until({ type: "disconnect" });
      });
      expect((await next.journal.until({ type: "connect" })).auth).toEqual({ user: "ada" });
    });

    it("delivers what was emitted while offline, in order, before anything newer", {
      needs: ["client.api", "client.current"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      socket(client).on("connect", () => socket(client).emit("offline", "on connect"));
      const sent = [[1], [Buffer.from([2]), "two"], [{ three: 3 }], [null]];
      const next = await restart(world, server, async () => {
        await client.journal.until({ type: "disconnect" });
        for (const args of sent) socket(client).emit("offline", ...args);
        expect(socket(client).sendBuffer).toHaveLength(sent.length);
      });
      await next.journal.until({ name: "offline" }, { count: sent.length + 1 });
      expect(plain(next.journal.events("offline"))).toEqual(plain([...sent, ["on connect"]]));
      expect(socket(client).sendBuffer).toHaveLength(0);
    });

    it("delivers what was emitted before the first connection", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.begin(server);
      for (let i = 0; i < 20; i++) socket(client).emit("early", i);
      const answer = socket(client).emitWithAck("ack", "early too");
      await server.journal.until({ name: "early" }, { count: 20 });
      expect(server.journal.events("early")).toEqual(Array.from({ length: 20 }, (_, i) => [i]));
      expect(await answer).toBe("early too");
    });

    it("counts its attempts and says when it gives up", {
      needs: ["client.api"],
    }, async (world) => {
      const server = await world.serve();
      await server.stop();
      const client = await world.begin(server, { api: { reconnectionAttempts: 2 } });
      const seen: unknown[] = [];
      const { io } = socket(client);
      io.on("reconnect_attempt", (attempt: number) => seen.push(["attempt", attempt]));
      io.on("reconnect_error", () => seen.push(["error"]));
      io.on("reconnect_failed", () => seen.push(["failed"]));
      await eventually(() => seen.length >= 5, "five events");
      await pause(100);
      expect(seen).toEqual([["attempt", 1], ["error"], ["attempt", 2], ["failed"], ["error"]]);
      expect(client.journal.filter({ type: "connect_error" })).toHaveLength(3);
    });

    it("tells the manager about the reconnection", { needs: ["client.api"] }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      const reconnected = once(socket(client).io, "reconnect");
      await restart(world, server, async () => {
        await client.journal.until({ type: "disconnect" });
      });
      const [attempt] = await reconnected;
      expect(attempt).toBeGreaterThanOrEqual(1);
    });

    it("stays away when told not to reconnect", { needs: ["client.api"] }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { reconnection: false });
      await restart(world, server, async () => {
        await client.journal.until({ type: "disconnect" });
      });
      await pause(200);
      expect(client.journal.filter({ type: "connect" })).toHaveLength(1);
    });

    it("retries an event until it is acknowledged", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { api: { retries: 3, ackTimeout: 200 } });
      if (server.io) {
        // The first two tries stay without an answer.
        let tries = 0;
        const own = server.io.sockets.sockets.get(await client.id());
        own?.on("stubborn", (_value: string, reply: (tries: number) => void) => {
          if (++tries >= 3) reply(3);
        });
        expect(await socket(client).emitWithAck("stubborn", "x")).toBe(3);
        // On a busy machine the answer may be late, and one try more be made.
        expect(tries).toBeGreaterThanOrEqual(3);
        expect(server.journal.events("stubborn")).toEqual(Array(tries).fill(["x"]));
      }
      await expect(socket(client).emitWithAck("silent", 1)).rejects.toThrow("timed out");
      await server.journal.until({ name: "silent" }, { count: 4 });
      await pause(80);
      expect(server.journal.events("silent")).toHaveLength(4);
    });

    it("sends queued events one after the other", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { api: { retries: 1, ackTimeout: 250 } });
      const outcomes: unknown[] = [];
      const outcome = (name: string) => (error: Error | null, value?: unknown) =>
        outcomes.push([name, error ? error.message : value]);
      socket(client).emit("silent", 1, outcome("first"));
      socket(client).emit("ack", 2, outcome("second"));
      socket(client).emit("ack", 3, outcome("third"));
      await eventually(() => outcomes.length === 3, "three outcomes");
      expect(outcomes).toEqual([
        ["first", "operation has timed out"],
        ["second", 2],
        ["third", 3],
      ]);
      await server.journal.until({ name: "ack" }, { count: 2 });
      expect(server.journal.filter({ type: "event" }).map((entry) => entry.name)).toEqual([
        "silent",
        "silent",
        "ack",
        "ack",
      ]);
    });

    it("sends the head of its queue again after a reconnection", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { api: { retries: 10, ackTimeout: 2000 } });
      const outcomes: string[] = [];
      const note = (name: string) => (error: Error | null) =>
        outcomes.push(`${name} ${error ? error.message : "acknowledged"}`);
      socket(client).emit("silent", note("first"));
      socket(client).emit("ack", note("second"));
      await server.journal.until({ name: "silent" });
      const next = await restart(world, server, async () => {
        await client.journal.until({ type: "disconnect" });
      });
      await next.journal.until({ name: "silent" });
      await pause(50);
      expect(server.journal.events("ack")).toEqual([]);
      expect(next.journal.events("ack")).toEqual([]);
      expect(outcomes).toEqual([]);
    });

    it("starts again from the server's own list of rooms: none survive", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve();
      const proxy = await world.proxy(server);
      const client = await world.settle(proxy);
      await server.enter(await client.id(), "room");
      proxy.cut();
      await client.journal.until({ type: "connect" }, { count: 2 });
      await eventually(() => !api(server).sockets.adapter.rooms.has("room"), "empty room");
      const next = api(server).sockets.sockets.get(await client.id());
      expect([...(next?.rooms ?? [])]).toEqual([await client.id()]);
    });
  });
}
