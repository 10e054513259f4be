import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import msgpack from "socket.io-msgpack-parser";
import { afterAll, beforeAll } from "vitest";
import { type Redis, startRedis } from "../services/redis.ts";
import { describeFleet } from "./behaviour.ts";
import { startFleet } from "./fleet.ts";
import * as jsonParser from "./json-parser.ts";
import { connectPair } from "./redis-connections.ts";

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

const TRANSPORTS = [["websocket"], ["polling"]];

for (const transports of TRANSPORTS) {
  describeFleet({
    name: `msgpack-parser over ${transports}, with redis-adapter`,
    has: { allRooms: true },
    start: () =>
      startFleet(
        async () => {
          const { publisher, subscriber, disconnect } = await connectPair(redis.url);
          return { adapter: createAdapter(publisher, subscriber), disconnect };
        },
        { server: { parser: msgpack }, client: { parser: msgpack, transports } },
      ),
  });
}

describeFleet({
  name: "a JSON parser of one's own, with the sharded redis-adapter",
  start: () =>
    startFleet(
      async () => {
        const { publisher, subscriber, disconnect } = await connectPair(redis.url);
        return { adapter: createShardedAdapter(publisher, subscriber), disconnect };
      },
      { server: { parser: jsonParser }, client: { parser: jsonParser } },
    ),
});
