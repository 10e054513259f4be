import { describe, expect, test, vi } from "vitest";
import type { Socket } from "../src/index.ts";
import { fetchRaw, next, openPolling, openWebSocket, pair, start } from "./running-server.ts";

describe("the end", () => {
  const ENDS: [reason: string, end: (ends: Awaited<ReturnType<typeof pair>>) => unknown][] = [
    ["client namespace disconnect", ({ client }) => client.disconnect()],
    ["server namespace disconnect", ({ socket }) => socket.disconnect()],
    ["server namespace disconnect", ({ socket }) => socket.disconnect(true)],
    ["transport close", ({ client }) => client.io.engine.close()],
    ["forced close", ({ socket }) => socket.conn.close()],
  ];

  test.each(ENDS)("has the reason %s (%s)", async (reason, end) => {
    const running = await start();
    const ends = await pair(running);
    const { socket } = ends;
    socket.join("room");
    const log: unknown[] = [];
    const rooms = (): string[] =>
      [...socket.rooms].map((room) => (room === socket.id ? "own" : room));
    socket.on("disconnecting", (why) => log.push(["disconnecting", why, rooms().sort()]));
    socket.on("disconnect", (why) => log.push(["disconnect", why, rooms(), socket.connected]));
    const over = next(socket, "disconnect");
    end(ends);
    await over;
    expect(log).toEqual([
      ["disconnecting", reason, ["own", "room"]],
      ["disconnect", reason, [], false],
    ]);
    expect(socket.disconnected).toBe(true);
    expect(running.io.sockets.sockets.size).toBe(0);
    expect(running.io.sockets.adapter.rooms.size).toBe(0);
  });

  test("of the connection is told to the sockets of all namespaces", async () => {
    const running = await start();
    const { client, socket } = await pair(running, "/a");
    const other = client.io.socket("/b");
    const [second] = (await next(running.io.of("/b"), "connection")) as [Socket];
    const ends = [next(socket, "disconnect"), next(second, "disconnect")];
    const closed = next(socket.conn as never, "close");
    socket.disconnect(true);
    expect((await Promise.all(ends)).map(([reason]) => reason)).toEqual([
      "server namespace disconnect",
      "server namespace disconnect",
    ]);
    await closed;
    expect(running.io.engine.clientsCount).toBe(0);
    other.disconnect();
  });

  test("of one namespace leaves the others of the connection", async () => {
    const running = await start();
    const { client, socket } = await pair(running, "/a");
    const other = client.io.socket("/b");
    const [second] = (await next(running.io.of("/b"), "connection")) as [Socket];
    const told = next(client, "disconnect");
    expect(socket.disconnect()).toBe(socket);
    expect((await told)[0]).toBe("io server disconnect");
    const arrival = next(second, "still");
    other.emit("still");
    await arrival;
    expect(second.connected).toBe(true);
  });

  test("comes once, however often it is asked for", async () => {
    const running = await start();
    const { socket } = await pair(running);
    const listener = vi.fn();
    socket.on("disconnect", listener);
    socket.disconnect().disconnect().disconnect(true);
    expect(listener).toHaveBeenCalledOnce();
  });

  test("brings the error that was the cause of a transport error", async () => {
    const running = await start();
    const arrival = next(running.io, "connection");
    const peer = await openWebSocket(running.port);
    peer.ws.send("40");
    const [socket] = (await arrival) as [Socket];
    const over = next(socket, "disconnect");
    // A ping, which only the server may send.
    peer.ws.send("2");
    const [reason, description] = await over;
    expect(reason).toBe("transport error");
    expect(description).toBeInstanceOf(Error);
    expect(description).toMatchObject({ type: "TransportError", code: "TRANSPORT_ERROR" });
  });

  test("keeps rooms from being joined", async () => {
    const running = await start();
    const { socket } = await pair(running);
    socket.disconnect();
    socket.join("late");
    expect(socket.rooms.size).toBe(0);
    expect(running.io.sockets.adapter.rooms.size).toBe(0);
    expect(running.io.sockets.adapter.sids.size).toBe(0);
  });

  test("keeps later events of the same payload from being heard, and harms no other namespace", async () => {
    const { io, port } = await start();
    const more = vi.fn();
    io.on("connection", (socket) => {
      socket.on("bye", () => socket.disconnect());
      socket.on("more", more);
    });
    io.of("/admin");
    const path = await openPolling(port);
    const post = (body: string) => fetchRaw(port, path, { method: "POST", body });
    await post("40\x1e40/admin,");
    await fetchRaw(port, path);
    await post('42["bye"]\x1e42["more"]');
    expect((await fetchRaw(port, path)).body).toBe("41");
    expect(more).not.toHaveBeenCalled();
    expect(io.of("/admin").sockets.size).toBe(1);
  });
});

describe("the event error", () => {
  test("from a client without arguments reaches listeners, as any event", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const arrival = next(socket, "error");
    client.emit("error");
    expect(await arrival).toEqual([]);
  });

  test("from a client harms nothing where nobody listens", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    client.emit("error", new Error("x"), 1);
    client.emit("error");
    const arrival = next(socket, "after");
    client.emit("after");
    await arrival;
    expect(socket.connected).toBe(true);
  });

  test("tells what could not be read, to the sockets of all namespaces", async () => {
    const { io, port } = await start();
    const peer = await openWebSocket(port);
    const arrivals = [next(io, "connection"), next(io.of("/a"), "connection")];
    peer.ws.send("40");
    peer.ws.send("40/a,");
    const sockets = (await Promise.all(arrivals)).map(([socket]) => socket as Socket);
    const errors = sockets.map((socket) => next(socket, "error"));
    const ends = sockets.map((socket) => next(socket, "disconnect"));
    peer.ws.send("42{}");
    for (const [error] of await Promise.all(errors)) {
      expect(error).toBeInstanceOf(Error);
    }
    for (const [reason] of await Promise.all(ends)) {
      expect(reason).toBe("forced close");
    }
    expect(await peer.closed).toBe(1005);
  });
});

describe("events of a client", () => {
  test("arrive in order, with their arguments", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const log: unknown[] = [];
    for (const name of ["a", "b", "message", "connection", "constructor", "__proto__"]) {
      socket.on(name, (...args) => log.push([name, ...args]));
    }
    client
      .emit("a", 1, { x: [null, "é"] })
      .emit("b")
      .send("hi")
      .emit("connection");
    client.emit("constructor").emit("__proto__", 2);
    await vi.waitFor(() => expect(log).toHaveLength(6));
    expect(log).toEqual([
      ["a", 1, { x: [null, "é"] }],
      ["b"],
      ["message", "hi"],
      ["connection"],
      ["constructor"],
      ["__proto__", 2],
    ]);
  });

  test("with bytes arrive with bytes", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const arrival = next(socket, "bytes");
    client.emit("bytes", { a: [Uint8Array.of(1, 2)] }, Buffer.from([3]));
    const [first, second] = (await arrival) as [{ a: Uint8Array[] }, Uint8Array];
    expect([...first.a[0]!]).toEqual([1, 2]);
    expect([...second]).toEqual([3]);
    expect(Buffer.isBuffer(second)).toBe(true);
  });

  test("that nobody listens to are forgotten", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    client.emit("nobody");
    const arrival = next(socket, "somebody");
    client.emit("somebody");
    await arrival;
  });

  test("with a number for a name arrive under that number", async () => {
    const { io, port } = await start();
    const peer = await openWebSocket(port);
    peer.ws.send("40");
    const [socket] = (await next(io, "connection")) as [Socket];
    const arrival = next(socket, 12 as never);
    peer.ws.send("42[12,1]");
    expect(await arrival).toEqual([1]);
  });

  test("without a payload have no effect", async () => {
    const { io, port } = await start();
    const peer = await openWebSocket(port);
    peer.ws.send("40");
    const [socket] = (await next(io, "connection")) as [Socket];
    const arrival = next(socket, "x");
    peer.ws.send("42");
    peer.ws.send("43");
    peer.ws.send('42["x"]');
    await arrival;
    expect(socket.connected).toBe(true);
  });
});
