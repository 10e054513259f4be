import { FakeClock } from "@hawser/testkit";
import { expect, test } from "vitest";
import { until } from "../../testkit/src/waiting.ts";
import { Server } from "../src/index.ts";
import {
  connect,
  fetchRaw,
  next,
  openPolling,
  openWebSocket,
  pair,
  start,
} from "./running-server.ts";

test("a server that nothing has happened to counts nothing", () => {
  const io = new Server({ clock: new FakeClock() });
  expect(io.stats()).toEqual({
    connections: { total: 0, polling: 0, websocket: 0, webtransport: 0 },
    sockets: { total: 0, namespaces: { "/": 0 } },
    rooms: 0,
    bufferedBytes: 0,
    sessions: 0,
    packets: { in: 0, out: 0 },
    events: 0,
    errors: 0,
    dropped: {},
    limits: {},
    refused: {},
    rateLimited: {},
    memory: { rss: expect.any(Number), heapUsed: expect.any(Number) },
    lag: { mean: 0, p99: 0, max: 0 },
    uptime: 0,
    pid: process.pid,
  });
});

test("connections are told apart by transport, sockets by namespace", async () => {
  const running = await start();
  const { io, url, port } = running;
  io.of("/chat");
  await openPolling(port);
  const { client } = await pair(running);
  const arrival = next(io.of("/chat"), "connection");
  client.io.socket("/chat");
  await arrival;
  const upgrading = connect(url, { transports: ["polling", "websocket"] });
  await next(upgrading, "connect");
  await until(
    () => io.stats().connections.websocket === 2,
    () => JSON.stringify(io.stats()),
  );
  const { connections, sockets, sessions } = io.stats();
  expect(connections).toEqual({ total: 3, polling: 1, websocket: 2, webtransport: 0 });
  expect(sockets).toEqual({ total: 3, namespaces: { "/": 2, "/chat": 1 } });
  expect(sessions).toBe(3);
  upgrading.disconnect();
  await until(() => io.stats().connections.total === 2);
  expect(io.stats().sessions).toBe(3);
});

test("rooms are those that sockets have joined, without their own", async () => {
  const running = await start();
  const [first, second] = [await pair(running), await pair(running)];
  expect(running.io.stats().rooms).toBe(0);
  first.socket.join(["a", "b"]);
  second.socket.join("b");
  expect(running.io.stats().rooms).toBe(2);
  first.socket.leave("a");
  expect(running.io.stats().rooms).toBe(1);
});

test("packets are those of the engine, events those of sockets", async () => {
  const { io, port } = await start();
  const peer = await openWebSocket(port);
  await peer.read();
  // The handshake.
  expect(io.stats().packets).toEqual({ in: 0, out: 1 });
  const arrival = next(io, "connection");
  peer.ws.send("40");
  const [socket] = (await arrival) as [
    { on(event: string, listener: () => void): void; emit: typeof io.emit },
  ];
  await peer.read();
  expect(io.stats().packets).toEqual({ in: 1, out: 2 });
  expect(io.stats().events).toBe(0);
  const heard = new Promise<void>((resolve) => socket.on("second", resolve));
  peer.ws.send('42["first"]');
  peer.ws.send('42["second"]');
  await heard;
  expect(io.stats().packets.in).toBe(3);
  expect(io.stats().events).toBe(2);
  io.emit("all");
  socket.emit("one");
  await peer.read();
  await peer.read();
  expect(io.stats().packets.out).toBe(4);
});

test("what polling sends and receives is counted alike", async () => {
  const { io, port } = await start();
  const path = await openPolling(port);
  await fetchRaw(port, path, { method: "POST", body: '40\x1e42["a"]\x1e42["b"]' });
  await fetchRaw(port, path);
  const { packets, events } = io.stats();
  expect(packets).toEqual({ in: 3, out: 2 });
  expect(events).toBe(2);
});

test("bytes that wait for a client that does not read are counted, and gone with it", async () => {
  const { io, port } = await start();
  const path = await openPolling(port);
  await fetchRaw(port, path, { method: "POST", body: "40" });
  await fetchRaw(port, path);
  expect(io.stats().bufferedBytes).toBe(0);
  io.emit("news", "x".repeat(10_000));
  await until(() => io.stats().bufferedBytes >= 10_000);
  expect(io.stats().bufferedBytes).toBeLessThan(11_000);
  await fetchRaw(port, path);
  expect(io.stats().bufferedBytes).toBe(0);
});

test("refused requests are counted by the name of the reason", async () => {
  const { io, port } = await start({
    allowRequest: (request, callback) => callback("no", !request.url?.includes("stranger")),
  });
  const answers = [
    await fetchRaw(port, "/socket.io/?EIO=4&transport=pigeon"),
    await fetchRaw(port, "/socket.io/?EIO=4&transport=polling&sid=none"),
    await fetchRaw(port, "/socket.io/?EIO=4&transport=polling&sid=none"),
    await fetchRaw(port, "/socket.io/?EIO=4&transport=polling&stranger"),
    await fetchRaw(port, "/socket.io/?EIO=4&transport=websocket"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 403, 400]);
  expect(io.stats().refused).toEqual({
    UNKNOWN_TRANSPORT: 1,
    UNKNOWN_SID: 2,
    FORBIDDEN: 1,
    TRANSPORT_HANDSHAKE_ERROR: 1,
  });
});

test("uptime goes by the clock of the server, from its making", async () => {
  const clock = new FakeClock(5000);
  const { io } = await start({ clock });
  clock.advance(1234);
  expect(io.stats().uptime).toBe(1234);
});

test("the lag of the process is measured while a server is open", async () => {
  const { io } = await start();
  const end = performance.now() + 300;
  while (performance.now() < end);
  await until(() => io.stats().lag.max > 100);
  const { mean, p99, max } = io.stats().lag;
  expect(mean).toBeLessThanOrEqual(max);
  expect(p99).toBeLessThanOrEqual(max);
});

test("an engine of others leaves its part at 0", () => {
  const io = new Server();
  io.bind({ on() {}, clientsCount: 3 } as never);
  const { connections, packets } = io.stats();
  expect([connections.total, packets]).toEqual([0, { in: 0, out: 0 }]);
});

test("the counters of one limit, met at both ends, are one number", () => {
  const io = new Server();
  io.attach(0);
  io.counters.limits.set("rooms", 2);
  io.engine.counters.limits.set("rooms", 1);
  io.engine.counters.limits.set("connections", 4);
  expect(io.stats().limits).toEqual({ rooms: 3, connections: 4 });
  return io.close();
});
