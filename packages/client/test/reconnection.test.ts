import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { io } from "../src/index.ts";
import { disposable, next, officialServer } from "./official-server.ts";

const quick = { forceNew: true, reconnectionDelay: 10, randomizationFactor: 0 };

function record(socket: ReturnType<typeof io>): string[] {
  const log: string[] = [];
  for (const event of ["connect", "connect_error", "disconnect"] as const) {
    socket.on(event, () => log.push(event));
  }
  for (const event of [
    "open",
    "error",
    "close",
    "reconnect_attempt",
    "reconnect_error",
    "reconnect_failed",
    "reconnect",
  ] as const) {
    socket.io.on(event, () => log.push(`manager ${event}`));
  }
  return log;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("a lost connection comes back in the documented order of events", async () => {
  const { url, cut } = await officialServer();
  const socket = disposable(io(url, { ...quick, transports: ["websocket"] }));
  const log = record(socket);
  await next(socket, "connect");
  const { id } = socket;
  cut();
  await next(socket, "connect");
  expect(log).toEqual([
    "manager open",
    "connect",
    "disconnect",
    "manager close",
    "manager reconnect_attempt",
    "manager open",
    "manager reconnect",
    "connect",
  ]);
  expect(socket.id).not.toBe(id);
});

test("after the last attempt comes reconnect_failed, and connect() starts over", async () => {
  const port = await closedPort();
  const socket = disposable(io(`http://127.0.0.1:${port}`, { ...quick, reconnectionAttempts: 2 }));
  const log = record(socket);
  await next(socket.io, "reconnect_failed");
  const attempt = ["manager reconnect_attempt", "connect_error", "manager error"];
  expect(log).toEqual([
    "connect_error",
    "manager error",
    ...attempt,
    "manager reconnect_error",
    ...attempt,
    "manager reconnect_failed",
    "manager reconnect_error",
  ]);
  expect(socket.active).toBe(true);

  const { http } = await officialServer();
  socket.io.once("reconnect_attempt", () => http.listen(port, "127.0.0.1"));
  http.close(() => socket.connect());
  await next(socket, "connect");
});

test("disconnect() in a connect_error listener ends the attempts", async () => {
  const socket = io(`http://127.0.0.1:${await closedPort()}`, quick);
  const log = record(socket);
  await next(socket, "connect_error");
  socket.disconnect();
  await sleep(60);
  expect(log).toEqual(["connect_error", "manager error"]);
  expect(socket.active).toBe(false);
});

test("reconnection(false) stops a running loop", async () => {
  const socket = disposable(io(`http://127.0.0.1:${await closedPort()}`, quick));
  await next(socket, "connect_error");
  socket.io.reconnection(false);
  const log = record(socket);
  await sleep(60);
  expect(log).toEqual([]);
});

test("a server that does not answer fails with a timeout, and is tried again", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const socket = disposable(io(`http://127.0.0.1:${port}`, { ...quick, timeout: 50 }));
  const [error] = await next(socket, "connect_error");
  expect(error).toMatchObject({ message: "timeout", code: "OPEN_TIMEOUT" });
  await next(socket.io, "reconnect_attempt");
  silent.closeAllConnections();
  silent.close();
});

test("a server that cannot be reached gives a TransportError", async () => {
  for (const [transport, message] of [
    ["polling", "xhr poll error"],
    ["websocket", "websocket error"],
  ] as const) {
    const socket = disposable(
      io(`http://127.0.0.1:${await closedPort()}`, { ...quick, transports: [transport] }),
    );
    const [error] = await next(socket, "connect_error");
    expect(error).toMatchObject({ message, type: "TransportError", code: "TRANSPORT_ERROR" });
    socket.disconnect();
  }
});

describe("active", () => {
  test("a refusal by a middleware is final until connect()", async () => {
    const { io: server, url } = await officialServer();
    let refuse = true;
    server.use((_, proceed) =>
      proceed(refuse ? Object.assign(new Error("go away"), { data: { why: 1 } }) : undefined),
    );
    const socket = disposable(io(url, quick));
    const [error] = await next(socket, "connect_error");
    expect(error).toMatchObject({ message: "go away", data: { why: 1 } });
    expect(socket.active).toBe(false);
    refuse = false;
    socket.connect();
    expect(socket.active).toBe(true);
    await next(socket, "connect");
  });

  test("a disconnection by the server is final, one by the network is not", async () => {
    const { io: server, url, cut } = await officialServer();
    const socket = disposable(io(url, { ...quick, transports: ["websocket"] }));
    await next(socket, "connect");
    cut();
    expect((await next(socket, "disconnect"))[0]).toBe("transport close");
    expect(socket.active).toBe(true);
    await next(socket, "connect");
    server.disconnectSockets();
    expect(await next(socket, "disconnect")).toEqual(["io server disconnect", undefined]);
    expect(socket.active).toBe(false);
  });
});

test("auth is asked again for each connection, and a late answer is not used", async () => {
  const { io: server, url, cut } = await officialServer();
  const seen: unknown[] = [];
  server.on("connection", (socket) => seen.push(socket.handshake.auth.n));
  let calls = 0;
  let late: ((data: object) => void) | undefined;
  const socket = disposable(
    io(url, {
      ...quick,
      transports: ["websocket"],
      auth: (send) => {
        const n = calls++;
        if (n === 0) {
          late = send;
        } else {
          late?.({ n: "late" });
          send({ n });
        }
      },
    }),
  );
  await next(socket.io, "open");
  cut();
  await next(socket, "connect");
  expect(seen).toEqual([1]);
});

test("a listener that throws breaks neither the connection nor later listeners, and is not hidden", async () => {
  const { io: server, url } = await officialServer();
  server.on("connection", (socket) => socket.on("echo", (reply) => reply("there")));
  const socket = disposable(io(url, quick));
  const previous = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const uncaught = new Promise<unknown>((resolve) => process.once("uncaughtException", resolve));
  const later: string[] = [];
  socket.once("connect", () => {
    throw new Error("in a listener");
  });
  socket.on("connect", () => later.push("connect"));
  expect(await uncaught).toMatchObject({ message: "in a listener" });
  expect(later).toEqual(["connect"]);
  for (const listener of previous) {
    process.on("uncaughtException", listener);
  }
  expect(await socket.timeout(1000).emitWithAck("echo")).toBe("there");
});
