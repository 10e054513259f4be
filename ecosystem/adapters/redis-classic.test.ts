import { createAdapter } from "@socket.io/redis-adapter";
import { Redis as IoRedis } from "ioredis";
import { afterAll, beforeAll } from "vitest";
import { type Redis, startRedis } from "../services/redis.ts";
import { describeFleet } from "./behaviour.ts";
import { startFleet } from "./fleet.ts";
import { connectPair } from "./redis-connections.ts";

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

describeFleet({
  name: "redis-adapter, with redis",
  has: { allRooms: true },
  start: () =>
    startFleet(async () => {
      const { publisher, subscriber, disconnect } = await connectPair(redis.url);
      return { adapter: createAdapter(publisher, subscriber), disconnect };
    }),
});

describeFleet({
  name: "redis-adapter, with ioredis",
  has: { allRooms: true, shortTimeLimit: true },
  start: () =>
    startFleet(async () => {
      const publisher = new IoRedis(redis.url);
      const subscriber = publisher.duplicate();
      return {
        adapter: createAdapter(publisher, subscriber, { key: "fleet", requestsTimeout: 1000 }),
        disconnect: async () => {
          await Promise.all([publisher.quit(), subscriber.quit()]);
        },
      };
    }),
});
