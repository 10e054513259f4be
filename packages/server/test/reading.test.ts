import { describe, expect, test } from "vitest";
import { FakeClock } from "../../testkit/src/index.ts";
import type { Socket } from "../src/index.ts";
import {
  fetchRaw,
  next,
  openPolling,
  openWebSocket,
  pair,
  type Running,
  start,
} from "./running-server.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** So much that the connection of a client that nobody reads cannot take it. */
const LARGE = "x".repeat(900_000);

async function pollingSocket(running: Running): Promise<{ path: string; socket: Socket }> {
  const path = await openPolling(running.port);
  const arrival = next(running.io, "connection");
  await fetchRaw(running.port, path, { method: "POST", body: "40" });
  const [socket] = (await arrival) as [Socket];
  return { path, socket };
}

describe("a socket that is paused", () => {
  test("receives nothing by WebSocket until it was resumed as often", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const seen: unknown[] = [];
    socket.on("n", (n) => seen.push(n));
    expect(socket.pause().pause()).toBe(socket);
    for (let n = 0; n < 3; n++) client.emit("n", n);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(socket.resume()).toBe(socket);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen).toEqual([]);
    socket.resume();
    await expect.poll(() => seen).toEqual([0, 1, 2]);
    // One more changes nothing.
    socket.resume().pause();
    client.emit("n", 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen).toHaveLength(3);
    socket.resume();
    await expect.poll(() => seen).toHaveLength(4);
  });

  test("leaves no more than the connection holds to the client", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    let seen = 0;
    socket.on("large", () => seen++);
    socket.pause();
    for (let i = 0; i < 30; i++) client.emit("large", LARGE);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(seen).toBe(0);
    socket.resume();
    await expect.poll(() => seen, { timeout: 5000 }).toBe(30);
  });

  test("leaves the next POST unanswered", async () => {
    const running = await start();
    const { path, socket } = await pollingSocket(running);
    const seen: unknown[] = [];
    socket.on("n", (n) => seen.push(n));
    socket.pause();
    let isAnswered = false;
    const post = fetchRaw(running.port, path, { method: "POST", body: '42["n",1]' }).then(
      (reply) => {
        isAnswered = true;
        return reply;
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([seen, isAnswered]).toEqual([[], false]);
    socket.resume();
    expect((await post).body).toBe("ok");
    expect(seen).toEqual([1]);
  });

  test("leaves nothing behind when the session ends meanwhile", async () => {
    const running = await start();
    const { path, socket } = await pollingSocket(running);
    socket.pause();
    const post = fetchRaw(running.port, path, { method: "POST", body: '42["n",1]' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.conn.close(true);
    expect((await post).status).toBe(400);
    expect(running.io.engine.clientsCount).toBe(0);
  });

  test("stays paused across an upgrade", async () => {
    const running = await start();
    const { path, socket } = await pollingSocket(running);
    expect((await fetchRaw(running.port, path)).body).toMatch(/^40/);
    const seen: unknown[] = [];
    socket.on("n", (n) => seen.push(n));
    const { ws, read } = await openWebSocket(running.port, path.slice(path.indexOf("&sid")));
    ws.send("2probe");
    expect(await read()).toBe("3probe");
    socket.pause();
    ws.send("5");
    await next(socket.conn, "upgrade");
    ws.send('42["n",1]');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen).toEqual([]);
    socket.resume();
    await expect.poll(() => seen).toEqual([1]);
  });

  test.each(["pong", "nothing"])(
    "is not lost to the heartbeat while the client sends %s",
    async (what) => {
      const clock = new FakeClock();
      const running = await start({ clock, pingInterval: 1000, pingTimeout: 500 });
      const arrival = next(running.io, "connection");
      const { ws, read } = await openWebSocket(running.port);
      ws.send("40");
      const [socket] = (await arrival) as [Socket];
      expect((await read())[0]).toBe("0");
      socket.pause();
      if (what === "pong") {
        ws.on("message", (data) => String(data) === "2" && ws.send("3"));
      }
      for (let i = 0; i < 40; i++) {
        clock.advance(250);
        await turn();
      }
      expect(socket.connected).toBe(true);
      const end = next(socket, "disconnect");
      socket.resume();
      // From here on the client has its time, and no more.
      clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 50));
      clock.advance(499);
      expect(socket.connected).toBe(true);
      if (what === "nothing") {
        clock.advance(200);
        expect((await end)[0]).toBe("ping timeout");
      }
    },
  );

  test.each([
    ["goes on while the client polls", true],
    ["is lost when the client does not poll any more", false],
  ])("by polling %s", async (_what, polls) => {
    const clock = new FakeClock();
    const running = await start({ clock, pingInterval: 1000, pingTimeout: 500 });
    const { path, socket } = await pollingSocket(running);
    await fetchRaw(running.port, path);
    const end = next(socket, "disconnect");
    socket.pause();
    for (let i = 0; i < 4; i++) {
      clock.advance(1000);
      if (polls) {
        expect((await fetchRaw(running.port, path)).body).toBe("2");
      }
      clock.advance(501);
    }
    if (polls) {
      expect(socket.connected).toBe(true);
    } else {
      expect((await end)[0]).toBe("ping timeout");
    }
  });

  test("ends in time when it is closed meanwhile, and nobody polls for that", async () => {
    const clock = new FakeClock();
    const running = await start({ clock });
    const { path, socket } = await pollingSocket(running);
    await fetchRaw(running.port, path);
    // As a connection with too many events at work.
    socket.client.pause();
    const post = fetchRaw(running.port, path, { method: "POST", body: '42["n"]' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.disconnect(true);
    clock.advance(25_000);
    clock.advance(20_000);
    expect((await post).status).toBe(400);
  });

  test("is resumed by itself, where the application has methods of that name", async () => {
    const running = await start();
    const { socket } = await pair(running);
    socket.pause();
    Object.assign(socket, { resume: () => {} });
    socket.disconnect();
    expect(socket.connected).toBe(false);
  });

  test("is resumed when it leaves, for the other namespaces", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const arrival = next(running.io.of("/b"), "connection");
    const other = client.io.socket("/b");
    const [second] = (await arrival) as [Socket];
    const seen = next(second, "n");
    socket.pause();
    socket.disconnect();
    other.emit("n", 1);
    expect(await seen).toEqual([1]);
    expect(socket.pause().resume()).toBe(socket);
  });
});

test("more handlers at work than maxPendingEvents stop the reading until some are done", async () => {
  const running = await start({ backpressure: { maxPendingEvents: 3 } });
  const { client, socket } = await pair(running);
  const open: (() => void)[] = [];
  let seen = 0;
  socket.on("work", () => {
    seen++;
    return new Promise<void>((resolve) => open.push(resolve));
  });
  // Each in a chunk of its own: what has been read already is not held back.
  for (let i = 0; i < 8; i++) {
    client.emit("work");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(seen).toBe(4);
  expect(running.io.stats().limits).toEqual({ pendingEvents: 1 });
  open.shift()?.();
  await expect.poll(() => seen).toBeGreaterThan(4);
  while (open.length > 0) {
    open.shift()?.();
    await turn();
  }
  await expect.poll(() => seen).toBe(8);
});
