import { describe, expect, test, vi } from "vitest";
import type { Namespace, Socket } from "../src/index.ts";
import { connect, next, openWebSocket, pair, start } from "./running-server.ts";

test("middlewares run in order, before the client is in", async () => {
  const running = await start();
  const log: unknown[] = [];
  running.io.use((socket, go) => {
    log.push(["first", socket.connected, socket.rooms.size, running.io.sockets.sockets.size]);
    setImmediate(go);
  });
  running.io.use((_socket, go) => {
    log.push("second");
    go();
  });
  running.io.on("connection", () => log.push("connection"));
  await pair(running);
  expect(log).toEqual([["first", false, 0, 0], "second", "connection"]);
});

test("use answers what it was called on", async () => {
  const { io } = await start();
  expect(io.use((_socket, go) => go())).toBe(io);
  const namespace = io.of("/a");
  expect(namespace.use((_socket, go) => go())).toBe(namespace);
});

test("middlewares are those of their namespace", async () => {
  const running = await start();
  const seen: string[] = [];
  running.io.of("/a").use((socket, go) => {
    seen.push(socket.nsp.name);
    go();
  });
  await pair(running, "/a");
  await pair(running, "/b");
  await pair(running, "/");
  expect(seen).toEqual(["/a"]);
});

test("a middleware added while others run is for later clients", async () => {
  const running = await start();
  const late = vi.fn((_socket: unknown, go: () => void) => go());
  running.io.use((_socket, go) => {
    running.io.use(late);
    go();
  });
  await pair(running);
  expect(late).not.toHaveBeenCalled();
  await pair(running);
  expect(late).toHaveBeenCalledOnce();
});

test("rooms joined and data set in a middleware stay", async () => {
  const running = await start();
  running.io.use((socket, go) => {
    socket.join("early");
    socket.data.user = "ann";
    go();
  });
  const { socket } = await pair(running);
  expect(socket.rooms).toEqual(new Set(["early", socket.id]));
  expect(socket.data).toEqual({ user: "ann" });
});

test("an emit in a middleware is sent before CONNECT", async () => {
  const { io, port } = await start();
  io.use((socket, go) => {
    socket.emit("early", 1);
    go();
  });
  const peer = await openWebSocket(port);
  await peer.read();
  peer.ws.send("40");
  expect(await peer.read()).toBe('42["early",1]');
  expect(await peer.read()).toMatch(/^40\{"sid":/);
});

describe("a refusal", () => {
  /** The error that a client gets where a middleware answers that. */
  async function refusal(
    error: unknown,
    namespace = "/",
  ): Promise<{ message: string; data?: unknown; later: ReturnType<typeof vi.fn>; nsp: Namespace }> {
    const { io, url } = await start();
    const later = vi.fn();
    const nsp = io.of(namespace);
    nsp.use((socket, go) => {
      socket.join("room");
      go(error as Error);
    });
    nsp.use(later);
    nsp.on("connection", later);
    const [refused] = (await next(connect(url + namespace), "connect_error")) as [
      Error & { data?: unknown },
    ];
    return { message: refused.message, data: refused.data, later, nsp };
  }

  test("tells the client message and data, and ends the run", async () => {
    const error = Object.assign(new Error("not you"), { data: { retryAfter: 5 } });
    const { message, data, later } = await refusal(error, "/admin");
    expect([message, data]).toEqual(["not you", { retryAfter: 5 }]);
    expect(later).not.toHaveBeenCalled();
  });

  test("tells nothing but message and data", async () => {
    const error = Object.assign(new Error("no"), { secret: "s", stack: "at secret.ts" });
    const { message, data } = await refusal(error);
    expect([message, data]).toEqual(["no", undefined]);
  });

  test("by a string has an empty message", async () => {
    expect((await refusal("no")).message).toBe("");
  });

  test("leaves nothing of the socket behind", async () => {
    const { nsp } = await refusal(new Error("no"));
    expect(nsp.sockets.size).toBe(0);
    expect(nsp.adapter.rooms.size).toBe(0);
    expect(nsp.adapter.sids.size).toBe(0);
  });

  test("leaves the connection open, and the client may try again", async () => {
    const { io, port } = await start();
    let tries = 0;
    io.use((_socket, go) => go(++tries === 1 ? new Error("later") : undefined));
    const peer = await openWebSocket(port);
    await peer.read();
    peer.ws.send("40");
    expect(await peer.read()).toBe('44{"message":"later"}');
    peer.ws.send("40");
    expect(await peer.read()).toMatch(/^40\{"sid":/);
  });
});

test("calling next twice admits the client once", async () => {
  const running = await start();
  running.io.use((_socket, go) => {
    go();
    go();
    go(new Error("late"));
  });
  const connections = vi.fn();
  running.io.on("connection", connections);
  await pair(running);
  expect(connections).toHaveBeenCalledOnce();
});

test("a client that has gone meanwhile is not let in", async () => {
  const { io, port } = await start();
  const connections = vi.fn();
  io.on("connection", connections);
  const held = new Promise<[Socket, () => void]>((resolve) => {
    io.use((socket, go) => resolve([socket, go]));
  });
  const peer = await openWebSocket(port);
  peer.ws.send("40");
  const [socket, go] = await held;
  socket.join("room");
  const closed = next(socket.conn as never, "close");
  peer.ws.terminate();
  await closed;
  go();
  expect(connections).not.toHaveBeenCalled();
  expect(io.sockets.sockets.size).toBe(0);
  expect(io.sockets.adapter.rooms.size).toBe(0);
});

test("disconnecting in a middleware does nothing", async () => {
  const running = await start();
  running.io.use((socket, go) => {
    socket.disconnect();
    socket.disconnect(true);
    go();
  });
  const { socket } = await pair(running);
  expect(socket.connected).toBe(true);
});
