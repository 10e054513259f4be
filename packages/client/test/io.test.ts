import { createRequire } from "node:module";
import { expect, test } from "vitest";
import * as client from "../src/index.ts";
import { io, Manager } from "../src/index.ts";
import required from "../src/require.ts";
import { disposable, next, officialServer } from "./official-server.ts";

const idle = { autoConnect: false };

test("namespaces of one host share a Manager", () => {
  const a = io("http://one.test/a", idle);
  const b = io("http://one.test:80/b?x=1", { autoConnect: true, transports: ["foo"] });
  expect(b.io).toBe(a.io);
  expect(b.nsp).toBe("/b");
  // Options are those of the first call.
  expect(b.io.opts.transports).toBeUndefined();
});

test("a second socket for the same namespace gets a Manager that is not shared", () => {
  const a = io("http://two.test", idle);
  const b = io("http://two.test", idle);
  const c = io("http://two.test/other", idle);
  expect(b.io).not.toBe(a.io);
  expect(c.io).toBe(a.io);
});

test.each([{ forceNew: true }, { "force new connection": true }, { multiplex: false }])(
  "%j makes a Manager of its own",
  (opts) => {
    const a = io("http://three.test/a", idle);
    expect(io("http://three.test/b", { ...idle, ...opts }).io).not.toBe(a.io);
  },
);

test("options may be null, and so may the uri, as in untyped code", () => {
  const connect = io as (...args: unknown[]) => ReturnType<typeof io>;
  const socket = disposable(connect("http://localhost:1/a", null));
  expect(socket.nsp).toBe("/a");
  // In Node there is no page to complete the uri from.
  expect(() => connect(null)).toThrow(expect.objectContaining({ code: "URI_WITHOUT_SCHEME" }));
  expect(() => connect(null, idle)).toThrow(/no scheme/);
});

test("a Manager makes one socket for each namespace", () => {
  const manager = new Manager("http://four.test", idle);
  expect(manager.socket("/a")).toBe(manager.socket("/a"));
  expect(manager.socket("/a")).not.toBe(manager.socket("/b"));
  expect(manager.socket("/a").io).toBe(manager);
  expect(manager.socket("/a").io instanceof Manager).toBe(true);
});

test("options have their documented defaults and can be changed", () => {
  const manager = new Manager({ ...idle, host: "five.test" });
  expect(manager.opts.path).toBe("/socket.io");
  expect(manager.reconnection()).toBe(true);
  expect(manager.reconnectionAttempts()).toBe(Number.POSITIVE_INFINITY);
  expect(manager.reconnectionDelay()).toBe(1000);
  expect(manager.reconnectionDelayMax()).toBe(5000);
  expect(manager.randomizationFactor()).toBe(0.5);
  expect(manager.timeout()).toBe(20_000);
  expect(manager.randomizationFactor(0).randomizationFactor()).toBe(0);
  expect(manager.timeout(false).timeout()).toBe(false);
});

test("reconnectionAttempts and reconnectionDelay of 0 mean the default", () => {
  const manager = new Manager({ ...idle, reconnectionAttempts: 0, reconnectionDelay: 0 });
  expect(manager.reconnectionAttempts()).toBe(Number.POSITIVE_INFINITY);
  expect(manager.reconnectionDelay()).toBe(1000);
});

test("an unknown first transport is refused at once", () => {
  expect(() => io("http://six.test", { transports: ["foo"] })).toThrow(TypeError);
  expect(() =>
    io("http://six.test", { transports: ["polling"], transportImplementations: [] }),
  ).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
});

test("a transport that is known but not available here gives no transport", async () => {
  const socket = io("http://seven.test", { transports: ["webtransport"], reconnection: false });
  const error = await new Promise((resolve) => socket.io.engine.on("error", resolve));
  expect(error).toBe("No transports available");
  expect(socket.io._readyState).toBe("closed");
});

test("reserved names cannot be emitted", () => {
  const socket = io("http://eight.test", idle);
  for (const name of [
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
  ]) {
    expect(() => socket.emit(name)).toThrow(`"${name}" is a reserved event name`);
  }
});

test("the names of the module are those of socket.io-client, and of its CommonJS form", async () => {
  const official = await import("socket.io-client");
  const missing = Object.keys(official).filter((name) => !(name in client));
  // The platform has no WebTransport yet; the CommonJS interop of the test runner adds its own.
  expect(missing.filter((name) => name !== "WebTransport" && name !== "module.exports")).toEqual(
    [],
  );
  const officialRequired = createRequire(import.meta.url)("socket.io-client");
  expect(Object.keys(required).sort()).toEqual(Object.keys(officialRequired).sort());
  expect(required.io).toBe(required);
});

test("the entry without polling connects by WebSocket at once", async () => {
  const { url } = await officialServer();
  const client = await import("@hawser/client/websocket");
  const socket = disposable(client.io(url, { forceNew: true }));
  await next(socket, "connect");
  expect(socket.io.engine.transport.name).toBe("websocket");
});
