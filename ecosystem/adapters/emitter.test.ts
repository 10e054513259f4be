import { createAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pattern } from "../../packages/testkit/src/binary.ts";
import { type Redis, startRedis } from "../services/redis.ts";
import { startFleet } from "./fleet.ts";
import { connectPair } from "./redis-connections.ts";
import { eventually } from "./waiting.ts";
import { EVERYBODY, World } from "./world.ts";

describe("redis-emitter, without a server of its own", () => {
  let redis: Redis;
  let world: World;
  let emitter: Emitter;
  let disconnect: () => Promise<void>;

  beforeAll(async () => {
    redis = await startRedis();
    const connections = await connectPair(redis.url);
    emitter = new Emitter(connections.publisher);
    disconnect = connections.disconnect;
    const fleet = await startFleet(async () => {
      const { publisher, subscriber, disconnect } = await connectPair(redis.url);
      return { adapter: createAdapter(publisher, subscriber), disconnect };
    });
    world = await World.create(fleet);
  });

  afterAll(async () => {
    await world?.close();
    await disconnect?.();
    await redis?.stop();
  });

  it("emits to everybody, rooms, and all but some", async () => {
    emitter.emit("all", 1, { two: [2] });
    await world.received("all", EVERYBODY, [1, { two: [2] }]);
    emitter.to("red").emit("red", "room");
    await world.received("red", ["ann", "bob"], ["room"]);
    emitter.to(["red", "blue"]).emit("rooms", "rooms");
    await world.received("rooms", ["ann", "bob", "cyd"], ["rooms"]);
    emitter.except("blue").emit("except", "except");
    await world.received("except", ["ann", "dan"], ["except"]);
    emitter.volatile.in("green").emit("volatile", "volatile");
    await world.received("volatile", ["cyd", "dan"], ["volatile"]);
  });

  it("emits binaries", async () => {
    emitter.emit("binary", pattern(5000), { nested: pattern(3, 1) });
    await world.received("binary", EVERYBODY, [pattern(5000), { nested: pattern(3, 1) }]);
  });

  it("emits to another namespace", async () => {
    const guest = await world.connect(2, { name: "gus", namespace: "/other" });
    emitter.of("/other").emit("elsewhere", 1);
    await eventually(() => guest.events("elsewhere"), [[1]]);
    await world.remove("gus");
    await world.received("elsewhere", [], []);
  });

  it("makes sockets join, leave and go", async () => {
    emitter.in("blue").socketsJoin("lent");
    await eventually(() => world.names(0, { to: ["lent"] }), ["bob", "cyd"]);
    emitter.in("red").socketsLeave(["lent"]);
    await eventually(() => world.names(0, { to: ["lent"] }), ["cyd"]);
    const eve = await world.connect(1, { name: "eve", rooms: ["guests"] });
    emitter.in("guests").disconnectSockets(true);
    await eventually(() => eve.disconnects, ["io server disconnect"]);
  });

  it("emits to servers, and counts as none", async () => {
    emitter.serverSideEmit("note", "from outside", 1);
    for (const node of world.fleet.nodes) {
      await eventually(() => node.notes(), [["from outside", 1]]);
    }
    expect(await world.node(0).serverCount()).toBe(3);
  });
});
