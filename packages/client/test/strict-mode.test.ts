import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Server as HawserServer } from "@hawser/server";
import { Server as OfficialServer } from "socket.io";
import { describe, expect, onTestFinished, test } from "vitest";
import { io, Manager, type Socket } from "../src/index.ts";
import { disposable, next } from "./official-server.ts";

const quick = { forceNew: true, reconnectionDelay: 10, randomizationFactor: 0 };

const SERVERS: [name: string, create: (http: HttpServer) => HawserServer | OfficialServer][] = [
  ["our server", (http) => new HawserServer(http)],
  ["the official server", (http) => new OfficialServer(http)],
];

/** A component that is mounted, unmounted and mounted again, as in React's StrictMode. */
function mountTwice(socket: Socket): void {
  socket.connect();
  socket.disconnect();
  socket.connect();
}

describe.each(SERVERS)("connect, disconnect, connect, with %s", (_name, create) => {
  async function start() {
    const http = createServer();
    const tcp = new Set<TcpSocket>();
    http.on("connection", (socket) => {
      tcp.add(socket);
      socket.on("close", () => tcp.delete(socket));
    });
    const cut = (): void => {
      for (const socket of tcp) {
        socket.destroy();
      }
    };
    const server = create(http) as OfficialServer;
    const log = { sessions: 0, connections: [] as string[], disconnections: 0 };
    server.engine.on("connection", () => log.sessions++);
    for (const name of ["/", "/slow", "/refusing"]) {
      server.of(name).on("connection", (socket) => {
        log.connections.push(socket.id);
        socket.on("disconnect", () => log.disconnections++);
        socket.on("echo", (value, reply) => reply(value));
      });
    }
    server.of("/slow").use((_, proceed) => void setTimeout(proceed, 30));
    server.of("/refusing").use(({ handshake }, proceed) => {
      setTimeout(() => proceed(handshake.auth.ok ? undefined : new Error("go away")), 30);
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      cut();
      server.close();
    });
    return { server, log, cut, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
  }

  /** What the socket tells, as long as it is watched. */
  function watch(socket: Socket): string[] {
    const events: string[] = [];
    for (const event of ["connect", "disconnect", "connect_error"] as const) {
      socket.on(event, () => events.push(event));
    }
    socket.io.on("reconnect_attempt", () => events.push("reconnect_attempt"));
    socket.io.on("close", () => events.push("close"));
    return events;
  }

  test.each([
    [["polling", "websocket"], true],
    [["websocket"], true],
    [["websocket"], false],
  ])("of the first namespace, by %j, autoConnect %j", async (transports, autoConnect) => {
    const { server, log, url } = await start();
    const socket = disposable(io(url, { ...quick, transports, autoConnect }));
    const events = watch(socket);
    mountTwice(socket);
    await next(socket, "connect");
    await sleep(150);
    expect(events).toEqual(["connect"]);
    expect(log).toEqual({ sessions: 1, connections: [socket.id], disconnections: 0 });
    expect(server.engine.clientsCount).toBe(1);
    expect(await socket.emitWithAck("echo", 1)).toBe(1);
  });

  test.each(["/", "/slow"])("of %s beside another namespace", async (nsp) => {
    const { server, log, url } = await start();
    server.of("/other");
    const manager = new Manager(url, { ...quick, transports: ["websocket"] });
    const other = disposable(manager.socket("/other"));
    await next(other, "connect");
    const socket = disposable(manager.socket(nsp));
    const events = watch(socket);
    // `socket()` has sent the first CONNECT already.
    socket.disconnect();
    mountTwice(socket);
    await next(socket, "connect");
    await sleep(100);
    expect(events).toEqual(["connect"]);
    expect(log.sessions).toBe(1);
    expect(log.connections).toContain(socket.id);
    expect(log.connections.length - log.disconnections).toBe(1);
    expect(other.connected).toBe(true);
    expect(await socket.emitWithAck("echo", 1)).toBe(1);
  });

  test("after a pause in which the first CONNECT is unanswered", async () => {
    const { server, log, url } = await start();
    server.of("/other");
    const manager = new Manager(url, { ...quick, transports: ["websocket"] });
    const other = disposable(manager.socket("/other"));
    await next(other, "connect");
    const socket = disposable(manager.socket("/slow"));
    const events = watch(socket);
    await sleep(10);
    socket.disconnect();
    await sleep(5);
    socket.connect();
    await next(socket, "connect");
    await sleep(100);
    expect(events).toEqual(["connect"]);
    expect(log.sessions).toBe(1);
    expect(log.connections.length - log.disconnections).toBe(1);
    expect(other.connected).toBe(true);
  });

  test("a refusal of the first CONNECT is not taken for that of the second", async () => {
    const { server, log, url } = await start();
    server.of("/other");
    const manager = new Manager(url, { ...quick, transports: ["websocket"] });
    const other = disposable(manager.socket("/other"));
    await next(other, "connect");
    const socket = disposable(manager.socket("/refusing", { auth: { ok: false } }));
    const events = watch(socket);
    socket.disconnect();
    socket.auth = { ok: true };
    socket.connect();
    await next(socket, "connect");
    await sleep(100);
    expect(events).toEqual(["connect"]);
    expect(log.connections).toEqual([socket.id]);
    expect(other.connected).toBe(true);
  });

  test("a socket that leaves for good while it connects closes the connection", async () => {
    const { server, url } = await start();
    const socket = io(url, { ...quick, transports: ["websocket"] });
    const events = watch(socket);
    socket.disconnect();
    expect(socket.active).toBe(false);
    await sleep(100);
    expect(events).toEqual(["close"]);
    expect(server.engine.clientsCount).toBe(0);
  });

  test("while it reconnects", async () => {
    const { server, log, url, cut } = await start();
    const socket = disposable(io(url, { ...quick, transports: ["websocket"] }));
    await next(socket, "connect");
    cut();
    await next(socket.io, "reconnect_attempt");
    const events = watch(socket);
    mountTwice(socket);
    await next(socket, "connect");
    await sleep(100);
    expect(events).toEqual(["connect"]);
    expect(log.sessions).toBe(2);
    expect(log.connections.at(-1)).toBe(socket.id);
    expect(server.engine.clientsCount).toBe(1);
  });

  // The client leaves 20 ms between DISCONNECT and CONNECT. Where reading the first takes longer, in this very
  // process, the official server meets both at once and closes the connection.
  test("of a connected namespace beside another one", { retry: 2 }, async () => {
    const { server, log, url } = await start();
    server.of("/other");
    const manager = new Manager(url, { ...quick, transports: ["websocket"] });
    const other = disposable(manager.socket("/other"));
    const socket = disposable(manager.socket("/"));
    await Promise.all([next(socket, "connect"), next(other, "connect")]);
    const events = watch(socket);
    socket.disconnect();
    mountTwice(socket);
    await next(socket, "connect");
    await sleep(100);
    expect(events).toEqual(["disconnect", "connect"]);
    expect(log).toEqual({
      sessions: 1,
      connections: [expect.any(String), socket.id],
      disconnections: 1,
    });
    expect(other.connected).toBe(true);
  });
});
