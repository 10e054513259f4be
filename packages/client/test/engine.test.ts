import { expect, test } from "vitest";
import * as engine from "../src/engine.ts";
import { next, officialServer } from "./official-server.ts";

test("the names are those of engine.io-client", async () => {
  const { createRequire } = await import("node:module");
  const requireClient = createRequire(import.meta.resolve("socket.io-client"));
  const official = Object.keys(requireClient("engine.io-client"));
  // The platform has no WebTransport yet.
  const missing = official.filter((name) => name !== "WebTransport" && !(name in engine));
  expect(missing).toEqual([]);
  expect(engine.protocol).toBe(4);
  expect(engine.Socket.protocol).toBe(4);
  expect(Object.keys(engine.transports)).toEqual(["polling", "websocket", "webtransport"]);
  expect(engine.transports.polling.prototype.name).toBe("polling");
});

test("a session sends, receives and closes by itself", async () => {
  const { io, url } = await officialServer();
  const closed = new Promise((resolve) => {
    io.engine.on("connection", (session: { on(e: string, f: unknown): void }) =>
      session.on("close", resolve),
    );
  });
  const socket = new engine.Socket(url, { path: "/socket.io" });
  const log: string[] = [];
  socket.on("open", () => log.push("open"));
  socket.on("handshake", ({ upgrades }) => log.push(`handshake ${upgrades}`));
  socket.on("message", (data) => log.push(String(data).slice(0, 8)));
  socket.on("close", (reason) => log.push(reason));
  await next(socket, "open");
  expect(socket.readyState).toBe("open");
  const flushed = new Promise<void>((resolve) => socket.send("0", null, resolve));
  await flushed;
  await next(socket, "message");
  socket.send("1");
  socket.close();
  expect(socket.readyState).toBe("closing");
  await next(socket, "close");
  expect(log).toEqual(["handshake websocket", "open", '0{"sid":', "forced close"]);
  expect(await closed).toBe("transport close");
});

test("constructors can be given instead of names", async () => {
  const { url } = await officialServer();
  const socket = new engine.Socket(url, {
    path: "/socket.io",
    transportImplementations: [engine.NodeWebSocket],
  });
  await next(socket, "open");
  expect(socket.transport).toBeInstanceOf(engine.NodeWebSocket);
  expect(socket.transport).toBeInstanceOf(engine.Transport);
  socket.close();
});

test("a failure has the form of a TransportError", async () => {
  const socket = new engine.Socket("http://127.0.0.1:1", { transports: ["websocket"] });
  const [error] = await next(socket, "error");
  expect(error).toBeInstanceOf(engine.TransportError);
  expect(error).toMatchObject({ message: "websocket error", type: "TransportError" });
  expect(socket.readyState).toBe("closed");
});

test("timers can be kept as they were at load time", () => {
  const target = {} as { setTimeoutFn: typeof setTimeout; clearTimeoutFn: typeof clearTimeout };
  engine.installTimerFunctions(target, { useNativeTimers: true });
  const original = globalThis.setTimeout;
  try {
    globalThis.setTimeout = (() => {
      throw new Error("replaced");
    }) as unknown as typeof setTimeout;
    target.clearTimeoutFn(target.setTimeoutFn(() => {}, 1));
    engine.installTimerFunctions(target, {});
    expect(() => target.setTimeoutFn(() => {}, 1)).toThrow("replaced");
  } finally {
    globalThis.setTimeout = original;
  }
});
