import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { Server } from "socket.io";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Redis, startRedis } from "../services/redis.ts";
import { connectPair } from "./redis-connections.ts";
import { TestClient } from "./test-client.ts";
import { eventually, until } from "./waiting.ts";

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

type Pair = Awaited<ReturnType<typeof connectPair>>;

const ADAPTERS = [
  {
    title: "redis-adapter",
    create: ({ publisher, subscriber }: Pair) => createAdapter(publisher, subscriber),
  },
  {
    title: "sharded redis-adapter",
    create: ({ publisher, subscriber }: Pair) => createShardedAdapter(publisher, subscriber),
  },
  {
    title: "redis-streams-adapter",
    create: ({ publisher }: Pair) => createStreamsAdapter(publisher, { blockTimeInMs: 100 }),
    // It stays subscribed for a namespace that has ended, on Socket.IO's server too.
    countsEnded: true,
  },
];

describe.each(ADAPTERS)("namespaces with $title", ({ create, countsEnded }) => {
  const servers: Server[] = [];
  const connections: Pair[] = [];

  beforeAll(async () => {
    for (const _ of [0, 1]) {
      const pair = await connectPair(redis.url);
      connections.push(pair);
      const io = new Server(createServer().listen(0, "127.0.0.1"), {
        cleanupEmptyChildNamespaces: true,
      });
      io.of("/early");
      // Those that exist get the new adapter too.
      io.adapter(create(pair));
      io.of(/^\/room-\d+$/).on("connection", (socket) => socket.emit("joined"));
      io.of("/early").on("connection", (socket) => socket.emit("joined"));
      servers.push(io);
    }
  });

  afterAll(async () => {
    await Promise.all(servers.map((io) => io.close()));
    await Promise.all(connections.map(({ disconnect }) => disconnect()));
  });

  function connect(server: number, name: string, namespace: string): Promise<TestClient> {
    const { port } = servers[server]!.httpServer!.address() as AddressInfo;
    return TestClient.connect(port, { name, namespace });
  }

  it("made before the adapter was set are one across servers", async () => {
    await eventually(() => servers[0]!.of("/early").adapter.serverCount(), 2);
    const here = await connect(0, "here", "/early");
    const there = await connect(1, "there", "/early");
    servers[0]!.of("/early").emit("news", 1);
    await eventually(() => here.events("news"), [[1]]);
    await eventually(() => there.events("news"), [[1]]);
    here.close();
    there.close();
  });

  it("made by a pattern are one across servers, and end with their last socket", async () => {
    const here = await connect(0, "here", "/room-1");
    const there = await connect(1, "there", "/room-1");
    const other = await connect(1, "other", "/room-2");
    await eventually(() => servers[0]!.of("/room-1").adapter.serverCount(), 2);
    servers[0]!.of("/room-1").emit("news", 1);
    await eventually(() => there.events("news"), [[1]]);
    await eventually(() => here.events("news"), [[1]]);
    const sockets = await servers[1]!.of("/room-1").fetchSockets();
    expect(sockets.map(({ id }) => id).sort()).toEqual([here.socket.id, there.socket.id].sort());
    expect(other.events("news")).toEqual([]);

    const remaining = servers[1]!.of("/room-1").adapter;
    here.close();
    await until(() => !servers[0]!._nsps.has("/room-1"), "the namespace has ended on one server");
    if (!countsEnded) await eventually(() => remaining.serverCount(), 1);
    there.close();
    other.close();
    await until(() => !servers[1]!._nsps.has("/room-1"), "the namespace has ended");
    await until(() => !servers[1]!._nsps.has("/room-2"), "the other namespace has ended");
  });

  it("made by a pattern receive what is emitted to the pattern, on all servers", async () => {
    const parents = servers.map((io) => io.of(/^\/hall-\d+$/));
    for (const parent of parents) parent.on("connection", (socket) => socket.emit("joined"));
    const clients = [
      await connect(0, "a", "/hall-1"),
      await connect(1, "b", "/hall-1"),
      await connect(0, "c", "/hall-2"),
    ];
    await eventually(() => servers[0]!.of("/hall-1").adapter.serverCount(), 2);
    parents[0]!.emit("news", 2);
    for (const client of clients) await eventually(() => client.events("news"), [[2]]);
    for (const client of clients) client.close();
  });
});
