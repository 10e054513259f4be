import cluster from "node:cluster";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setupPrimary } from "@socket.io/cluster-adapter";
import { setupMaster } from "@socket.io/sticky";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pattern, plain } from "../../packages/testkit/src/binary.ts";
import { TcpProxy } from "../../packages/testkit/src/tcp-proxy.ts";
import { TestClient } from "./test-client.ts";
import { eventually, until } from "./waiting.ts";
import { buildWorker } from "./worker-file.ts";
import { WorkerNode } from "./worker-node.ts";

describe("sticky, with cluster-adapter, in worker processes", () => {
  let httpServer: HttpServer;
  let distance: TcpProxy;
  let nodes: WorkerNode[];
  let clients: TestClient[] = [];

  beforeAll(async () => {
    httpServer = createServer();
    setupMaster(httpServer, { loadBalancingMethod: "round-robin" });
    setupPrimary();
    cluster.setupPrimary({
      exec: await buildWorker("sticky-worker"),
      execArgv: [],
      serialization: "advanced",
    });
    nodes = await Promise.all(
      ["n0", "n1", "n2"].map((name) => WorkerNode.start(name, { STICKY: "1" })),
    );
    await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
    // Workers tell the primary of a session at the time they tell the client. A client without any
    // distance may ask before the primary knows; the same happens with Socket.IO's own server.
    distance = await TcpProxy.start((httpServer.address() as AddressInfo).port);
    distance.delay(5);
  });

  afterEach(async () => {
    for (const client of clients) client.close();
    clients = [];
    await eventually(() => nodes[0]!.fetchSockets({}), []);
  });

  // In the end each process ends by itself, or the next lines do it.
  afterAll(async () => {
    await Promise.all(nodes?.map((node) => node.close()) ?? []);
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGKILL");
    await distance?.close();
    httpServer?.closeAllConnections();
    httpServer?.close();
  });

  async function connect(count: number, transports: ("polling" | "websocket")[]): Promise<void> {
    for (let index = 0; index < count; index++) {
      const identity = { name: `c${index}`, rooms: [index % 2 ? "odd" : "even"] };
      clients.push(await TestClient.connect(distance.port, identity, { transports }));
    }
  }

  async function nodesOfClients(): Promise<Set<unknown>> {
    const names = clients.map((client) => client.socket.timeout(2000).emitWithAck("where"));
    return new Set(await Promise.all(names));
  }

  it("keeps polling clients on their worker, and reaches them from all", async () => {
    await connect(6, ["polling"]);
    expect(await nodesOfClients()).toEqual(new Set(["n0", "n1", "n2"]));
    for (const [index, node] of nodes.entries()) {
      await node.emit({ to: ["even"] }, "news", index, pattern(2000, index));
    }
    for (const client of clients) {
      const isMeant = client.rooms.includes("even");
      await until(() => client.events("news").length === (isMeant ? 3 : 0), "all news arrive");
      expect(client.disconnects).toEqual([]);
    }
    const { responses, error } = await nodes[1]!.emitWithAck({}, "ask", pattern(3000));
    expect(error).toBeUndefined();
    expect(responses).toHaveLength(6);
    expect(plain(responses[0])).toMatchObject({ got: plain(pattern(3000)) });
  });

  it("takes long posts of polling clients", async () => {
    await connect(3, ["polling"]);
    clients[0]!.socket.emit("say", [], "x".repeat(300_000), pattern(200_000));
    for (const client of clients.slice(1)) {
      await eventually(
        () => plain(client.events("said")),
        plain([["x".repeat(300_000), pattern(200_000)]]),
      );
    }
  });

  it("lets clients upgrade to WebSocket", async () => {
    await connect(3, ["polling", "websocket"]);
    for (const { socket } of clients) {
      await eventually(() => socket.io.engine.transport.name, "websocket");
    }
    expect((await nodesOfClients()).size).toBe(3);
    await nodes[2]!.emit({}, "upgraded", 1);
    for (const client of clients) await eventually(() => client.events("upgraded"), [[1]]);
    await nodes[0]!.disconnect({}, true);
    for (const client of clients) {
      await eventually(() => client.disconnects, ["io server disconnect"]);
    }
  });
});
