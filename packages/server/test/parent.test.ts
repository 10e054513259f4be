import { describe, expect, test, vi } from "vitest";
import { HawserError, Server, type Socket } from "../src/index.ts";
import { connect, next, pair, start } from "./running-server.ts";

describe("a pattern", () => {
  test("makes a child for each name that matches, once", async () => {
    const running = await start();
    const parent = running.io.of(/^\/room-\d+$/);
    const { socket } = await pair(running, "/room-1");
    expect(socket.nsp.name).toBe("/room-1");
    expect(socket.nsp).toBe(running.io.of("/room-1"));
    expect(socket.nsp).not.toBe(parent);
    const again = await pair(running, "/room-1");
    expect(again.socket.nsp).toBe(socket.nsp);
    expect([...running.io._nsps.keys()]).toEqual(["/", "/room-1"]);
  });

  test("lets other names be refused", async () => {
    const { io, url } = await start();
    io.of(/^\/room-\d+$/);
    const [error] = (await next(connect(`${url}/room-x`), "connect_error")) as [Error];
    expect(error.message).toBe("Invalid namespace");
    expect(io._nsps.size).toBe(1);
  });

  test("is asked by of(name) too", async () => {
    const running = await start();
    const connections = vi.fn();
    const parent = running.io.of(/^\/room-\d+$/).on("connection", connections);
    const child = running.io.of("/room-7");
    const { client, socket } = await pair(running, "/room-7");
    expect(socket.nsp).toBe(child);
    expect(connections).toHaveBeenCalledOnce();
    const arrival = next(client, "hello");
    parent.emit("hello", 1);
    expect(await arrival).toEqual([1]);
  });
});

describe("a function", () => {
  test("decides by name and auth", async () => {
    const { io, url } = await start();
    const calls: unknown[] = [];
    io.of((name, auth, answer) => {
      calls.push([name, auth]);
      setImmediate(answer, null, auth.token === "x");
    });
    const options = { auth: { token: "x" } };
    await next(connect(`${url}/any`, options), "connect");
    const [error] = (await next(connect(`${url}/other`), "connect_error")) as [Error];
    expect(error.message).toBe("Invalid namespace");
    expect(calls).toEqual([
      ["/any", { token: "x" }],
      ["/other", {}],
    ]);
  });

  test("that answers an error passes the question on", async () => {
    const running = await start();
    const second = vi.fn();
    running.io.of((_name, _auth, answer) => answer(new Error("not mine"), true));
    running.io.of((_name, _auth, answer) => answer(null, true)).on("connection", second);
    await next(connect(`${running.url}/any`), "connect");
    expect(second).toHaveBeenCalledOnce();
  });

  test("is not asked by of(name)", () => {
    const test = vi.fn();
    const io = new Server();
    io.of(test);
    io.of("/any");
    expect(test).not.toHaveBeenCalled();
  });

  test("makes one child for two clients that ask at the same time", async () => {
    const { io, url } = await start();
    const announced = vi.fn();
    io.on("new_namespace", announced);
    const answers: (() => void)[] = [];
    const both = new Promise<void>((resolve) => {
      io.of((_name, _auth, answer) => {
        answers.push(() => answer(null, true));
        if (answers.length === 2) {
          resolve();
        }
      });
    });
    const clients = [connect(`${url}/any`), connect(`${url}/any`)];
    const connected = clients.map((client) => next(client, "connect"));
    await both;
    for (const answer of answers) {
      answer();
    }
    await Promise.all(connected);
    expect(announced).toHaveBeenCalledOnce();
    expect(io.of("/any").sockets.size).toBe(2);
  });
});

test("tests are asked in the order of their registration; the first that allows makes the child", async () => {
  const { io, url } = await start();
  const log: string[] = [];
  io.of(/^\/b/).on("connection", () => log.push("pattern b"));
  io.of((_name, _auth, answer) => {
    log.push("asked");
    answer(null, true);
  }).on("connection", () => log.push("function"));
  io.of(/^\/a/).on("connection", () => log.push("pattern a"));
  await next(connect(`${url}/a`), "connect");
  expect(log).toEqual(["asked", "function"]);
});

test("a fixed name is found before any test", async () => {
  const running = await start();
  const asked = vi.fn();
  running.io.of(asked);
  running.io.of("/fixed");
  await pair(running, "/fixed");
  expect(asked).not.toHaveBeenCalled();
});

test("a child takes middlewares and listeners as they are when it is made", async () => {
  const { io, url } = await start();
  const log: string[] = [];
  const parent = io.of(/^\/r/);
  parent.use((_socket, go) => {
    log.push("use 1");
    go();
  });
  parent.on("connect", () => log.push("connect 1"));
  parent.on("connection", () => log.push("connection 1"));
  await next(connect(`${url}/r1`), "connect");
  expect(log.splice(0)).toEqual(["use 1", "connect 1", "connection 1"]);
  parent.use((_socket, go) => {
    log.push("use 2");
    go();
  });
  parent.on("connection", () => log.push("connection 2"));
  await next(connect(`${url}/r1`), "connect");
  expect(log.splice(0)).toEqual(["use 1", "connect 1", "connection 1"]);
  await next(connect(`${url}/r2`), "connect");
  expect(log).toEqual(["use 1", "use 2", "connect 1", "connection 1", "connection 2"]);
});

test("each child is announced on the main namespace; parents are not", async () => {
  const running = await start();
  const names: string[] = [];
  running.io.on("new_namespace", ({ name }) => names.push(name));
  running.io.of(/^\/r/);
  running.io.of((_name, _auth, answer) => answer(null, true));
  await next(connect(`${running.url}/r1`), "connect");
  expect(names).toEqual(["/r1"]);
});

test("emitting on the parent reaches the clients of all children, by room too", async () => {
  const running = await start();
  const parent = running.io.of(/^\/r/);
  const [one, two] = [await pair(running, "/r1"), await pair(running, "/r2")];
  const outside = await pair(running);
  const stray = vi.fn();
  outside.client.onAny(stray);
  const all = [next(one.client, "all"), next(two.client, "all")];
  parent.emit("all", 1);
  expect(await Promise.all(all)).toEqual([[1], [1]]);
  two.socket.join("room");
  const seen = vi.fn();
  one.client.onAny(seen);
  const some = next(two.client, "some");
  parent.to("room").emit("some", 2);
  expect(await some).toEqual([2]);
  const end = next(one.client, "end");
  parent.emit("end");
  await end;
  expect(seen.mock.calls).toEqual([["end"]]);
  expect(stray).not.toHaveBeenCalled();
});

test("a parent cannot fetch sockets", () => {
  const parent = new Server().of(/x/);
  expect(() => parent.fetchSockets()).toThrow(HawserError);
  expect(() => parent.fetchSockets()).toThrow(
    "fetchSockets() is not supported on parent namespaces",
  );
});

describe("cleanupEmptyChildNamespaces", () => {
  test("deletes a child with its last socket, and closes its adapter", async () => {
    const running = await start({ cleanupEmptyChildNamespaces: true });
    running.io.of(/^\/r/);
    const [one, two] = [await pair(running, "/r1"), await pair(running, "/r1")];
    const close = vi.spyOn(one.socket.adapter, "close");
    const gone = (socket: Socket) => next(socket, "disconnect");
    const first = gone(one.socket);
    one.client.disconnect();
    await first;
    expect(running.io._nsps.has("/r1")).toBe(true);
    const second = gone(two.socket);
    two.client.disconnect();
    await second;
    expect(running.io._nsps.has("/r1")).toBe(false);
    expect(close).toHaveBeenCalledOnce();
    const { socket } = await pair(running, "/r1");
    expect(socket.nsp).not.toBe(one.socket.nsp);
  });

  test("deletes a child whose only client was refused", async () => {
    const { io, url } = await start({ cleanupEmptyChildNamespaces: true });
    io.of(/^\/r/).use((_socket, go) => go(new Error("no")));
    await next(connect(`${url}/r1`), "connect_error");
    expect([...io._nsps.keys()]).toEqual(["/"]);
  });

  test("deletes a child whose only client has gone before it was made", async () => {
    const { io, url } = await start({ cleanupEmptyChildNamespaces: true });
    const asked = new Promise<() => void>((resolve) => {
      io.of((_name, _auth, go) => resolve(() => go(null, true)));
    });
    const client = connect(`${url}/r1`);
    const allow = await asked;
    const [session] = Object.values(io.engine.clients);
    const closed = next(session!, "close");
    client.io.engine.close();
    await closed;
    allow();
    expect([...io._nsps.keys()]).toEqual(["/"]);
  });

  test("keeps namespaces that were given by name", async () => {
    const running = await start({ cleanupEmptyChildNamespaces: true });
    const { client, socket } = await pair(running, "/fixed");
    const gone = next(socket, "disconnect");
    client.disconnect();
    await gone;
    expect(running.io._nsps.has("/fixed")).toBe(true);
  });

  test("is off unless asked for", async () => {
    const running = await start();
    running.io.of(/^\/r/);
    const { client, socket } = await pair(running, "/r1");
    const gone = next(socket, "disconnect");
    client.disconnect();
    await gone;
    expect(running.io._nsps.has("/r1")).toBe(true);
  });
});
