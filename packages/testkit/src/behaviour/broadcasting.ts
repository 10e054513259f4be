import { expect } from "vitest";
import type { RunningClient } from "../peers/contract.ts";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { api, socket, socketOf, type World } from "./world.ts";

async function clients(world: World, server: { url: string }, count: number) {
  const all: RunningClient[] = [];
  for (let i = 0; i < count; i++) all.push(await world.connect(server));
  return all as [RunningClient, RunningClient, RunningClient, ...RunningClient[]];
}

/** Which of the clients got the event, once all that was sent before a fence has arrived. */
async function receivers(all: RunningClient[], fence: () => void, name: string) {
  fence();
  for (const client of all) await client.journal.until({ name: "fence" });
  // Clients that call their handlers in no certain order may still be about to report.
  if (all.some((client) => !client.socket)) await pause(50);
  return all.map((client) => client.journal.events(name).length);
}

export function broadcastBehaviour({ group, it }: Statements): void {
  group("rooms and broadcasts", "broadcast", () => {
    it("reaches every client of a namespace and nobody else", async (world) => {
      const server = await world.serve();
      const main = await world.connect(server);
      const both = await world.connect(server, { namespaces: ["/", "/chat"] });
      await server.emit({ nsp: "/chat" }, "news", 1);
      await server.emit({ nsp: "/" }, "fence");
      await main.journal.until({ name: "fence" });
      await both.journal.until({ name: "news", nsp: "/chat" });
      expect(main.journal.events("news")).toEqual([]);
      expect(both.journal.events("news")).toEqual([[1]]);
    });

    it("reaches the members of a room only, until they leave", {
      shows: "rooms",
    }, async (world) => {
      const server = await world.serve();
      const member = await world.connect(server);
      const other = await world.connect(server);
      const sid = await member.id();
      await server.enter(sid, "blue");
      await server.emit({ room: "blue" }, "news", 1);
      await member.journal.until({ name: "news" });
      await server.leave(sid, "blue");
      await server.emit({ room: "blue" }, "news", 2);
      await server.emit({}, "fence");
      await member.journal.until({ name: "fence" });
      await other.journal.until({ name: "fence" });
      expect(member.journal.events("news")).toEqual([[1]]);
      expect(other.journal.events("news")).toEqual([]);
    });

    it("reaches one client under its own id", { shows: "rooms" }, async (world) => {
      const server = await world.serve();
      const one = await world.connect(server);
      const other = await world.connect(server);
      await server.emit({ room: await one.id() }, "private", "psst");
      await server.emit({}, "fence");
      await one.journal.until({ name: "fence" });
      await other.journal.until({ name: "fence" });
      await one.journal.until({ name: "private" });
      expect(one.journal.events("private")).toEqual([["psst"]]);
      expect(other.journal.events("private")).toEqual([]);
    });

    it("leaves one client out", async (world) => {
      const server = await world.serve();
      const one = await world.connect(server);
      const other = await world.connect(server);
      await server.emit({ exceptSid: await one.id() }, "news");
      await server.emit({}, "fence");
      await one.journal.until({ name: "fence" });
      await other.journal.until({ name: "news" });
      expect(one.journal.events("news")).toEqual([]);
    });

    it("sends once to each member of several rooms, less the excepted ones", {
      needs: ["server.api", "server.remote"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      const [a, b, c] = await clients(world, server, 3);
      (await socketOf(server, a)).join(["red", "blue"]);
      (await socketOf(server, b)).join("blue");
      (await socketOf(server, c)).join(["blue", "muted"]);
      io.to("red").to("blue").except("muted").emit("news");
      io.to(["red", "blue"]).emit("all");
      io.in("nobody").emit("none");
      const everyone = [a, b, c];
      const fence = () => io.emit("fence");
      expect(await receivers(everyone, fence, "news")).toEqual([1, 1, 0]);
      expect(await receivers(everyone, () => {}, "all")).toEqual([1, 1, 1]);
      expect(await receivers(everyone, () => {}, "none")).toEqual([0, 0, 0]);
    });

    it("leaves the sending socket out of its own broadcasts", {
      needs: ["server.api", "server.remote"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      const everyone = await clients(world, server, 3);
      for (const client of everyone) (await socketOf(server, client)).join("room");
      const sender = await socketOf(server, everyone[0]);
      sender.broadcast.emit("broadcast");
      sender.to("room").emit("to");
      sender.in("room").emit("in");
      sender.except(await everyone[1].id()).emit("except");
      io.to("room").emit("io");
      expect(await receivers(everyone, () => io.emit("fence"), "broadcast")).toEqual([0, 1, 1]);
      expect(await receivers(everyone, () => {}, "to")).toEqual([0, 1, 1]);
      expect(await receivers(everyone, () => {}, "in")).toEqual([0, 1, 1]);
      expect(await receivers(everyone, () => {}, "except")).toEqual([0, 0, 1]);
      expect(await receivers(everyone, () => {}, "io")).toEqual([1, 1, 1]);
    });

    it("broadcasts binaries and texts in the order of emits", {
      needs: ["client.serialEvents"],
    }, async (world) => {
      const server = await world.serve();
      const everyone = await clients(world, server, 3);
      for (let i = 0; i < 20; i++) {
        await server.emit({}, "mixed", i % 2 ? Buffer.from([i]) : i);
      }
      for (const client of everyone) {
        await client.journal.until({ name: "mixed" }, { count: 20 });
        const order = client.journal.events("mixed").map(([value]) => {
          return typeof value === "number" ? value : (value as Buffer)[0];
        });
        expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
      }
    });

    it("shows rooms to the application and empties them afterwards", {
      needs: ["server.api", "server.current"],
    }, async (world) => {
      const server = await world.serve();
      const { adapter } = api(server).sockets;
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      const rooms = { leaving: [] as string[], left: -1 };
      own.on("disconnecting", () => {
        rooms.leaving = [...own.rooms];
      });
      own.on("disconnect", () => {
        rooms.left = own.rooms.size;
      });
      own.join("blue");
      own.join(["blue", "red"]);
      expect([...own.rooms]).toEqual([own.id, "blue", "red"]);
      expect(adapter.rooms.get("blue")).toEqual(new Set([own.id]));
      own.leave("red");
      expect(adapter.rooms.has("red")).toBe(false);
      await client.disconnect();
      await server.journal.until({ type: "disconnect" });
      expect(rooms).toEqual({ leaving: [own.id, "blue"], left: 0 });
      expect(adapter.rooms.size).toBe(0);
      expect(adapter.sids.size).toBe(0);
      own.join("late");
      expect(adapter.rooms.size).toBe(0);
    });

    it("collects the answers of a broadcast", {
      needs: ["server.api", "server.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      await clients(world, server, 3);
      expect(await io.timeout(3000).emitWithAck("ask", "all")).toEqual(["all", "all", "all"]);
      const [error, answers] = await new Promise<unknown[]>((resolve) =>
        io.timeout(3000).emit("ask", 7, (...args: unknown[]) => resolve(args)),
      );
      expect(error).toBeNull();
      expect(answers).toEqual([7, 7, 7]);
    });

    it("collects binary answers of a room and none of an empty one", {
      needs: ["server.api", "server.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      const [a] = await clients(world, server, 3);
      (await socketOf(server, a)).join("room");
      const bytes = Buffer.from([1, 2, 3]);
      const answers = await io.to("room").timeout(3000).emitWithAck("ask", bytes);
      expect(answers).toHaveLength(1);
      expect(bytes.equals((answers as Buffer[])[0]!)).toBe(true);
      expect(await io.to("nobody").timeout(3000).emitWithAck("ask", 1)).toEqual([]);
    });

    it("hands over the answers that came when others did not", {
      needs: ["server.api", "client.api", "server.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      const [a, b] = await clients(world, server, 3);
      for (const client of [a, b]) {
        socket(client).on("poll", (reply: (vote: string) => void) => reply("vote"));
      }
      const [error, answers] = await new Promise<unknown[]>((resolve) =>
        io.timeout(600).emit("poll", (...args: unknown[]) => resolve(args)),
      );
      expect((error as Error).message).toBe("operation has timed out");
      expect(answers).toEqual(["vote", "vote"]);
      const failure = await io
        .timeout(600)
        .emitWithAck("poll")
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      expect(failure).toMatchObject({
        message: "operation has timed out",
        responses: ["vote", "vote"],
      });
    });

    it("fetches sockets with their data and rooms", {
      needs: ["server.api", "server.remote"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      const [a, b] = await clients(world, server, 3);
      (await socketOf(server, a)).join("room");
      (await socketOf(server, a)).data.name = "a";
      (await socketOf(server, b)).join("room");
      expect(await io.fetchSockets()).toHaveLength(3);
      const members = await io
        .in("room")
        .except(await b.id())
        .fetchSockets();
      expect(members.map(({ id, data }) => [id, data.name])).toEqual([[await a.id(), "a"]]);
      expect(members[0]?.rooms).toEqual(new Set([await a.id(), "room"]));
      members[0]?.emit("hello", 1);
      expect((await a.journal.until({ name: "hello" })).args).toEqual([1]);
      expect(await (await socketOf(server, a)).broadcast.fetchSockets()).toHaveLength(2);
    });

    it("makes sockets join, leave and disconnect from afar", {
      needs: ["server.api", "server.remote"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      const everyone = await clients(world, server, 3);
      const [a, b, c] = everyone;
      io.in(await a.id()).socketsJoin(["red", "blue"]);
      io.in([await b.id(), await c.id()]).socketsJoin("blue");
      io.in(await c.id()).socketsLeave("blue");
      io.to("blue").emit("blue");
      io.to("red").emit("red");
      expect(await receivers(everyone, () => io.emit("fence"), "blue")).toEqual([1, 1, 0]);
      expect(await receivers(everyone, () => {}, "red")).toEqual([1, 0, 0]);
      io.in("blue").except("red").disconnectSockets();
      await b.journal.until({ type: "disconnect" });
      const gone = await server.journal.until({ type: "disconnect" });
      expect(gone.reason).toBe("server namespace disconnect");
      await pause(20);
      expect(await io.fetchSockets()).toHaveLength(2);
      io.disconnectSockets(true);
      await a.journal.until({ type: "disconnect" });
      await c.journal.until({ type: "disconnect" });
      expect(await io.fetchSockets()).toHaveLength(0);
    });

    it("reaches local sockets with `local` and with a compress flag", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      const everyone = await clients(world, server, 3);
      io.local.emit("local");
      io.compress(false).emit("compress", "x".repeat(3000));
      io.to("none").volatile.emit("empty");
      expect(await receivers(everyone, () => io.emit("fence"), "local")).toEqual([1, 1, 1]);
      expect(await receivers(everyone, () => {}, "compress")).toEqual([1, 1, 1]);
      expect(await receivers(everyone, () => {}, "empty")).toEqual([0, 0, 0]);
    });
  });
}
