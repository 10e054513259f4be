import { FakeClock } from "@hawser/testkit";
import { expect, test, vi } from "vitest";
import { createClient } from "../src/client.ts";
import { io } from "../src/index.ts";
import { jsonParser } from "../src/json-parser.ts";
import type { ManagerOptions, OfflineBufferOptions } from "../src/options.ts";
import { node } from "../src/platform/node.ts";
import { singleTransport } from "../src/session/ladder.ts";
import { revision4 } from "../src/session/revision.ts";
import { Socket } from "../src/socket/buffered-socket.ts";
import { NodeWebSocket } from "../src/transport/node.ts";
import { disposable, next, officialServer } from "./official-server.ts";

/** A socket that never connects, and a clock to move. */
function offline(offlineBuffer?: OfflineBufferOptions) {
  const clock = new FakeClock();
  const client = createClient(
    {
      platform: node,
      createLadder: singleTransport(NodeWebSocket),
      createRevision: revision4,
      createClock: () => clock,
    },
    jsonParser,
    Socket,
  );
  const options: ManagerOptions = { autoConnect: false };
  const socket = client.io("http://localhost:1", { ...options, offlineBuffer });
  const waiting = () => socket.sendBuffer.map(({ data }) => (data as unknown[])[0]);
  return { clock, socket, waiting };
}

test("beyond maxPackets the oldest is dropped, and told to its acknowledgement", async () => {
  const onDrop = vi.fn();
  const { socket, waiting } = offline({ maxPackets: 2, onDrop });
  const first = socket.emitWithAck("a");
  const second = new Promise((resolve) => socket.timeout(5000).emit("b", resolve));
  socket.emit("c").emit("d");
  expect(waiting()).toEqual(["c", "d"]);
  const limit = { code: "LIMIT_EXCEEDED", limit: "maxPackets", max: 2 };
  await expect(first).rejects.toMatchObject({ ...limit, event: "a" });
  expect(await second).toMatchObject({ ...limit, event: "b" });
  expect(socket.dropped).toBe(2);
  expect(onDrop.mock.calls).toEqual([
    [["a"], expect.objectContaining(limit)],
    [["b"], expect.objectContaining(limit)],
  ]);
});

test("10,000 events wait without an option, and no more", () => {
  const { socket, waiting } = offline();
  for (let i = 0; i < 10_010; i++) {
    socket.emit(`${i}`);
  }
  expect([waiting().length, waiting()[0], socket.dropped]).toEqual([10_000, "10", 10]);
});

test("beyond maxBytes the oldest is dropped; one that is alone is kept", () => {
  const { socket, waiting } = offline({ maxBytes: 1000 });
  socket.emit("large", Buffer.alloc(5000));
  expect(waiting()).toEqual(["large"]);
  expect(socket.bufferedBytes).toBeGreaterThanOrEqual(5000);
  socket.emit("a", { deep: ["x".repeat(400)] });
  socket.emit("b", new Uint8Array(400));
  expect(waiting()).toEqual(["a", "b"]);
  socket.emit("c", "x".repeat(300));
  expect(waiting()).toEqual(["b", "c"]);
});

test("an application may replace or shorten sendBuffer, and cycles do no harm", () => {
  const { socket, waiting } = offline({ maxBytes: 1000 });
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  socket.emit("cycle", cycle, "x".repeat(900));
  socket.sendBuffer = [];
  socket.emit("a", "x".repeat(450)).emit("b", "x".repeat(450));
  expect(waiting()).toEqual(["a", "b"]);
  socket.sendBuffer.length = 0;
  socket.emit("c", "x".repeat(450)).emit("d", "x".repeat(450));
  expect(waiting()).toEqual(["c", "d"]);
});

test("what waits longer than maxAge is dropped when its time is up", async () => {
  const { clock, socket, waiting } = offline({ maxAge: 1000 });
  const first = socket.emitWithAck("a");
  clock.advance(600);
  socket.emit("b");
  clock.advance(399);
  expect(waiting()).toEqual(["a", "b"]);
  clock.advance(1);
  expect(waiting()).toEqual(["b"]);
  await expect(first).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", limit: "maxAge", max: 1000 });
  clock.advance(600);
  expect(waiting()).toEqual([]);
});

test("clearBuffer drops everything, and fails the acknowledgements", async () => {
  const { socket, waiting } = offline();
  const answer = socket.emitWithAck("a");
  expect(socket.emit("b").clearBuffer()).toBe(socket);
  expect([waiting(), socket.bufferedBytes, socket.dropped]).toEqual([[], 0, 2]);
  await expect(answer).rejects.toMatchObject({ code: "NOT_SENT" });
});

test("what is within the limits arrives in order once connected", async () => {
  const { io: server, url } = await officialServer();
  const got: unknown[] = [];
  server.on("connection", (socket) => socket.on("n", (n) => got.push(n)));
  const socket = disposable(
    io(url, { forceNew: true, autoConnect: false, offlineBuffer: { maxPackets: 3 } }),
  );
  for (let i = 0; i < 5; i++) {
    socket.emit("n", i);
  }
  socket.connect();
  await next(socket, "connect");
  await expect.poll(() => got).toEqual([2, 3, 4]);
});
