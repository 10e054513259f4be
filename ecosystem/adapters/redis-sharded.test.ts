import { createShardedAdapter } from "@socket.io/redis-adapter";
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

for (const subscriptionMode of ["static", "dynamic", "dynamic-private"] as const) {
  describeFleet({
    name: `sharded redis-adapter, ${subscriptionMode}`,
    start: () =>
      startFleet(async () => {
        const { publisher, subscriber, disconnect } = await connectPair(redis.url);
        return {
          adapter: createShardedAdapter(publisher, subscriber, { subscriptionMode }),
          disconnect,
        };
      }),
  });
}
