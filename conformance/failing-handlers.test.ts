import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { io as hawser } from "@hawser/client";
import { io as hawserWebSocket } from "@hawser/client/websocket";
import { Server } from "@hawser/server";
import { build } from "esbuild";
import { Server as OfficialServer } from "socket.io";
import { io as official } from "socket.io-client";
import * as parser from "socket.io-msgpack-parser";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { pythonClient } from "../packages/testkit/src/peers/python-client.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const TRANSPORTS = ["polling", "websocket"];

let file: string;
let child: ChildProcess;
let url: string;

beforeAll(async () => {
  const folder = `${root}node_modules/.cache/hawser-failing`;
  mkdirSync(folder, { recursive: true });
  file = `${folder}/server-${process.pid}.mjs`;
  await build({
    absWorkingDir: root,
    entryPoints: ["conformance/failing-server.ts"],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    tsconfig: "tsconfig.json",
    logLevel: "error",
  });
  child = fork(file);
  url = `http://127.0.0.1:${await said<number>()}`;
});

afterAll(() => {
  // Whatever has failed in its handlers.
  expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  child.kill("SIGKILL");
  rmSync(file);
});

function said<T>(): Promise<T> {
  return new Promise((resolve) => child.once("message", (message) => resolve(message as T)));
}

/** What `io.onError` has heard since it was last asked. */
function heard(): Promise<string[]> {
  const answer = said<string[]>();
  child.send("heard");
  return answer;
}

interface AnySocket {
  once(event: string, listener: (argument: never) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(): unknown;
}

type Connect = (url: string, options: object) => AnySocket;

async function connected(connect: Connect, at: string, transport: string, options = {}) {
  const socket = connect(at, {
    ...options,
    forceNew: true,
    reconnection: false,
    transports: [transport],
  });
  onTestFinished(() => void socket.disconnect());
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", () => resolve());
    socket.once("connect_error", reject);
  });
  return socket;
}

describe.each([
  ["1.7.4", "socket.io-client-1"],
  ["2.0.4", "socket.io-client-2.0"],
  ["2.5.0", "socket.io-client-2"],
  ["3.1.3", "socket.io-client-3"],
  ["4.0.2", "socket.io-client-4.0"],
  ["4.4.1", "socket.io-client-4.4"],
  ["4.8.4", "socket.io-client"],
])("socket.io-client %s", (_version, module) => {
  test.each(TRANSPORTS)(
    "goes on over %s when handlers fail, and hears nothing of it",
    async (name) => {
      const { default: connect } = await import(module);
      const socket = await connected(connect, url, name);
      const unanswered = vi.fn();
      socket.emit("reject", unanswered);
      socket.emit("throw", unanswered);
      const answer = await new Promise((resolve) => socket.emit("echo", "fine", resolve));
      expect(answer).toBe("fine");
      expect(unanswered).not.toHaveBeenCalled();
      await vi.waitFor(async () =>
        expect(await heard()).toEqual(expect.arrayContaining(["a secret"])),
      );
    },
  );
});

test("the official client gives up after its time limit", async () => {
  const socket = official(url, { forceNew: true, transports: ["websocket"] });
  onTestFinished(() => void socket.disconnect());
  await expect(socket.timeout(100).emitWithAck("reject")).rejects.toThrow("timed out");
  expect(await socket.emitWithAck("echo", 1)).toBe(1);
});

const CLIENTS = [
  ["polling", hawser],
  ["websocket", hawser],
  ["websocket", hawserWebSocket],
] as const;

describe.each(CLIENTS)("the Hawser client over %s", (transport, connect) => {
  const open = (options = {}) =>
    connected(connect as unknown as Connect, url, transport, options) as unknown as Promise<
      ReturnType<typeof hawser>
    >;

  test("hears that a handler has failed, and goes on", async () => {
    const socket = await open();
    await expect(socket.emitWithAck("reject")).rejects.toMatchObject({
      code: "HANDLER_FAILED",
      message: "the handler failed",
    });
    await expect(socket.timeout(5000).emitWithAck("throw")).rejects.toMatchObject({
      code: "NO_ROOM",
      message: "no such room",
      data: [1],
    });
    const error = await new Promise((resolve) => socket.timeout(5000).emit("late", resolve));
    expect(error).toMatchObject({ code: "HANDLER_FAILED", message: "too many" });
    expect([...(error as { data: Uint8Array }).data]).toEqual([1, 2]);
    const unanswered = vi.fn();
    socket.emit("reject", unanswered);
    expect(await socket.emitWithAck("echo", "fine")).toBe("fine");
    expect(unanswered).not.toHaveBeenCalled();
  });

  test("shows the application nothing of how it is agreed", async () => {
    expect(await (await open()).emitWithAck("auth")).toEqual({});
    expect(await (await open({ auth: { token: "t" } })).emitWithAck("auth")).toEqual({
      token: "t",
    });
  });
});

test("with another parser, after a reconnection and in another namespace, it is agreed too", async () => {
  const httpServer = createServer();
  const io = new Server(httpServer, { parser });
  onTestFinished(() => void io.close());
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  for (const nsp of ["/", "/b"]) {
    io.of(nsp).on("connection", (socket) => {
      socket.on("reject", async () =>
        Promise.reject(Object.assign(new Error("mine"), { expose: true })),
      );
    });
  }
  const at = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
  const socket = hawser(at, { forceNew: true, parser, reconnectionDelay: 10 });
  onTestFinished(() => void socket.disconnect());
  const other = socket.io.socket("/b");
  const expected = { code: "HANDLER_FAILED", message: "mine" };
  for (let round = 0; round < 2; round++) {
    await expect(socket.emitWithAck("reject")).rejects.toMatchObject(expected);
    await expect(other.emitWithAck("reject")).rejects.toMatchObject(expected);
    socket.io.engine.close();
  }
  // Each try fails, until there are no more.
  const insistent = hawser(at, { forceNew: true, parser, retries: 2, ackTimeout: 60_000 });
  onTestFinished(() => void insistent.disconnect());
  await expect(insistent.emitWithAck("reject")).rejects.toMatchObject(expected);
});

test("a middleware that rejects refuses every client with its message", async () => {
  for (const connect of [official, hawser] as unknown as Connect[]) {
    await expect(connected(connect, `${url}/closed`, "websocket")).rejects.toMatchObject({
      message: "closed today",
    });
  }
});

test("the Hawser client says nothing to an official server", async () => {
  const httpServer = createServer();
  const io = new OfficialServer(httpServer);
  onTestFinished(() => void io.close());
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  const packets: string[] = [];
  io.engine.on("connection", (conn: { on(event: "message", listener: unknown): void }) =>
    conn.on("message", (text: string) => packets.push(text)),
  );
  const at = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
  io.on("connection", (socket) => {
    socket.on("odd", (answer) => answer({ _hawserError: { code: "X", message: "x" } }));
  });
  for (const transport of TRANSPORTS) {
    const socket = (await connected(hawser as unknown as Connect, at, transport)) as unknown as {
      emitWithAck(event: string): Promise<unknown>;
    };
    // An answer like any other there.
    expect(await socket.emitWithAck("odd")).toEqual({ _hawserError: { code: "X", message: "x" } });
  }
  expect(packets.filter((text) => text.startsWith("0"))).toEqual(["0", "0"]);
});

describe("Python's client", () => {
  const python = pythonClient();
  afterAll(() => python.dispose());

  test.each(["polling", "websocket"] as const)(
    "goes on over %s when handlers fail",
    async (mode) => {
      const client = await python.start(url, { mode });
      await client.journal.until({ type: "connect" });
      await client.emit("reject");
      await client.emit("throw");
      expect(await client.request("echo", "fine")).toEqual(["fine"]);
      await client.disconnect();
    },
  );
});
