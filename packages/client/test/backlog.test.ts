import { createServer } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { io } from "../src/index.ts";
import { disposable, next, officialServer } from "./official-server.ts";
import { pausingProxy } from "./pausing-proxy.ts";

const quick = { forceNew: true, reconnectionDelay: 10, randomizationFactor: 0 };
const MEGABYTE = Buffer.alloc(1024 * 1024);

async function paused(transport: "polling" | "websocket") {
  const { io: server, url } = await officialServer({ maxHttpBufferSize: 1e8 });
  const got: unknown[] = [];
  server.on("connection", (peer) => peer.onAny((event) => got.push(event)));
  const proxy = await pausingProxy(Number(new URL(url).port));
  const socket = disposable(
    io(`http://127.0.0.1:${proxy.port}`, { ...quick, transports: [transport] }),
  );
  await next(socket, "connect");
  return { socket, proxy, got };
}

test.each(["polling", "websocket"] as const)(
  "a reader that is behind is seen, and when it no longer is: %s",
  async (transport) => {
    const { socket, proxy, got } = await paused(transport);
    expect([socket.writable, socket.bufferedBytes]).toEqual([true, 0]);
    await socket.drained();
    proxy.pause();
    for (let i = 0; i < 20; i++) {
      socket.emit("data", MEGABYTE);
    }
    await expect.poll(() => socket.bufferedBytes).toBeGreaterThan(1e6);
    expect(socket.bufferedBytes).toBeLessThan(22e6);
    expect(socket.writable).toBe(false);
    const drained = vi.fn();
    socket.once("drain", drained);
    const waiting = socket.drained();
    socket.volatile.emit("volatile");
    await expect(socket.volatile.emitWithAck("volatile")).rejects.toMatchObject({
      code: "NOT_SENT",
    });
    expect([socket.dropped, drained.mock.calls.length]).toEqual([2, 0]);
    proxy.resume();
    await waiting;
    expect([socket.writable, socket.bufferedBytes]).toEqual([true, 0]);
    await expect.poll(() => drained.mock.calls.length).toBe(1);
    socket.volatile.emit("seen");
    await expect.poll(() => got.at(-1)).toBe("seen");
    expect(got).toEqual([...Array(20).fill("data"), "seen"]);
  },
);

test.each(["polling", "websocket"] as const)(
  "drained() rejects when the connection ends before: %s",
  async (transport) => {
    const { socket, proxy } = await paused(transport);
    proxy.pause();
    for (let i = 0; i < 20; i++) {
      socket.emit("data", MEGABYTE);
    }
    await expect.poll(() => socket.bufferedBytes).toBeGreaterThan(1e6);
    const waiting = socket.drained();
    proxy.cut();
    await expect(waiting).rejects.toMatchObject({
      code: "DISCONNECTED",
      reason: expect.stringMatching(/transport/),
    });
  },
);

test("while offline, drained() waits for what is kept, unless nobody will connect", async () => {
  const { url } = await officialServer();
  const socket = disposable(io(url, { ...quick, autoConnect: false }));
  await socket.drained();
  socket.emit("a");
  await expect(socket.drained()).rejects.toMatchObject({ code: "DISCONNECTED" });
  socket.connect();
  await socket.drained();
  expect([socket.connected, socket.bufferedBytes]).toEqual([true, 0]);
});

test("an acknowledgement that was pending fails with the reason of the disconnection", async () => {
  const { io: server, url } = await officialServer();
  server.on("connection", (peer) => peer.on("silence", () => {}));
  const socket = disposable(io(url, quick));
  await next(socket, "connect");
  const promise = socket.emitWithAck("silence");
  const callback = new Promise((resolve) => socket.timeout(5000).emit("silence", resolve));
  server.disconnectSockets();
  const error = { code: "DISCONNECTED", reason: "io server disconnect" };
  await expect(promise).rejects.toMatchObject(error);
  expect(await callback).toMatchObject(error);
});

test("a server that stops answering a POST is sent one pong, not thousands", async () => {
  let polls = 0;

  const http = createServer((request, response) => {
    if (request.method === "POST") {
      return;
    }
    response.end(
      request.url!.includes("sid=")
        ? polls++ < 50
          ? Array(1000).fill("2").join("\x1e")
          : undefined
        : '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}',
    );
  });
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as { port: number };
  const socket = disposable(io(`http://127.0.0.1:${port}`, { ...quick, transports: ["polling"] }));
  await expect.poll(() => polls).toBeGreaterThan(50);
  expect(socket.io.engine.writeBuffer.length).toBeLessThan(5);
});
