import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Redis, startRedis } from "../services/redis.ts";
import { describeFleet } from "./behaviour.ts";
import { startFleet } from "./fleet.ts";
import { OfficialServer, requireOfficial } from "./official.ts";
import { connectPair } from "./redis-connections.ts";
import { ServerNode } from "./server-node.ts";

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

it("has two makes of servers", async () => {
  expect(requireOfficial("socket.io/package.json")).toMatchObject({ name: "socket.io" });
  const own = await ServerNode.start("own", {});
  expect(own.io).not.toBeInstanceOf(OfficialServer);
  await own.close();
});

const MIXES = [
  { title: "one of Socket.IO among ours", classes: [undefined, OfficialServer, undefined] },
  {
    title: "one of ours among those of Socket.IO",
    classes: [OfficialServer, undefined, OfficialServer],
  },
];

for (const { title, classes } of MIXES) {
  describeFleet({
    name: `redis-adapter, ${title}`,
    has: { allRooms: true },
    start: () =>
      startFleet(
        async () => {
          const { publisher, subscriber, disconnect } = await connectPair(redis.url);
          return { adapter: createAdapter(publisher, subscriber), disconnect };
        },
        { classes },
      ),
  });

  describeFleet({
    name: `sharded redis-adapter, ${title}`,
    start: () =>
      startFleet(
        async () => {
          const { publisher, subscriber, disconnect } = await connectPair(redis.url);
          return { adapter: createShardedAdapter(publisher, subscriber), disconnect };
        },
        { classes },
      ),
  });

  describeFleet({
    name: `redis-streams-adapter, ${title}`,
    start: () =>
      startFleet(
        async () => {
          const { publisher, disconnect } = await connectPair(redis.url);
          return { adapter: createStreamsAdapter(publisher, { blockTimeInMs: 200 }), disconnect };
        },
        { classes },
      ),
  });
}
