import { createAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { afterAll, beforeAll } from "vitest";
import { type Redis, startRedis } from "../services/redis.ts";
import { describeFleet } from "./behaviour.ts";
import { startFleet } from "./fleet.ts";

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

describeFleet({
  name: "redis-streams-adapter",
  start: () =>
    startFleet(async () => {
      const client = createClient({ url: redis.url });
      await client.connect();
      return {
        adapter: createAdapter(client, { blockTimeInMs: 200 }),
        disconnect: () => client.close(),
      };
    }),
});
