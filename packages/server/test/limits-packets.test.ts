import { createServer } from "node:http";
import { describe, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import { FakeClock } from "../../testkit/src/fake-clock.ts";
import { LimitError, Server, type ServerOptions, type Socket } from "../src/index.ts";
import {
  connect,
  fetchRaw,
  listen,
  next,
  openPolling,
  openWebSocket,
  POLLING,
  pair,
  start,
} from "./running-server.ts";

/** A server, and a client by hand that is in the main namespace. */
async function joined(options: Partial<ServerOptions>) {
  const running = await start(options);
  const arrival = next(running.io, "connection") as Promise<[Socket]>;
  const wire = await openWebSocket(running.port);
  await wire.read();
  wire.ws.send("40");
  await wire.read();
  const [socket] = await arrival;
  const errors: unknown[] = [];
  socket.on("error", (error) => errors.push(error));
  socket.on("echo", (...args) => socket.emit("echo", ...args));
  return { ...running, ...wire, socket, errors };
}

const REVISION_3 = POLLING.replace("EIO=4", "EIO=3");

describe("limits.packetsPerPayload", () => {
  const text3 = (count: number) => '8:42["a"]'.replace("8", "7").repeat(count);
  const binary3 = (count: number) =>
    Buffer.concat(Array(count).fill(Buffer.from([0, 7, 255, ...Buffer.from('42["a"]')])));

  test.each([
    { name: "revision 4", body: (count: number) => Array(count).fill('42["a"]').join("\x1e") },
    { name: "revision 3", path: REVISION_3, body: text3 },
    {
      name: "revision 3 in bytes",
      path: REVISION_3,
      type: "application/octet-stream",
      body: binary3,
    },
    {
      name: "revision 3 in forms",
      path: `${REVISION_3}&j=0`,
      type: "application/x-www-form-urlencoded",
      body: (count: number) => `d=${encodeURIComponent(text3(count))}`,
    },
  ])("is that of a request in $name: one more is unreadable", async ({ path, type, body }) => {
    const { io, port } = await start({ limits: { packetsPerPayload: 50 } });
    const heard = vi.fn();
    const reasons: unknown[] = [];
    io.on("connection", (socket) => {
      socket.on("a", heard);
      socket.on("disconnect", (...args) => reasons.push(args));
    });
    const open = async () => {
      const first = await fetchRaw(port, path ?? POLLING);
      const sid = /"sid\\?":\\?"([\w-]+)/.exec(first.body)?.[1];
      return `${path ?? POLLING}&sid=${sid}`;
    };
    const headers = type ? { "Content-Type": type } : {};
    const post = (to: string, text: string | Buffer) =>
      fetchRaw(port, to, { method: "POST", body: text as string, headers });

    const good = await open();
    if (!path) {
      await post(good, "40");
    }
    expect((await post(good, body(50))).status).toBe(200);
    expect(heard).toHaveBeenCalledTimes(50);
    expect((await post(good, body(51))).status).toBe(400);
    expect(heard).toHaveBeenCalledTimes(50);
    expect(io.engine.clientsCount).toBe(0);
    expect(reasons).toEqual([
      ["transport error", expect.objectContaining({ limit: "packetsPerPayload", max: 50 })],
    ]);
    expect(io.engine.counters.limits.get("packetsPerPayload")).toBe(1);
  });

  test("a million separators cost little more than looking for them", async () => {
    const { io, port } = await start();
    const path = await openPolling(port);
    const before = process.cpuUsage();
    expect((await fetchRaw(port, path, { method: "POST", body: "\x1e".repeat(1e6) })).status).toBe(
      400,
    );
    const { user } = process.cpuUsage(before);
    expect(user).toBeLessThan(1_000_000);
    expect(io.engine.clientsCount).toBe(0);
  });
});

describe("a packet with attachments", () => {
  const announced = (count: number) => `45${count}-["echo",{"_placeholder":true,"num":0}]`;

  test("may have as many as limits.attachments", async () => {
    const { io, ws, closed, errors } = await joined({ limits: { attachments: 2 } });
    ws.send(announced(3));
    await closed;
    expect(errors).toEqual([expect.objectContaining({ limit: "attachments", max: 2 })]);
    expect(errors[0]).toBeInstanceOf(LimitError);
    expect(io.counters.limits.get("attachments")).toBe(1);
  });

  test("may have more than 10, if the limit says so", async () => {
    const { ws, read, socket } = await joined({ limits: { attachments: 20 } });
    const arrived = next(socket, "echo");
    ws.send(announced(15));
    for (let i = 0; i < 15; i++) {
      ws.send(Buffer.of(i));
    }
    expect(await arrived).toEqual([Buffer.of(0)]);
    expect(await read()).toBe('451-["echo",{"_placeholder":true,"num":0}]');
  });

  test("may hold as many bytes as limits.attachmentBytes, each packet anew", async () => {
    const { io, ws, read, closed, errors } = await joined({ limits: { attachmentBytes: 100 } });
    for (let i = 0; i < 3; i++) {
      ws.send(announced(2));
      ws.send(Buffer.alloc(50));
      ws.send(Buffer.alloc(50));
      expect(await read()).toMatch(/^451-/);
      await read();
    }
    ws.send(announced(2));
    ws.send(Buffer.alloc(50));
    ws.send(Buffer.alloc(51));
    await closed;
    expect(errors).toEqual([
      expect.objectContaining({ limit: "attachmentBytes", max: 100, actual: 101 }),
    ]);
    expect(io.counters.limits.get("attachmentBytes")).toBe(1);
  });

  test("has limits.packetTime to be complete, and none to wait between packets", async () => {
    const clock = new FakeClock();
    const { io, ws, read, closed, errors } = await joined({
      clock,
      limits: { packetTime: 10_000 },
    });
    const pass = async (ms: number) => {
      ws.send('42["echo"]');
      await read();
      clock.advance(ms);
    };
    ws.send(announced(1));
    ws.send(Buffer.alloc(1));
    await read();
    await read();
    await pass(9000);
    // The timer that runs since the first packet is not for this one.
    ws.send(announced(2));
    ws.send(Buffer.alloc(1));
    await serverHasRead(ws);
    clock.advance(10_999);
    expect([errors, io.engine.clientsCount]).toEqual([[], 1]);
    clock.advance(1);
    await closed;
    expect(errors).toEqual([expect.objectContaining({ limit: "packetTime", max: 10_000 })]);
    expect(io.counters.limits.get("packetTime")).toBe(1);
  });

  test("leaves no timer behind when its connection ends", async () => {
    const clock = new FakeClock();
    const { io, ws } = await joined({ clock });
    const [before] = [clock.pending];
    ws.send(announced(1));
    await serverHasRead(ws);
    expect(clock.pending).toBe(before + 1);
    ws.terminate();
    await expect.poll(() => io.engine.clientsCount).toBe(0);
    await expect.poll(() => clock.pending).toBeLessThan(before);
  });
});

test("a WebSocket message may come in as many pieces as its size makes likely", async () => {
  const send = (ws: WebSocket, pieces: number) => {
    ws.send('42["echo","', { fin: false });
    for (let i = 0; i < pieces; i++) {
      ws.send("", { fin: false });
    }
    ws.send('"]');
  };
  const { ws, read, closed } = await joined({ maxHttpBufferSize: 1000 });
  send(ws, 1000);
  expect(await read()).toBe('42["echo",""]');
  send(ws, 1100);
  expect(await closed).toBe(1008);
});

/** The answer of a WebSocket ping comes when all before it was read. */
function serverHasRead(ws: { ping(): void; once(event: "pong", listener: () => void): unknown }) {
  return new Promise<void>((resolve) => {
    ws.once("pong", resolve);
    ws.ping();
  });
}

describe("limits.namespaces", () => {
  test("keeps a connection out of more, and leaves it the others", async () => {
    const { io, ws, read } = await joined({ limits: { namespaces: 3 } });
    io.of(/^\/n\d+$/);
    for (const name of ["/n1", "/n2"]) {
      ws.send(`40${name},`);
      expect(await read()).toContain(`40${name},{"sid"`);
    }
    ws.send("40/n3,");
    const data = { code: "LIMIT_EXCEEDED", limit: "namespaces", max: 3 };
    expect(await read()).toBe(`44/n3,${JSON.stringify({ message: "too many namespaces", data })}`);
    ws.send('42["echo",1]');
    expect(await read()).toBe('42["echo",1]');
    expect(io.counters.limits.get("namespaces")).toBe(1);
    // Whoever leaves one may join another.
    ws.send("41/n1,");
    ws.send("40/n3,");
    expect(await read()).toContain('40/n3,{"sid"');
  });

  test("bounds what is remembered of namespaces that the server has ended", async () => {
    const { io, ws, read } = await joined({ limits: { namespaces: 3 } });
    io.of(/^\/n\d+$/).on("connection", (socket) => socket.disconnect());
    for (let i = 0; i < 10; i++) {
      ws.send(`40/n${i},`);
      await read();
      expect(await read()).toBe(`41/n${i},`);
    }
    // What was on its way to the latest is dropped, as ever;
    ws.send('42/n9,["event"]');
    ws.send('42["echo",1]');
    expect(await read()).toBe('42["echo",1]');
    // the first is forgotten, so this is for a namespace that was never joined.
    ws.send('42/n0,["event"]');
    await expect.poll(() => io.engine.clientsCount).toBe(0);
  });

  test("reaches an official client as connect_error, with its data", async () => {
    const running = await start({ limits: { namespaces: 1 } });
    running.io.of("/other");
    const { client } = await pair(running);
    const other = client.io.socket("/other");
    const [error] = await next(other, "connect_error");
    expect(error).toMatchObject({
      message: "too many namespaces",
      data: { code: "LIMIT_EXCEEDED", limit: "namespaces", max: 1 },
    });
    expect(client.connected).toBe(true);
  });
});

describe("the limit of dynamic namespaces", () => {
  test("is that of the server; those that exist can be joined, and with cleanup there is room again", async () => {
    const options = { limits: { dynamicNamespaces: 2 }, cleanupEmptyChildNamespaces: true };
    const { io, ws, read } = await joined(options);
    io.of(/^\/a/);
    io.of((name, _auth, next) => next(null, name.startsWith("/b")));
    const join = (name: string) => {
      ws.send(`40${name},`);
      return read();
    };
    expect(await join("/a1")).toContain('"sid"');
    expect(await join("/b1")).toContain('"sid"');
    const data = { code: "LIMIT_EXCEEDED", limit: "dynamicNamespaces", max: 2 };
    const refusal = JSON.stringify({ message: "too many namespaces", data });
    expect(await join("/a2")).toBe(`44/a2,${refusal}`);
    expect(await join("/b2")).toBe(`44/b2,${refusal}`);
    expect(await join("/c")).toBe('44/c,{"message":"Invalid namespace"}');
    expect(io.counters.limits.get("dynamicNamespaces")).toBe(2);
    ws.send("41/a1,");
    expect(await join("/b2")).toContain('"sid"');
    // The application may make as many as it likes.
    io.of("/a3");
    expect(await join("/a3")).toContain('"sid"');
  });
});

describe("limits of names", () => {
  test("a namespace's is refused to whoever asks for it, before the application is asked", async () => {
    const { io, ws, read } = await joined({ limits: { namespaceLength: 10 } });
    const test = vi.fn((_name, _auth, answer) => answer(null, true));
    io.of(test);
    ws.send(`40/${"a".repeat(10)},`);
    const data = { code: "LIMIT_EXCEEDED", limit: "namespaceLength", max: 10 };
    expect(await read()).toBe(
      `44/${"a".repeat(10)},${JSON.stringify({ message: "name too long", data })}`,
    );
    expect(test).not.toHaveBeenCalled();
    ws.send(`40/${"a".repeat(9)},`);
    expect(await read()).toContain('"sid"');
    expect(io.counters.limits.get("namespaceLength")).toBe(1);
  });

  test("an event's makes it go no further; the socket is told, and goes on", async () => {
    const { io, ws, read, socket, errors } = await joined({ limits: { eventNameLength: 10 } });
    const any = vi.fn();
    socket.onAny(any);
    ws.send(`42${JSON.stringify(["a".repeat(11)])}`);
    ws.send('42["echo",1]');
    expect(await read()).toBe('42["echo",1]');
    expect(any.mock.calls).toEqual([["echo", 1]]);
    expect(errors).toEqual([expect.objectContaining({ limit: "eventNameLength", max: 10 })]);
    expect(io.counters.limits.get("eventNameLength")).toBe(1);
    ws.send(`42${JSON.stringify(["a".repeat(10)])}`);
    await expect.poll(() => any.mock.calls.length).toBe(2);
  });
});

describe("limits.rooms", () => {
  test("join() beyond rejects with a LimitError, and the socket keeps what it has", async () => {
    const running = await start({ limits: { rooms: 4 } });
    const { socket } = await pair(running);
    const errors: unknown[] = [];
    socket.on("error", (error) => errors.push(error));
    expect(socket.join(["a", "b"])).toBeUndefined();
    expect(socket.join("a")).toBeUndefined();
    expect(socket.join("c")).toBeUndefined();
    await expect(socket.join("d")).rejects.toThrow(LimitError);
    expect([...socket.rooms]).toEqual([socket.id, "a", "b", "c"]);
    expect(errors).toHaveLength(1);
    socket.leave("a");
    expect(socket.join("d")).toBeUndefined();
    expect(socket.rooms.has("d")).toBe(true);
    expect(running.io.counters.limits.get("rooms")).toBe(1);
  });

  test("is no limit of joining and leaving", async () => {
    const { socket } = await pair(await start({ limits: { rooms: 2 } }));
    for (let i = 0; i < 50; i++) {
      expect(socket.join(`room ${i}`)).toBeUndefined();
      socket.leave(`room ${i}`);
    }
    expect(socket.rooms.size).toBe(1);
  });

  test("of one socket does not keep others out of what all are made to join", async () => {
    const running = await start({ limits: { rooms: 2 } });
    const { socket: full } = await pair(running);
    const { socket: other } = await pair(running);
    full.join("a");
    const rejections = vi.fn();
    process.on("unhandledRejection", rejections);
    running.io.socketsJoin("all");
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", rejections);
    expect([full.rooms.has("all"), other.rooms.has("all")]).toEqual([false, true]);
    expect(rejections).not.toHaveBeenCalled();
  });
});

describe("limits.pendingAcks", () => {
  test("the oldest is told that no answer will come, or forgotten if it takes no error", async () => {
    const running = await start({ limits: { pendingAcks: 3 } });
    const { socket, client } = await pair(running);
    const replies: ((value: number) => void)[] = [];
    client.on("ask", (reply) => replies.push(reply));
    const plain = vi.fn();
    const timed = vi.fn();
    socket.emit("ask", plain);
    socket.timeout(10_000).emit("ask", timed);
    const promise = socket.emitWithAck("ask").catch((error) => error);
    expect(socket.acks.size).toBe(3);
    socket.emit("ask", () => {});
    socket.emit("ask", () => {});
    const last = socket.emitWithAck("ask");
    expect(socket.acks.size).toBe(3);
    expect(await promise).toBeInstanceOf(LimitError);
    expect(timed.mock.calls).toEqual([[expect.objectContaining({ limit: "pendingAcks" })]]);
    await expect.poll(() => replies.length).toBe(6);
    for (const [index, reply] of replies.entries()) {
      reply(index);
    }
    expect(await last).toBe(5);
    expect(plain).not.toHaveBeenCalled();
    expect(timed).toHaveBeenCalledTimes(1);
    expect(running.io.counters.limits.get("pendingAcks")).toBe(3);
  });

  test("a client that acknowledges nothing makes nothing throw", async () => {
    const { socket } = await pair(await start({ limits: { pendingAcks: 10 } }));
    const asked = Array.from({ length: 100 }, () => socket.emitWithAck("ask"));
    const outcomes = Promise.allSettled(asked.slice(0, 90));
    expect((await outcomes).every(({ status }) => status === "rejected")).toBe(true);
    expect(socket.acks.size).toBe(10);
    Promise.allSettled(asked);
    socket.disconnect(true);
  });
});

test("limits of attach() hold too", async () => {
  const io = new Server();
  const http = createServer();
  io.attach(http, { limits: { namespaces: 1 } });
  io.of("/a");
  io.of("/b");
  const url = `http://127.0.0.1:${await listen(http)}`;
  const client = connect(`${url}/a`);
  await next(client, "connect");
  const [error] = await next(client.io.socket("/b"), "connect_error");
  expect(error).toMatchObject({ data: { limit: "namespaces", max: 1 } });
});
