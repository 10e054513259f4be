import { FakeClock } from "@hawser/testkit";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Adapter } from "../src/adapter.ts";
import { Server, type Socket } from "../src/index.ts";
import { connect, next, openWebSocket, pair, start } from "./running-server.ts";

/** What packages of others do with a server, as src/seams.ts lists it. */
describe("instrumentation", () => {
  test("finds the settings, and the parser in use", async () => {
    const io = new Server({ connectTimeout: 5 });
    expect(io._connectTimeout).toBe(5);
    io.connectTimeout(6);
    expect(io._connectTimeout).toBe(6);
    expect(io._opts).toBe(io.opts);
    const decoder = new io._parser.Decoder();
    const decoded = vi.fn();
    decoder.on("decoded", decoded as never);
    for (const chunk of io.encoder.encode({ type: 2, nsp: "/a", data: ["x"] })) {
      decoder.add(chunk);
    }
    expect(decoded.mock.calls[0]![0]).toMatchObject({ type: 2, nsp: "/a", data: ["x"] });
    class Encoder {
      encode = () => ["1"];
    }
    class Decoder {
      on(): void {}
      add(): void {}
    }
    const parser = { Encoder, Decoder };
    expect(new Server({ parser })._parser).toBe(parser);
  });

  test("walks the namespaces, and wraps their middlewares in place", async () => {
    const running = await start();
    const calls: string[] = [];
    running.io.of("/a").use((_socket, next) => {
      calls.push("middleware");
      next();
    });
    expect([...running.io._nsps.keys()]).toEqual(["/", "/a"]);
    for (const { _fns } of running.io._nsps.values()) {
      for (const [index, middleware] of _fns.entries()) {
        _fns[index] = (socket, next) => {
          calls.push("before");
          middleware(socket, next);
        };
      }
    }
    await pair(running, "/a");
    expect(calls).toEqual(["before", "middleware"]);
  });

  test("counts the sockets that middlewares still decide about", async () => {
    const { io, port } = await start();
    const deciding: (() => void)[] = [];
    io.use((_socket, next) => deciding.push(next));
    const { ws, read } = await openWebSocket(port);
    await read();
    ws.send("40");
    await expect.poll(() => deciding.length).toBe(1);
    expect([io.sockets._preConnectSockets.size, io.sockets.sockets.size]).toEqual([1, 0]);
    deciding[0]!();
    expect([io.sockets._preConnectSockets.size, io.sockets.sockets.size]).toEqual([0, 1]);
  });

  test("watches namespaces, rooms, engine sockets and events, and hangs its own on `data`", async () => {
    const running = await start();
    const { io } = running;
    const seen: unknown[] = [];
    io.on("new_namespace", (namespace) => seen.push(["namespace", namespace.name]));
    io.of("/a").adapter.on("join-room", (room: string) =>
      seen.push(["join", room.length === 20 ? "own" : room]),
    );
    io.engine.on("connection", (raw: Socket["conn"]) => {
      raw.on("packet", ({ type, data }) => seen.push(["in", type, data]));
      raw.on("packetCreate", ({ type, data }) => type === "message" && seen.push(["out", data]));
      raw.on("close", (reason) => seen.push(["close", reason]));
    });
    io.of("/a").prependListener("connection", (socket) => {
      socket.data = new Proxy({ _admin: { id: 1 } }, {});
      socket.onAny((event: string) => seen.push(["received", event]));
      socket.onAnyOutgoing((event: string) => seen.push(["sent", event]));
    });
    const { client, socket } = await pair(running, "/a");
    expect(socket.data._admin.id).toBe(1);
    expect(socket.client.id).toBe(socket.conn.id);
    socket.join("room");
    const arrival = next(socket, "ping!");
    client.emit("ping!");
    await arrival;
    socket.emit("pong!");
    await next(client, "pong!");
    client.disconnect();
    await next(socket.conn as never, "close");
    expect(seen.map((entry) => JSON.stringify(entry).replaceAll(socket.id, "id"))).toEqual(
      [
        ["namespace", "/a"],
        ["in", "message", "0/a,"],
        ["join", "own"],
        ["out", '0/a,{"sid":"id"}'],
        ["join", "room"],
        ["in", "message", '2/a,["ping!"]'],
        ["received", "ping!"],
        ["sent", "pong!"],
        ["out", '2/a,["pong!"]'],
        ["in", "message", "1/a,"],
        ["close", "transport close"],
      ].map((entry) => JSON.stringify(entry)),
    );
  });
});

describe("an adapter", () => {
  test("may write to the engine itself, whatever it says about it", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const events: unknown[] = [];
    client.onAny((...event) => events.push(event));
    const options = { preEncoded: true, volatile: false, compress: false };
    const wsPreEncodedFrame = [Buffer.from("not looked at")];
    socket.client.writeToEngine(['2["framed"]'], { ...options, wsPreEncodedFrame });
    socket.client.writeToEngine(['51-["binary",{"_placeholder":true,"num":0}]', Buffer.from([7])], {
      preEncoded: true,
    });
    await next(client, "binary");
    expect(events).toEqual([["framed"], ["binary", Buffer.from([7])]]);
  });

  test("that is written from scratch, without a base class, serves a server", async () => {
    const rooms = new Map<string, Set<string>>();
    class FromScratch {
      readonly own: { sockets: Map<string, Socket>; server: Server; name: string };
      constructor(nsp: FromScratch["own"]) {
        this.own = nsp;
      }
      init(): void {}
      close(): void {}
      addAll(id: string, added: Set<string>): void {
        for (const room of added) {
          rooms.set(room, (rooms.get(room) ?? new Set()).add(id));
        }
      }
      del(id: string, room: string): void {
        rooms.get(room)?.delete(id);
      }
      delAll(id: string): void {
        for (const ids of rooms.values()) {
          ids.delete(id);
        }
      }
      socketRooms(id: string): Set<string> {
        return new Set([...rooms.keys()].filter((room) => rooms.get(room)!.has(id)));
      }
      broadcast(packet: { nsp: string }, opts: { rooms: Set<string> }): void {
        packet.nsp = this.own.name;
        const chunks = this.own.server.encoder.encode(packet as never);
        for (const room of opts.rooms) {
          for (const id of rooms.get(room) ?? []) {
            this.own.sockets.get(id)?.client.writeToEngine(chunks, { preEncoded: true });
          }
        }
      }
    }
    const running = await start({ adapter: FromScratch as never });
    const { client, socket } = await pair(running, "/a");
    socket.join("room");
    const arrival = next(client, "x");
    running.io.of("/a").to("room").emit("x", 1);
    expect(await arrival).toEqual([1]);
    expect(socket.rooms).toEqual(new Set([socket.id, "room"]));
  });
});

describe("the server", () => {
  test("takes names that are no strings for what they are called", () => {
    const io = new Server();
    expect(io.of(5 as never).name).toBe("/5");
    expect(io.of(5 as never)).toBe(io.of("/5"));
  });

  test.each([
    [undefined, "undefined"],
    [{}, "object"],
    ["abc", "abc"],
  ])("cannot be attached to %s", (target, named) => {
    const attach = () => new Server().attach(target as never);
    expect(attach).toThrow(TypeError);
    expect(attach).toThrow(new RegExp(`cannot attach to .*${named}`, "i"));
  });

  test("hands an application of uWebSockets.js to its engine", () => {
    const app = { any: vi.fn(), ws: vi.fn() };
    const io = new Server({ path: "/mine" });
    io.attachApp(app as never, { path: "/theirs", idleTimeout: 60 });
    expect(app.any.mock.calls.map(([pattern]) => pattern)).toEqual(["/mine/*"]);
    expect(app.ws.mock.calls.map(([pattern, { idleTimeout }]) => [pattern, idleTimeout])).toEqual([
      ["/mine/*", 60],
    ]);
    expect(io.engine.clientsCount).toBe(0);
    expect(io.httpServer).toBeUndefined();
    expect(() => io.attachApp({} as never)).toThrow(/no application of uWebSockets.js/);
  });

  test("does not keep the process running for what it only remembers", () => {
    const clock = new FakeClock();
    const unref = vi.fn();
    const io = new Server({
      connectionStateRecovery: {},
      clock: {
        now: clock.now,
        setTimeout: (callback: () => void, ms: number) => {
          clock.setTimeout(callback, ms);
          return { unref };
        },
        clearTimeout: () => {},
      },
    });
    io.emit("kept");
    expect([clock.pending, unref.mock.calls.length]).toEqual([1, 1]);
  });

  test("closes adapters of all namespaces, one failing or not", async () => {
    const closed = vi.fn();
    class Failing extends Adapter {
      override close(): Promise<void> {
        closed(this.nsp.name);
        return Promise.reject(new Error("cannot close"));
      }
    }
    const running = await start({ adapter: Failing });
    running.io.of("/a");
    const client = connect(running.url);
    onTestFinished(() => void client.disconnect());
    await next(client, "connect");
    await running.io.close();
    expect(closed.mock.calls).toEqual([["/"], ["/a"]]);
  });
});
