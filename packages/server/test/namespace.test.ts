import { describe, expect, test, vi } from "vitest";
import { HawserError, HawserTypeError, Namespace, Server, type Socket } from "../src/index.ts";
import { connect, next, pair, start } from "./running-server.ts";

describe("of()", () => {
  test("answers the same namespace for the same name, with or without its slash", () => {
    const io = new Server();
    const chat = io.of("/chat");
    expect(chat).toBeInstanceOf(Namespace);
    expect(chat.name).toBe("/chat");
    expect(io.of("chat")).toBe(chat);
    expect(io.of("/")).toBe(io.sockets);
    expect(io.of("")).toBe(io.sockets);
    expect([...io._nsps.keys()]).toEqual(["/", "/chat"]);
    expect(chat.server).toBe(io);
  });

  test("takes names that objects inherit", () => {
    const io = new Server();
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(io.of(name).name).toBe(`/${name}`);
    }
    expect(io._nsps.size).toBe(4);
  });

  test("adds its listener for connect", async () => {
    const running = await start();
    const log: unknown[] = [];
    running.io.of("/chat", (socket) => log.push(socket));
    running.io.of("/chat").on("connection", (socket) => log.push(socket));
    const { socket } = await pair(running, "/chat");
    expect(log).toEqual([socket, socket]);
  });

  test.each([/^\/a$/g, /^\/a$/y])(
    "refuses the pattern %s, whose tests depend on each other",
    (pattern) => {
      const calling = () => new Server().of(pattern);
      expect(calling).toThrow(HawserTypeError);
      expect(calling).toThrow("stateful regular expressions are not supported");
    },
  );
});

describe("new_namespace", () => {
  test("is emitted on the main namespace for every other one, once", () => {
    const io = new Server();
    const names: string[] = [];
    io.on("new_namespace", ({ name }) => names.push(name));
    io.of("/a");
    io.of("/a");
    io.of("b");
    io.of("/");
    expect(names).toEqual(["/a", "/b"]);
  });
});

describe("a client that joins", () => {
  test("is in the table, connected, and in its own room when connect fires, then connection", async () => {
    const { io, url } = await start();
    const log: string[] = [];
    const look = (event: string) => (socket: Socket) =>
      log.push(
        `${event} ${io.sockets.sockets.get(socket.id) === socket} ${socket.connected} ${socket.rooms.has(socket.id)}`,
      );
    io.on("connection", look("connection"));
    io.on("connect", look("connect"));
    const client = connect(url);
    await next(client, "connect");
    expect(log).toEqual(["connect true true true", "connection true true true"]);
  });

  test("has different sockets in different namespaces over one connection", async () => {
    const running = await start();
    const main = await pair(running);
    const admin = await pair(running, "/admin", { forceNew: false });
    const more = admin.client.io.socket("/more");
    const [other] = (await next(running.io.of("/more"), "connection")) as [Socket];
    more.disconnect();
    expect(other.id).not.toBe(admin.socket.id);
    expect(other.conn).toBe(admin.socket.conn);
    expect(other.client).toBe(admin.socket.client);
    expect(main.socket.conn).not.toBe(admin.socket.conn);
    expect(running.io.engine.clientsCount).toBe(2);
  });

  test("of an unknown namespace is told so", async () => {
    const { url } = await start();
    const [error] = (await next(connect(`${url}/nowhere`), "connect_error")) as [Error];
    expect(error.message).toBe("Invalid namespace");
  });

  test("is seen by listeners of the server, since those are the main namespace's", async () => {
    const running = await start();
    const listener = vi.fn();
    running.io.on("connection", listener);
    expect(running.io.sockets.listeners("connection")).toEqual([listener]);
    expect(running.io.listenerCount("connection")).toBe(1);
    const { socket } = await pair(running);
    expect(listener).toHaveBeenCalledExactlyOnceWith(socket);
    running.io.off("connection", listener);
    expect(running.io.sockets.listenerCount("connection")).toBe(0);
  });
});

describe("emitting", () => {
  test("reaches the sockets of that namespace only", async () => {
    const running = await start();
    const main = await pair(running);
    const chat = await pair(running, "/chat");
    const log: unknown[] = [];
    main.client.onAny((...args) => log.push(["/", ...args]));
    chat.client.onAny((...args) => log.push(["/chat", ...args]));
    expect(running.io.of("/chat").emit("a", 1)).toBe(true);
    expect(running.io.emit("b", 2)).toBe(true);
    const [last, lastOfChat] = [next(main.client, "end"), next(chat.client, "end")];
    running.io.emit("end");
    running.io.of("/chat").emit("end");
    await Promise.all([last, lastOfChat]);
    expect(log.filter((entry) => (entry as string[])[1] !== "end")).toEqual(
      expect.arrayContaining([
        ["/chat", "a", 1],
        ["/", "b", 2],
      ]),
    );
    expect(log).toHaveLength(4);
  });

  test("send and write emit message", async () => {
    const running = await start();
    const { client } = await pair(running);
    const log: unknown[] = [];
    client.on("message", (...args) => log.push(args));
    expect(running.io.send("a", 1)).toBe(running.io);
    expect(running.io.write("b")).toBe(running.io);
    const namespace = running.io.of("/");
    expect(namespace.send("c")).toBe(namespace);
    expect(namespace.write("d")).toBe(namespace);
    await vi.waitFor(() => expect(log).toEqual([["a", 1], ["b"], ["c"], ["d"]]));
  });

  test.each([
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
  ])("the reserved name %s is refused", (name) => {
    const io = new Server();
    for (const target of [io, io.of("/a"), io.to("r"), io.local, io.timeout(1)]) {
      expect(() => target.emit(name)).toThrow(HawserError);
      expect(() => target.emit(name)).toThrow(`"${name}" is a reserved event name`);
    }
  });

  test("connection is a name like any other, and calls no listener here", async () => {
    const running = await start();
    const { client } = await pair(running);
    const listener = vi.fn();
    running.io.on("connection", listener);
    const arrival = next(client, "connection");
    running.io.emit("connection", 1);
    expect(await arrival).toEqual([1]);
    expect(listener).not.toHaveBeenCalled();
  });

  test("what JSON cannot hold is thrown to the caller", async () => {
    const running = await start();
    await pair(running);
    expect(() => running.io.emit("x", 1n)).toThrow(TypeError);
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => running.io.emit("x", cycle)).toThrow(RangeError);
  });
});

describe("between servers", () => {
  test.each(["connect", "connection", "new_namespace"])("%s cannot be emitted", (name) => {
    const io = new Server();
    for (const target of [io, io.of("/a")]) {
      expect(() => target.serverSideEmit(name)).toThrow(`"${name}" is a reserved event name`);
    }
  });

  test("in memory there is nobody to hear, and a warning says so", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const io = new Server();
    const listener = vi.fn();
    io.on("hello", listener);
    expect(io.serverSideEmit("hello", 1)).toBe(true);
    expect(warn).toHaveBeenCalledOnce();
    expect(listener).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test("what an adapter brings calls the listeners of the namespace", () => {
    const io = new Server();
    const listener = vi.fn();
    io.of("/a").on("hello", listener);
    io.of("/a")._onServerSideEmit(["hello", 1, "two"]);
    expect(listener).toHaveBeenCalledExactlyOnceWith(1, "two");
  });
});

test("the sockets are a table, and can be fetched", async () => {
  const running = await start();
  const { socket } = await pair(running, "/chat");
  const chat = running.io.of("/chat");
  expect([...chat.sockets]).toEqual([[socket.id, socket]]);
  const [fetched] = await chat.fetchSockets();
  expect(fetched).toBe(socket);
  expect(await chat.allSockets()).toEqual(new Set([socket.id]));
  expect(await running.io.fetchSockets()).toEqual([]);
  expect(await running.io.allSockets()).toEqual(new Set());
});
