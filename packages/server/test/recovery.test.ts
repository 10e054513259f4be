import { createRequire } from "node:module";
import { io as hawser } from "@hawser/client";
import { FakeClock, TcpProxy } from "@hawser/testkit";
import { type ManagerOptions, io as official, type SocketOptions } from "socket.io-client";
import * as msgpack from "socket.io-msgpack-parser";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Server, Socket as ServerSocket } from "../src/index.ts";
import { next, openWebSocket, type Running, start } from "./running-server.ts";

type Options = Partial<ManagerOptions & SocketOptions>;
type Client = ReturnType<typeof official>;

interface Recorded {
  client: Client;
  socket: ServerSocket;
  events: unknown[][];
}

const clientOfVersion2: (url: string, options: object) => Client = createRequire(import.meta.url)(
  "socket.io-client-2",
);

const RECOVERY = { connectionStateRecovery: {} };

/** A client that comes back when told to, and notes what it receives, without the offsets. */
async function connect(
  running: Running,
  create: unknown,
  { namespace = "/", ...options }: Options & { namespace?: string } = {},
): Promise<Recorded> {
  const arrival = next(running.io.of(namespace), "connection");
  const client = (create as typeof official)(running.url + namespace, {
    forceNew: true,
    reconnection: false,
    transports: ["websocket"],
    ...options,
  });
  onTestFinished(() => void client.disconnect());
  const events: unknown[][] = [];
  client.onAny((...event: unknown[]) => events.push(event));
  client.on("connect", () => events.push(["connect", client.recovered]));
  const connected = next(client, "connect");
  const [socket] = await arrival;
  await connected;
  events.length = 0;
  return { client, socket: socket as ServerSocket, events };
}

/** The connection breaks, and both sides know. */
async function drop({ client, socket }: Pick<Recorded, "client" | "socket">): Promise<void> {
  const gone = next(socket, "disconnect");
  client.io.engine.close();
  await gone;
}

/** The socket of the server when the client has come back. */
async function comeBack({ io }: Running, client: Client): Promise<ServerSocket> {
  const arrival = next(io.of((client as unknown as { nsp: string }).nsp), "connection");
  const connected = next(client, "connect");
  client.connect();
  const [socket] = await arrival;
  await connected;
  return socket as ServerSocket;
}

const withoutOffset = (event: unknown[]): unknown[] =>
  event[0] === "connect" ? event : event.slice(0, -1);

describe.each([
  ["the official client", official],
  ["the client of this project", hawser],
])("%s", (_name, create) => {
  test("gets its socket back: id, rooms, data and what it missed, in order", async () => {
    const running = await start(RECOVERY);
    const { client, socket, events } = await connect(running, create);
    const { id } = client;
    socket.data.name = "x";
    socket.join(["room", "other"]);
    socket.emit("received", 1);
    await next(client, "received");
    await drop({ client, socket });

    running.io.emit("all", { n: 1 });
    running.io.to("room").emit("room", Buffer.from([1, 2]));
    running.io.to(id!).emit("own");
    running.io.to("room").except("other").emit("excepted");
    running.io.to("elsewhere").emit("elsewhere");
    running.io.volatile.emit("volatile");
    running.io.timeout(50).emit("with acknowledgement", () => {});
    events.length = 0;
    const back = await comeBack(running, client);

    expect(back).not.toBe(socket);
    expect(back.recovered).toBe(true);
    expect(back.id).toBe(id);
    expect(client.id).toBe(id);
    expect(back.pid).toBe(socket.pid);
    expect(back.data).toEqual({ name: "x" });
    expect([...back.rooms].sort()).toEqual([id, "room", "other"].sort());
    expect(events.map(withoutOffset)).toEqual([
      ["all", { n: 1 }],
      ["room", Buffer.from([1, 2])],
      ["own"],
      ["connect", true],
    ]);
    const arrival = next(client, "after");
    running.io.to("room").emit("after");
    await arrival;
  });

  test("gets its socket back when it had received nothing yet", async () => {
    const running = await start(RECOVERY);
    running.io.emit("before it came");
    const { client, socket, events } = await connect(running, create);
    running.io.to(socket.id).emit("missed", 0);
    client.io.engine.close();
    await next(socket, "disconnect");
    running.io.emit("missed", 1);
    events.length = 0;
    const back = await comeBack(running, client);
    expect(back.recovered).toBe(true);
    expect(events.map(withoutOffset).slice(-2)).toEqual([
      ["missed", 1],
      ["connect", true],
    ]);
  });

  test("after a restart of the server, its old offset does not stand in the way", async () => {
    const first = await start(RECOVERY);
    const proxy = await TcpProxy.start(first.port);
    onTestFinished(() => proxy.close());
    const { client, socket } = await connect({ ...first, url: proxy.url }, create);
    first.io.emit("x");
    await next(client, "x");
    await drop({ client, socket });
    const fresh = await start(RECOVERY);
    proxy.retarget(fresh.port);
    const known = await comeBack(fresh, client);
    expect(known.recovered).toBe(false);
    expect(client.recovered).toBe(false);
    await drop({ client, socket: known });
    const back = await comeBack(fresh, client);
    // The official client sends the offset of the other server along, which nothing can be made of.
    expect(back.recovered).toBe(create === hawser);
    expect(client.recovered).toBe(back.recovered);
  });

  test("is not led astray by the last string of a volatile event", async () => {
    const running = await start(RECOVERY);
    const { client, socket, events } = await connect(running, create);
    socket.volatile.emit("position", "north");
    await next(client, "position");
    await drop({ client, socket });
    running.io.emit("missed");
    events.length = 0;
    expect((await comeBack(running, client)).recovered).toBe(true);
    expect(events.map(withoutOffset)).toEqual([["missed"], ["connect", true]]);
  });
});

describe("on the wire", () => {
  async function join(port: number, auth: object = {}) {
    const { ws, read, closed } = await openWebSocket(port);
    await read();
    ws.send(`40${JSON.stringify(auth)}`);
    const messages: string[] = [];
    let message = await read();
    while (!message.startsWith("40")) {
      messages.push(message);
      message = await read();
    }
    const { sid, pid } = JSON.parse(message.slice(2)) as { sid: string; pid: string };
    return { ws, read, closed, messages, sid, pid };
  }

  test("the secret is sent with the id, and the offset with each event but those that ask for an answer", async () => {
    const { io, port } = await start(RECOVERY);
    const { read, sid, pid } = await join(port);
    expect([sid, pid].map((id) => /^[\w-]{20}$/.test(id))).toEqual([true, true]);
    expect(sid).not.toBe(pid);
    expect(io.sockets.sockets.get(sid)?.pid).toBe(pid);
    io.emit("a", 1);
    io.sockets.sockets.get(sid)!.emit("b");
    io.sockets.sockets.get(sid)!.emit("c", () => {});
    const [a, b] = [await read(), await read()].map((text) => JSON.parse(text.slice(2)));
    expect([a.slice(0, -1), b.slice(0, -1)]).toEqual([["a", 1], ["b"]]);
    expect(typeof a.at(-1)).toBe("string");
    expect(b.at(-1)).not.toBe(a.at(-1));
    expect(await read()).toBe('420["c"]');
  });

  test("without recovery there is neither", async () => {
    const { io, port } = await start();
    const { read, sid, pid } = await join(port, { pid: "x", offset: "y" });
    expect(pid).toBeUndefined();
    expect(io.sockets.sockets.get(sid)?.recovered).toBe(false);
    io.emit("a");
    expect(await read()).toBe('42["a"]');
  });

  test("a client that comes back before its old connection is known to be dead takes its socket over", async () => {
    const { io, port } = await start(RECOVERY);
    const states: unknown[] = [];
    io.on("connection", (socket) => {
      socket.join("room");
      states.push(["connection", socket.recovered, io.sockets.sockets.size]);
      socket.on("disconnect", (reason) =>
        states.push(["disconnect", reason, io.sockets.sockets.size]),
      );
    });
    const first = await join(port);
    io.to("room").emit("x");
    const second = await join(port, { pid: first.pid });
    await first.closed;
    expect(second.sid).toBe(first.sid);
    expect(second.messages.map((text) => JSON.parse(text.slice(2))[0])).toEqual(["x"]);
    expect(states).toEqual([
      ["connection", false, 1],
      ["disconnect", "transport close", 0],
      ["connection", true, 1],
    ]);
    expect(io.engine.clientsCount).toBe(1);
  });

  test("what a middleware emits before the client is in has an offset too", async () => {
    const { io, port } = await start(RECOVERY);
    io.use((socket, next) => {
      socket.emit("early", "secret");
      next();
    });
    const first = await join(port);
    const [early] = first.messages.map((text) => JSON.parse(text.slice(2)) as string[]);
    expect(early?.slice(0, 2)).toEqual(["early", "secret"]);
    first.ws.close();
    await expect.poll(() => io.sockets.sockets.size).toBe(0);
    const second = await join(port, { pid: first.pid, offset: early?.[2] });
    expect(second.sid).toBe(first.sid);
  });

  test("of two that ask for one session at the same time, one gets it", async () => {
    const { io, port } = await start({ connectionStateRecovery: { skipMiddlewares: false } });
    const go: (() => void)[] = [];
    io.use((socket, next) => (socket.handshake.auth.pid ? go.push(next) : next()));
    const { sid, pid, ws, closed } = await join(port);
    ws.close();
    await closed;
    const both = [join(port, { pid }), join(port, { pid })];
    await expect.poll(() => go.length).toBe(2);
    for (const next of go) {
      next();
    }
    const [one, other] = await Promise.all(both);
    expect([one!.sid, other!.sid].filter((id) => id === sid)).toHaveLength(1);
    expect([...io.sockets.sockets.values()].map(({ recovered }) => recovered).sort()).toEqual([
      false,
      true,
    ]);
  });

  test.each([
    ["an unknown secret", { pid: "somebody" }],
    ["a secret that is no string", { pid: { length: 3 } }],
    ["an offset that nobody gave", { offset: "Q84ch6E" }],
    ["an offset of the future", { offset: "later" }],
    ["an offset that is no string", { offset: { toString: 1 } }],
  ])("%s leads to a new socket", async (_name, wrong) => {
    const { io, port } = await start(RECOVERY);
    const first = await join(port);
    io.emit("x");
    const offset = JSON.parse((await first.read()).slice(2))[1] as string;
    first.ws.close();
    await expect.poll(() => io.sockets.sockets.size).toBe(0);
    const later = `${offset}0`;
    const auth = { pid: first.pid, ...wrong };
    const second = await join(
      port,
      "offset" in auth && auth.offset === "later" ? { ...auth, offset: later } : auth,
    );
    expect(second.sid).not.toBe(first.sid);
    expect(second.pid).not.toBe(first.pid);
    expect(io.sockets.sockets.get(second.sid)?.recovered).toBe(false);
    second.ws.close();
    // What was refused is still there for who knows better.
    expect((await join(port, { pid: first.pid, offset })).sid).toBe(first.sid);
  });
});

describe("the server", () => {
  test.each([
    ["server namespace disconnect", (socket: ServerSocket) => void socket.disconnect()],
    ["client namespace disconnect", (_: ServerSocket, client: Client) => void client.disconnect()],
  ])("keeps nothing after a %s", async (reason, leave) => {
    const running = await start(RECOVERY);
    const { client, socket } = await connect(running, official);
    const gone = [next(socket, "disconnect"), next(client, "disconnect")];
    leave(socket, client);
    expect((await gone[0])?.[0]).toBe(reason);
    await gone[1];
    const back = await comeBack(running, client);
    expect(back.recovered).toBe(false);
    expect(back.id).not.toBe(socket.id);
  });

  test("asks no middleware for who comes back, unless told to", async () => {
    const running = await start(RECOVERY);
    const asked: unknown[] = [];
    running.io.use((socket, next) => {
      asked.push(socket.id);
      next();
    });
    const { client, socket } = await connect(running, official);
    await drop({ client, socket });
    const back = await comeBack(running, client);
    expect(back.recovered).toBe(true);
    expect(asked).toEqual([socket.id]);
  });

  test("shows middlewares the recovered socket, and loses nothing that is sent meanwhile", async () => {
    const running = await start({ connectionStateRecovery: { skipMiddlewares: false } });
    const seen: unknown[] = [];
    let go = () => {};
    running.io.use((socket, next) => {
      const { recovered, rooms, data } = socket;
      seen.push([recovered, rooms.has("room"), data.n ?? 0]);
      go = next;
      if (!recovered) {
        next();
      }
    });
    const { client, socket, events } = await connect(running, official);
    socket.join("room");
    socket.data.n = 1;
    await drop({ client, socket });
    running.io.emit("before");
    client.connect();
    await expect.poll(() => seen.length).toBe(2);
    running.io.to("room").emit("during");
    const connected = next(client, "connect");
    go();
    await connected;
    expect(seen).toEqual([
      [false, false, 0],
      [true, true, 1],
    ]);
    expect(events.map(withoutOffset)).toEqual([["before"], ["during"], ["connect", true]]);
  });

  test("keeps the session of a client that is lost again before it was let in", async () => {
    const running = await start({ connectionStateRecovery: { skipMiddlewares: false } });
    let asked = 0;
    let go = () => {};
    running.io.use((_socket, next) => {
      asked++;
      go = next;
      if (asked !== 2) {
        next();
      }
    });
    const { client, socket, events } = await connect(running, official);
    socket.join("room");
    await drop({ client, socket });
    running.io.emit("missed");
    client.connect();
    await expect.poll(() => asked).toBe(2);
    client.io.engine.close();
    await expect.poll(() => running.io.engine.clientsCount).toBe(0);
    go();
    const back = await comeBack(running, client);
    expect([back.id, back.recovered, back.rooms.has("room")]).toEqual([socket.id, true, true]);
    expect(events.map(withoutOffset)).toEqual([["missed"], ["connect", true]]);
  });

  test("replays what was sent, not what the application made of it later", async () => {
    const running = await start(RECOVERY);
    const { client, socket, events } = await connect(running, official);
    await drop({ client, socket });
    const state = { turn: 1 };
    running.io.emit("state", state);
    state.turn = 2;
    running.io.emit("state", state);
    await comeBack(running, client);
    expect(events.map(withoutOffset)).toEqual([
      ["state", { turn: 1 }],
      ["state", { turn: 2 }],
      ["connect", true],
    ]);
  });

  test("recovers each namespace for itself, those of dynamic parents included", async () => {
    const running = await start(RECOVERY);
    const parent = running.io.of(/^\/room-\d$/);
    const { client, socket } = await connect(running, official, { namespace: "/room-1" });
    const { client: other, socket: otherSocket } = await connect(running, official, {
      namespace: "/room-2",
    });
    await drop({ client, socket });
    await drop({ client: other, socket: otherSocket });
    parent.emit("all", "children");
    for (const one of [client, other]) {
      const missed = next(one, "all");
      expect((await comeBack(running, one)).recovered).toBe(true);
      // One offset, not one for each child.
      expect(await missed).toEqual(["children", expect.stringMatching(/\.\w+$/)]);
    }
  });

  test("keeps an empty dynamic namespace until nobody can come back to it", async () => {
    const clock = new FakeClock();
    const running = await start({ ...RECOVERY, cleanupEmptyChildNamespaces: true, clock });
    const { io } = running;
    io.of(/^\/room-\d$/).on("connection", (socket) => socket.join("room"));
    const { client, socket } = await connect(running, official, { namespace: "/room-1" });
    await drop({ client, socket });
    io.of("/room-1").to("room").emit("missed");
    const missed = next(client, "missed");
    const back = await comeBack(running, client);
    expect(back.recovered).toBe(true);
    await missed;
    await drop({ client, socket: back });
    clock.advance(119_999);
    expect(io._nsps.has("/room-1")).toBe(true);
    clock.advance(1);
    expect(io._nsps.has("/room-1")).toBe(false);
  });

  test("recovers with another parser", async () => {
    const parser = msgpack as unknown as NonNullable<Server["opts"]["parser"]>;
    const running = await start({ ...RECOVERY, parser });
    const { client, socket, events } = await connect(running, official, { parser: msgpack });
    await drop({ client, socket });
    running.io.emit("missed", Buffer.from([1]));
    expect((await comeBack(running, client)).recovered).toBe(true);
    expect(events.map(withoutOffset)).toEqual([
      ["missed", Buffer.from([1])],
      ["connect", true],
    ]);
  });

  test("serves clients of Socket.IO 2 as before", async () => {
    const running = await start(RECOVERY);
    const arrival = next(running.io, "connection");
    const client = clientOfVersion2(running.url, { forceNew: true, transports: ["websocket"] });
    onTestFinished(() => void client.close());
    const [socket] = (await arrival) as [ServerSocket];
    expect(socket.pid).toBeUndefined();
    const event = new Promise((resolve) => client.on("x", resolve));
    socket.emit("x", 1);
    expect(await event).toBe(1);
  });

  test("forgets sessions and packets when their time is over, without anything else to do", async () => {
    const clock = new FakeClock();
    const options = { connectionStateRecovery: { maxDisconnectionDuration: 1000 }, clock };
    const running = await start({ ...options, pingInterval: 100_000, pingTimeout: 100 });
    const { client, socket } = await connect(running, official);
    await drop({ client, socket });
    const waiting = clock.pending;
    running.io.emit("x");
    expect(clock.pending).toBe(waiting + 1);
    clock.advance(1000);
    expect((await comeBack(running, client)).recovered).toBe(false);
    client.disconnect();
    await expect.poll(() => running.io.engine.clientsCount).toBe(0);
    clock.advance(200_000);
    expect(clock.pending).toBe(0);
  });

  test("knows the settings with their defaults, and refuses wrong ones", async () => {
    const { io } = await start({ connectionStateRecovery: { skipMiddlewares: false } });
    expect(io.opts.connectionStateRecovery).toEqual({
      maxDisconnectionDuration: 120_000,
      skipMiddlewares: false,
    });
    const wrong = { connectionStateRecovery: { maxDisconnectionDuration: -1 } };
    await expect(start(wrong)).rejects.toThrow(/maxDisconnectionDuration/);
    await expect(start({ connectionStateRecovery: 5 as never })).rejects.toThrow(
      /connectionStateRecovery/,
    );
  });
});
