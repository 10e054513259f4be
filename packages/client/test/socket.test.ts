import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { io, Manager } from "../src/index.ts";
import { disposable, next, officialServer } from "./official-server.ts";

const quick = { forceNew: true, reconnectionDelay: 10, randomizationFactor: 0 };

test("events wait in sendBuffer, and are sent before the connect event", async () => {
  const { io: server, url } = await officialServer();
  const got: unknown[] = [];
  server.on("connection", (socket) => socket.onAny((name) => got.push(name)));
  const socket = disposable(io(url, { ...quick, autoConnect: false }));
  socket.emit("first").emit("second");
  expect(socket.sendBuffer.map(({ data }) => data)).toEqual([["first"], ["second"]]);
  socket.on("connect", () => socket.emit("third"));
  socket.connect();
  await next(socket, "connect");
  expect(socket.sendBuffer).toEqual([]);
  await expect.poll(() => got).toEqual(["first", "second", "third"]);
});

test("a volatile event is dropped without a connection, and kept while joining", async () => {
  const { io: server, url } = await officialServer();
  const got: unknown[] = [];
  server.use((_, proceed) => void setTimeout(proceed, 50));
  server.on("connection", (socket) => socket.onAny((...args) => got.push(args)));
  const socket = disposable(io(url, { ...quick, transports: ["websocket"] }));
  socket.volatile.emit("dropped");
  expect(socket.sendBuffer).toEqual([]);
  await next(socket.io, "open");
  await sleep(10);
  socket.volatile.emit("kept");
  expect(socket.sendBuffer).toHaveLength(1);
  await next(socket, "connect");
  await sleep(1);
  socket.volatile.emit("sent");
  socket.volatile.emit("too soon");
  await sleep(20);
  socket.volatile.emit("sent again");
  await expect.poll(() => got).toEqual([["kept"], ["sent"], ["sent again"]]);
});

test("what comes before the connection is confirmed is delivered with it, in order", async () => {
  const { io: server, url } = await officialServer();
  server.use((socket, proceed) => {
    socket.emit("early", 1);
    socket.emit("early", 2);
    setTimeout(proceed, 30);
  });
  const socket = disposable(io(url, quick));
  const log: unknown[] = [];
  socket.on("early", (n) => log.push([n, socket.connected]));
  socket.on("connect", () => log.push("connect"));
  await next(socket, "connect");
  expect(log).toEqual([[1, true], [2, true], "connect"]);
  expect(socket.receiveBuffer).toEqual([]);
});

test("catch-all listeners come first, see both directions, and can be removed", async () => {
  const { io: server, url } = await officialServer();
  server.on("connection", (socket) => socket.on("ping me", (n) => socket.emit("pong", n)));
  const socket = disposable(io(url, { ...quick, autoConnect: false }));
  const log: unknown[] = [];
  const incoming = (...args: unknown[]) => log.push(["in", ...args]);
  socket.onAny(incoming);
  socket.prependAny(() => log.push("prepended"));
  socket.onAnyOutgoing((...args) => log.push(["out", ...args]));
  socket.on("pong", () => log.push("listener"));
  socket.emit("ping me", 1);
  // Buffered events are seen when they are sent.
  expect(log).toEqual([]);
  socket.connect();
  await next(socket, "pong");
  expect(log).toEqual([["out", "ping me", 1], "prepended", ["in", "pong", 1], "listener"]);
  expect(socket.offAny(incoming).listenersAny()).toHaveLength(1);
  expect(socket.offAny().listenersAny()).toEqual([]);
  expect(socket.offAnyOutgoing().listenersAnyOutgoing()).toEqual([]);
});

test("an acknowledgement that times out takes its buffered event with it", async () => {
  const { io: server, url } = await officialServer();
  const got: unknown[] = [];
  server.on("connection", (socket) => socket.onAny((name) => got.push(name)));
  const socket = disposable(io(url, { ...quick, autoConnect: false }));
  const error = await new Promise((resolve) => socket.timeout(10).emit("late", resolve));
  expect(error).toMatchObject({ message: "operation has timed out", code: "TIMEOUT" });
  expect(socket.sendBuffer).toEqual([]);
  socket.connect();
  await next(socket, "connect");
  socket.emit("other");
  await expect.poll(() => got).toEqual(["other"]);
});

test("a disconnection fails the acknowledgements that expect errors, but not of what is buffered", async () => {
  const { io: server, url, cut } = await officialServer();
  server.on("connection", (socket) => socket.on("echo", (reply) => reply("ok")));
  const socket = disposable(io(url, { ...quick, transports: ["websocket"] }));
  await next(socket, "connect");
  const plain: unknown[] = [];
  socket.emit("silence", () => plain.push("called"));
  const promise = socket.emitWithAck("silence");
  const callback = new Promise((resolve) => socket.timeout(5000).emit("silence", resolve));
  let buffered: Promise<unknown> | undefined;
  socket.once("disconnect", () => {
    buffered = socket.timeout(5000).emitWithAck("echo");
  });
  cut();
  await expect(promise).rejects.toThrow("socket has been disconnected");
  expect(await callback).toMatchObject({ code: "DISCONNECTED" });
  expect(await buffered).toBe("ok");
  expect(plain).toEqual([]);
});

test("retries send an event again until it is acknowledged, in order", async () => {
  const { io: server, url } = await officialServer();
  const got: unknown[] = [];
  server.on("connection", (socket) =>
    socket.on("job", (name, reply) => {
      got.push(name);
      if (got.length > 2) {
        reply("done");
      }
    }),
  );
  const socket = disposable(io(url, { ...quick, retries: 9, ackTimeout: 200 }));
  const first = new Promise((resolve) => {
    socket.emit("job", "a", (...args: unknown[]) => resolve(args));
  });
  const second = socket.emitWithAck("job", "b");
  expect(await first).toEqual([null, "done"]);
  expect(await second).toBe("done");
  // On a busy machine a reply may be late, and one try more be made.
  const tries = got.lastIndexOf("a") + 1;
  expect(tries).toBeGreaterThanOrEqual(3);
  expect(got.slice(0, tries)).toEqual(Array(tries).fill("a"));
  expect(new Set(got.slice(tries))).toEqual(new Set(["b"]));
});

test("retries end after the last one, with the error", async () => {
  const { io: server, url } = await officialServer();
  let count = 0;
  server.on("connection", (socket) => socket.on("job", () => count++));
  const socket = disposable(io(url, { ...quick, retries: 2, ackTimeout: 20 }));
  await expect(socket.emitWithAck("job")).rejects.toThrow("operation has timed out");
  await expect.poll(() => count).toBe(3);
});

test("an event in the retry queue survives a lost connection", async () => {
  const { io: server, url, cut } = await officialServer();
  let connections = 0;
  server.on("connection", (socket) => {
    const first = ++connections === 1;
    socket.on("job", (reply) => (first ? cut() : reply("second time")));
  });
  const socket = disposable(io(url, { ...quick, retries: 3, ackTimeout: 5000 }));
  expect(await socket.emitWithAck("job")).toBe("second time");
});

test("namespaces of one Manager share the connection until the last one leaves", async () => {
  const { io: server, url } = await officialServer();
  server.of("/a").on("connection", () => {});
  server.of("/b").on("connection", () => {});
  const manager = new Manager(url, quick);
  const a = manager.socket("/a");
  const b = disposable(manager.socket("/b"));
  await Promise.all([next(a, "connect"), next(b, "connect")]);
  expect(server.engine.clientsCount).toBe(1);
  const log: string[] = [];
  manager.on("close", () => log.push("close"));
  a.on("disconnect", () => log.push("a"));
  b.on("disconnect", () => log.push("b"));
  a.disconnect();
  expect(log).toEqual(["a"]);
  b.disconnect();
  expect(log).toEqual(["a", "close", "b"]);
  await expect.poll(() => server.engine.clientsCount).toBe(0);
});

test("a socket that leaves while joining does not stay on the server", async () => {
  const { io: server, url } = await officialServer();
  const left = new Promise((resolve) => {
    server.of("/slow").use((_, proceed) => void setTimeout(proceed, 20));
    server.of("/slow").on("connection", (socket) => socket.on("disconnect", resolve));
  });
  const manager = new Manager(url, quick);
  const main = disposable(manager.socket("/"));
  const slow = manager.socket("/slow");
  await next(main, "connect");
  slow.disconnect();
  expect(await left).toBe("client namespace disconnect");
  expect([main.connected, slow.active]).toEqual([true, false]);
});

test("missed events are delivered after a recovery, without a new id", async () => {
  const { io: server, url, cut } = await officialServer({ connectionStateRecovery: {} });
  const socket = disposable(io(url, { ...quick, transports: ["websocket"] }));
  const got: unknown[] = [];
  socket.on("n", (n) => got.push(n));
  await next(socket, "connect");
  expect(socket.recovered).toBe(false);
  const { id } = socket;
  server.emit("n", 1);
  await next(socket, "n");
  cut();
  server.emit("n", 2);
  await next(socket, "connect");
  expect([socket.recovered, socket.id]).toEqual([true, id]);
  expect(got).toEqual([1, 2]);
});

test("a parser of the user's replaces the encoding", async () => {
  const parser = await import("socket.io-msgpack-parser");
  const { io: server, url } = await officialServer({ parser });
  server.on("connection", (socket) => socket.on("echo", (...args) => args.pop()(...args)));
  for (const transport of ["polling", "websocket"] as const) {
    const socket = disposable(io(url, { ...quick, parser, transports: [transport] }));
    const value = { text: "é", bytes: Buffer.from([1, 2, 3]), list: [1.5, null] };
    expect(await socket.timeout(2000).emitWithAck("echo", value)).toEqual(value);
    socket.disconnect();
  }
});
