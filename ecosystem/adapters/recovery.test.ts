import { createAdapter } from "@socket.io/redis-streams-adapter";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pattern, plain } from "../../packages/testkit/src/binary.ts";
import { TcpProxy } from "../../packages/testkit/src/tcp-proxy.ts";
import { type Redis, startRedis } from "../services/redis.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { OfficialServer } from "./official.ts";
import { connectPair } from "./redis-connections.ts";
import type { ServerClass } from "./server-node.ts";
import { TestClient } from "./test-client.ts";
import { eventually, until } from "./waiting.ts";

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

const FLEETS: { title: string; classes: (ServerClass | undefined)[] }[] = [
  { title: "ours", classes: [] },
  { title: "ours, then Socket.IO's", classes: [undefined, OfficialServer] },
  { title: "Socket.IO's, then ours", classes: [OfficialServer, undefined] },
];

describe.each(FLEETS)("a connection that moves between servers: $title", ({ classes }) => {
  let fleet: Fleet;
  /** What the clients connect to: the first server at first. */
  let proxy: TcpProxy;
  let client: TestClient;

  beforeAll(async () => {
    fleet = await startFleet(
      async () => {
        const { publisher, disconnect } = await connectPair(redis.url);
        return { adapter: createAdapter(publisher, { blockTimeInMs: 100 }), disconnect };
      },
      { server: { connectionStateRecovery: {} }, classes },
    );
    const count = () => Promise.all(fleet.nodes.map((node) => node.serverCount()));
    await eventually(count, [3, 3, 3]);
  });

  afterAll(async () => {
    await Promise.all(fleet?.nodes.map((node) => node.close()) ?? []);
    await fleet?.disconnect();
  });

  beforeEach(async () => {
    proxy = await TcpProxy.start(fleet.nodes[0]!.port);
    client = await TestClient.connect(
      proxy.port,
      { name: "mover", rooms: ["mine"] },
      { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 20 },
    );
    // A client has nothing to recover from before it has received an event with an offset.
    await fleet.nodes[0]!.emit({}, "first");
    await until(() => client.events("first").length === 1, "the first event");
  });

  afterEach(async () => {
    client.close();
    await proxy.close();
  });

  /** Loses the connection; `meanwhile` happens before the client may come back, elsewhere. */
  async function move(to: number, meanwhile: () => Promise<void>): Promise<void> {
    proxy.refuse(true);
    proxy.cut();
    await until(() => client.disconnects.length > 0, "the connection is lost");
    await eventually(() => fleet.nodes[0]!.fetchSockets({ local: true }), []);
    await meanwhile();
    proxy.retarget(fleet.nodes[to]!.port);
    proxy.refuse(false);
    await until(() => client.socket.connected, "the client is back");
  }

  it("goes on with its id, rooms and data, and with what it missed", async () => {
    const { id } = client.socket;
    await move(1, async () => {
      await fleet.nodes[1]!.emit({}, "missed", 1, pattern(500));
      await fleet.nodes[2]!.emit({ to: ["mine"] }, "missed", 2);
      await fleet.nodes[0]!.emit({ to: ["others"] }, "missed", "not mine");
      await fleet.nodes[0]!.emit({ except: ["mine"] }, "missed", "not for mine");
      await fleet.nodes[2]!.emit({ to: [id!] }, "missed", 3);
      // Another server has written these to the stream when this one is there.
      await eventually(() => fleet.nodes[0]!.fetchSockets({}), []);
    });
    expect(client.socket.recovered).toBe(true);
    expect(client.socket.id).toBe(id);
    const missed = () => plain(client.events("missed").map((args) => args.slice(0, -1)));
    await eventually(
      async () => (missed() as unknown[]).map((args) => (args as unknown[])[0]).sort(),
      [1, 2, 3],
    );
    expect(missed()).toContainEqual(plain([1, pattern(500)]));
    expect(await fleet.nodes[2]!.fetchSockets({})).toEqual([
      { id, name: "mover", rooms: ["mine"], path: "/socket.io/" },
    ]);
    await fleet.nodes[2]!.emit({ to: ["mine"] }, "after", 1);
    await eventually(() => client.events("after").map(([number]) => number), [1]);
    const outcome = await fleet.nodes[0]!.emitWithAck({ to: ["mine"] }, "ask", 2);
    expect(outcome).toEqual({ responses: [{ name: "mover", got: 2 }] });
  });

  it("receives what it missed in order", async () => {
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    await move(1, async () => {
      for (const number of numbers) await fleet.nodes[2]!.emit({}, "numbered", number);
    });
    expect(client.socket.recovered).toBe(true);
    await eventually(() => client.events("numbered").map(([number]) => number), numbers);
  });

  it("starts anew when the session is unknown", async () => {
    const { id } = client.socket;
    await move(1, async () => {
      const { publisher, disconnect } = await connectPair(redis.url);
      for (const key of await publisher.keys("sio:session:*")) await publisher.del(key);
      await disconnect();
      await fleet.nodes[1]!.emit({}, "missed", "lost");
    });
    expect(client.socket.recovered).toBe(false);
    expect(client.socket.id).not.toBe(id);
    await fleet.nodes[2]!.emit({}, "after", 1);
    await eventually(() => client.events("after").map(([number]) => number), [1]);
    expect(client.events("missed")).toEqual([]);
  });
});
