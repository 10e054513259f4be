import { describe, expect, test } from "vitest";
import type { Session } from "../src/session/session.ts";
import { next, pair, start } from "./running-server.ts";

test("the handshake is what the client said when it connected", async () => {
  const running = await start();
  const before = Date.now();
  const { socket } = await pair(running, "/", {
    auth: { token: "x", list: [1] },
    query: { a: "1", b: "é" },
    extraHeaders: { "x-a": "b", cookie: "c=d" },
  });
  const { headers, time, address, xdomain, secure, issued, url, query, auth } = socket.handshake;
  expect(headers).toMatchObject({ "x-a": "b", cookie: "c=d", host: `127.0.0.1:${running.port}` });
  expect(issued).toBeGreaterThanOrEqual(before);
  expect(issued).toBeLessThanOrEqual(Date.now());
  expect(time).toBe(String(new Date(issued)));
  expect(address).toBe("127.0.0.1");
  expect([xdomain, secure]).toEqual([false, false]);
  expect(url).toMatch(/^\/socket\.io\/\?/);
  expect(query).toMatchObject({ EIO: "4", transport: "websocket", a: "1", b: "é" });
  expect(auth).toEqual({ token: "x", list: [1] });
});

test("without auth it is an empty object, and with an Origin header the request is xdomain", async () => {
  const running = await start();
  const { socket } = await pair(running, "/", { extraHeaders: { origin: "https://a.test" } });
  expect(socket.handshake.auth).toEqual({});
  expect(socket.handshake.xdomain).toBe(true);
});

test("sockets of one connection share the request but not auth", async () => {
  const running = await start();
  const { client, socket } = await pair(running, "/a", { auth: { who: "a" } });
  const second = client.io.socket("/b", { auth: { who: "b" } });
  const [other] = (await next(running.io.of("/b"), "connection")) as [typeof socket];
  second.disconnect();
  expect(socket.handshake.auth).toEqual({ who: "a" });
  expect(other.handshake.auth).toEqual({ who: "b" });
  expect(other.handshake.headers).toEqual(socket.handshake.headers);
  expect(other.request).toBe(socket.request);
});

test("a request that was removed leaves empty headers and query", async () => {
  const running = await start();
  running.io.engine.on("connection", (session: Session) => {
    session.request = null;
  });
  const { socket } = await pair(running, "/", { auth: { token: "x" } });
  expect(socket.request).toBeNull();
  expect(socket.handshake).toMatchObject({ headers: {}, query: {}, auth: { token: "x" } });
  expect(socket.handshake.address).toBe("127.0.0.1");
});

describe("a socket", () => {
  test("has an id that is not the secret one of its connection", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    expect(socket.id).toMatch(/^[\w-]{20}$/);
    expect(socket.id).toBe(client.id);
    expect(socket.client.id).toBe(socket.conn.id);
    expect(socket.conn.id).not.toBe(socket.id);
    expect(Object.keys(running.io.engine.clients)).toEqual([socket.conn.id]);
  });

  test("leads to its namespace, server, adapter, connection and request", async () => {
    const running = await start();
    const { socket } = await pair(running, "/a");
    expect(socket.nsp).toBe(running.io.of("/a"));
    expect(socket.server).toBe(running.io);
    expect(socket.adapter).toBe(running.io.of("/a").adapter);
    expect(socket.client.conn).toBe(socket.conn);
    expect(socket.request).toBe(socket.client.request);
    expect([socket.connected, socket.disconnected, socket.recovered]).toEqual([true, false, false]);
    expect(socket.acks).toBeInstanceOf(Map);
  });

  test("has data of its own, an empty object at first", async () => {
    const running = await start();
    const [a, b] = [await pair(running), await pair(running)];
    expect(a.socket.data).toEqual({});
    a.socket.data.user = "ann";
    expect(b.socket.data).toEqual({});
    expect((await running.io.in(a.socket.id).fetchSockets())[0]?.data).toEqual({ user: "ann" });
  });

  test("tells of its connection what applications look for", async () => {
    const running = await start();
    const { socket } = await pair(running);
    const { conn } = socket;
    expect(conn.transport.name).toBe("websocket");
    expect(conn).toMatchObject({ protocol: 4, readyState: "open", remoteAddress: "127.0.0.1" });
    const closed = next(conn as never, "close");
    socket.disconnect(true);
    expect((await closed)[0]).toBe("forced close");
    expect(conn.readyState).toBe("closed");
  });

  test("hears of the upgrade of its connection", async () => {
    const running = await start();
    const upgraded = new Promise<string>((resolve) => {
      running.io.on("connection", ({ conn }) => {
        conn.on("upgrade", ((transport: { name: string }) => resolve(transport.name)) as never);
      });
    });
    const { socket } = await pair(running, "/", { transports: ["polling", "websocket"] });
    expect(await upgraded).toBe("websocket");
    expect(socket.conn.transport.name).toBe("websocket");
  });
});
