import type { IncomingMessage } from "node:http";
import { expect, test, vi } from "vitest";
import { Socket as EngineSocket } from "../src/engine.ts";
import { Fetch, io, NodeWebSocket, NodeXHR } from "../src/index.ts";
import { memory } from "../src/session/ladder.ts";
import { disposable, next, officialServer } from "./official-server.ts";

const quick = { forceNew: true, reconnectionDelay: 10, randomizationFactor: 0 };

test("tryAllTransports goes on to the next transport before it fails", async () => {
  const { url } = await officialServer({ transports: ["websocket"] });
  const without = disposable(io(url, { ...quick, reconnection: false }));
  expect((await next(without, "connect_error"))[0]).toMatchObject({ message: "xhr poll error" });
  const socket = disposable(io(url, { ...quick, tryAllTransports: true }));
  const errors: unknown[] = [];
  socket.on("connect_error", (error) => errors.push(error));
  await next(socket, "connect");
  expect(socket.io.engine.transport.name).toBe("websocket");
  expect(errors).toEqual([]);
});

test("rememberUpgrade starts with the WebSocket once it has worked", async () => {
  const { url } = await officialServer();
  memory.priorWebsocketSuccess = false;
  const first = disposable(io(url, { ...quick, rememberUpgrade: true }));
  expect(first.io.engine.transport.name).toBe("polling");
  const [transport] = await next(first.io.engine, "upgrade");
  expect(transport).toBe(first.io.engine.transport);
  expect(EngineSocket.priorWebsocketSuccess).toBe(true);
  const second = disposable(io(url, { ...quick, rememberUpgrade: true }));
  expect(second.io.engine.transport.name).toBe("websocket");
  await next(second, "connect");
  const third = disposable(io(url, quick));
  expect(third.io.engine.transport.name).toBe("polling");
});

test("upgrade: false stays on polling", async () => {
  const { url } = await officialServer();
  const socket = disposable(io(url, { ...quick, upgrade: false }));
  await next(socket, "connect");
  const probe = vi.fn();
  socket.io.engine.on("upgrading", probe);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(probe).not.toHaveBeenCalled();
});

test("a failed upgrade leaves polling in use, with everything still delivered", async () => {
  const { io: server, http, url } = await officialServer();
  // A proxy that does not know WebSockets.
  http.removeAllListeners("upgrade");
  http.on("upgrade", (_, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const got: unknown[] = [];
  server.on("connection", (socket) => socket.on("n", (n) => got.push(n)));
  const socket = disposable(io(url, quick));
  socket.emit("n", 1);
  const [error] = await next(socket.io.engine, "upgradeError");
  expect(error).toMatchObject({ transport: "websocket", code: "UPGRADE_FAILED" });
  socket.emit("n", 2);
  await expect.poll(() => got).toEqual([1, 2]);
  expect(socket.connected).toBe(true);
});

test("a WebSocket that dies while polling drains leaves polling in use", async () => {
  const { io: server, url } = await officialServer();
  const got: unknown[] = [];
  server.on("connection", (socket) => socket.on("n", (n) => got.push(n)));
  const socket = disposable(io(url, quick));
  const { engine } = socket.io;
  engine.once("upgrading", (transport) => {
    socket.emit("n", 1);
    (transport as unknown as { failed(event: unknown): void }).failed(new Error("cut"));
  });
  await next(engine, "upgradeError");
  socket.emit("n", 2);
  await expect.poll(() => got).toEqual([1, 2]);
  expect(engine.transport.name).toBe("polling");
  expect(await Promise.race([next(socket, "disconnect"), got])).toBe(got);
});

test("nothing is lost or out of order while the transport changes", async () => {
  const { io: server, url } = await officialServer();
  const upstream: number[] = [];
  const downstream: number[] = [];
  server.on("connection", (socket) => {
    socket.on("n", (n) => {
      upstream.push(n);
      socket.emit("n", n);
    });
  });
  const socket = disposable(io(url, quick));
  socket.on("n", (n) => downstream.push(n));
  const upgraded = next(socket.io.engine, "upgrade");
  let sent = 0;
  const timer = setInterval(() => socket.emit("n", sent++), 1);
  await upgraded;
  await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(timer);
  const all = [...Array(sent).keys()];
  await expect.poll(() => downstream).toEqual(all);
  expect(upstream).toEqual(all);
});

test("a session closed while it opens is closed on the server too", async () => {
  const { io: server, url } = await officialServer();
  const closed = new Promise((resolve) => {
    server.engine.on("connection", (session: { on(e: string, f: unknown): void }) =>
      session.on("close", resolve),
    );
  });
  const socket = io(url, { ...quick, transports: ["polling"] });
  socket.disconnect();
  expect(await closed).toBe("transport close");
});

test("a large backlog is posted in pieces that the server takes", async () => {
  const { io: server, url } = await officialServer({ maxHttpBufferSize: 2000 });
  const got: number[] = [];
  server.on("connection", (socket) => socket.on("n", (n) => got.push(n)));
  const socket = disposable(io(url, { ...quick, transports: ["polling"] }));
  for (let i = 0; i < 50; i++) {
    socket.emit("n", i, "é".repeat(100));
  }
  await expect.poll(() => got).toEqual([...Array(50).keys()]);
});

test("withCredentials sends cookies back in Node, by polling and WebSocket", async () => {
  const { http, url } = await officialServer({ cookie: { name: "sticky" } });
  const seen: Record<string, unknown> = {};
  const note = (request: IncomingMessage): void => {
    const transport = new URL(request.url ?? "", url).searchParams.get("transport") ?? "";
    const key = `${request.method} ${transport}`;
    if (!(key in seen)) {
      seen[key] = request.headers.cookie;
    }
  };
  http.prependListener("request", note);
  http.prependListener("upgrade", note);
  for (const polling of [NodeXHR, Fetch]) {
    for (const key of Object.keys(seen)) {
      delete seen[key];
    }
    const socket = disposable(
      io(url, { ...quick, withCredentials: true, transports: [polling, NodeWebSocket] }),
    );
    await next(socket.io.engine, "handshake");
    const cookie = `sticky=${socket.io.engine.id}`;
    await next(socket.io.engine, "upgrade");
    expect(seen).toEqual({
      "GET polling": undefined,
      "POST polling": cookie,
      "GET websocket": cookie,
    });
    socket.disconnect();
  }
});

test("options for one transport go over those for all; the query is in every request", async () => {
  const { http, url } = await officialServer();
  const seen: unknown[] = [];
  const note = (request: IncomingMessage): void => {
    const { searchParams } = new URL(request.url ?? "", url);
    seen.push([
      searchParams.get("transport"),
      searchParams.get("EIO"),
      searchParams.get("from"),
      searchParams.has("t"),
      request.headers["x-for"],
    ]);
  };
  http.prependListener("request", note);
  http.prependListener("upgrade", note);
  const socket = disposable(
    io(`${url}/?from=uri`, {
      ...quick,
      query: { from: "options" },
      extraHeaders: { "x-for": "all" },
      transportOptions: { websocket: { extraHeaders: { "x-for": "websocket" } } },
    }),
  );
  await next(socket.io.engine, "upgrade");
  expect(seen[0]).toEqual(["polling", "4", "uri", true, "all"]);
  expect(seen).toContainEqual(["websocket", "4", "uri", false, "websocket"]);
});

test("forceBase64 keeps bytes intact over both transports", async () => {
  const { io: server, url } = await officialServer();
  server.on("connection", (socket) => socket.on("echo", (...args) => args.pop()(...args)));
  for (const transport of ["polling", "websocket"] as const) {
    const socket = disposable(io(url, { ...quick, forceBase64: true, transports: [transport] }));
    expect(await socket.timeout(1000).emitWithAck("echo", Buffer.from([0, 255]))).toEqual(
      Buffer.from([0, 255]),
    );
    socket.disconnect();
  }
});

test("Blobs are sent as bytes, in order, over both transports", async () => {
  const { io: server, url } = await officialServer();
  const got: unknown[] = [];
  server.on("connection", (socket) =>
    socket.on("n", (n, bytes, reply) => {
      got.push([n, bytes && Buffer.from(bytes).toString()]);
      reply?.();
    }),
  );
  for (const transport of ["polling", "websocket"] as const) {
    got.length = 0;
    const socket = disposable(io(url, { ...quick, transports: [transport] }));
    await next(socket, "connect");
    socket.emit("n", 1, new Blob(["one"]));
    socket.emit("n", 2, null);
    socket.emit("n", 3, new Blob(["th", "ree"]));
    await socket.timeout(1000).emitWithAck("n", 4, Buffer.from("four"));
    expect(got).toEqual([
      [1, "one"],
      [2, null],
      [3, "three"],
      [4, "four"],
    ]);
    socket.disconnect();
  }
});

test("binaryType says in what form bytes come", async () => {
  const { io: server, url } = await officialServer();
  server.on("connection", (socket) => socket.emit("bytes", Buffer.from([1, 2])));
  for (const transport of ["polling", "websocket"] as const) {
    const socket = disposable(io(url, { ...quick, transports: [transport] }));
    expect((await next(socket, "bytes"))[0]).toBeInstanceOf(Buffer);
    socket.disconnect();
    const other = disposable(io(url, { ...quick, transports: [transport] }));
    other.io.engine.binaryType = "arraybuffer";
    const [bytes] = await next(other, "bytes");
    expect(bytes).toBeInstanceOf(ArrayBuffer);
    expect(new Uint8Array(bytes as ArrayBuffer)).toEqual(new Uint8Array([1, 2]));
    other.disconnect();
  }
});

test("going offline closes connections to other hosts, not to localhost", async () => {
  const listeners = new Set<() => void>();
  vi.stubGlobal("addEventListener", (event: string, listener: () => void) => {
    if (event === "offline") {
      listeners.add(listener);
    }
  });
  vi.stubGlobal("removeEventListener", (_: string, listener: () => void) => {
    listeners.delete(listener);
  });
  const { browser } = await import("../src/platform/browser.ts");
  const { node } = await import("../src/platform/node.ts");
  const { createClient } = await import("../src/client.ts");
  const { jsonParser } = await import("../src/json-parser.ts");
  const { createClock } = await import("../src/platform/clock.ts");
  const { ladderOf } = await import("../src/session/ladder.ts");
  const { revision4 } = await import("../src/session/revision.ts");
  const { Socket } = await import("../src/socket/socket.ts");
  const environment = {
    platform: { ...node, onPage: browser.onPage },
    createLadder: ladderOf({ websocket: NodeWebSocket }),
    createRevision: revision4,
    createClock,
  };
  const client = createClient(environment, jsonParser, Socket);
  const { url } = await officialServer();
  const remote = disposable(client.io(url, quick));
  const local = disposable(client.io(url.replace("127.0.0.1", "localhost"), quick));
  await Promise.all([next(remote, "connect"), next(local, "connect")]);
  const lost = next(remote, "disconnect");
  for (const listener of listeners) {
    listener();
  }
  expect(await lost).toEqual(["transport close", { description: "network connection lost" }]);
  expect(local.connected).toBe(true);
  await next(remote, "connect");
  remote.disconnect();
  await expect.poll(() => listeners.size).toBe(0);
  vi.unstubAllGlobals();
});
