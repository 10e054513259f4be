import type { Server } from "@hawser/server";
import { describe, expect, test } from "vitest";
import { bundlePage, bundleServer, bundlesInChromium, type Loaded } from "./bundle-page.ts";

const shared = bundlesInChromium();

const EVERYTHING = ["polling", "websocket"];
const BUNDLES = [
  { file: "socket.io.js", transports: EVERYTHING },
  { file: "socket.io.min.js", transports: EVERYTHING },
  { file: "socket.io.esm.min.js", transports: EVERYTHING },
  { file: "socket.io.websocket.esm.min.js", transports: ["websocket"] },
  { file: "socket.io.msgpack.min.js", transports: EVERYTHING, parser: "socket.io-msgpack-parser" },
];

/** The application of all rounds: echoes events, with acknowledgements, and refuses without a token. */
function application(io: Server): void {
  for (const name of ["/", "/admin"]) {
    io.of(name).on("connection", (socket) => {
      socket.on("echo", (...args) => {
        const last: unknown = args.at(-1);
        return typeof last === "function"
          ? last(...args.slice(0, -1))
          : socket.emit("echo", ...args);
      });
      socket.on("silence", () => {});
      socket.on("kick", () => socket.disconnect());
    });
  }
  io.of("/admin").use(({ handshake }, next) =>
    next(handshake.auth.token === "secret" ? undefined : new Error("go away")),
  );
}

describe.each(BUNDLES)("$file", ({ file, transports, parser }) => {
  async function start() {
    const options = parser ? { parser: await import(parser) } : {};
    const server = await bundleServer(shared.folder, application, options);
    return { server, page: await bundlePage(shared.browser, server, file) };
  }

  test.each(transports)("events, bytes and acknowledgements by %s", async (transport) => {
    const { page } = await start();
    const result = await page.evaluate(
      async ({ transport, views }) => {
        const { io } = (window as unknown as { loaded: Loaded }).loaded;
        const socket = io({ transports: [transport], forceNew: true });
        const next = (event: string) =>
          new Promise<unknown[]>((resolve) => socket.once(event, (...args) => resolve(args)));
        await next("connect");
        const { buffer } = Uint8Array.of(0, 200, 255);
        const bytes = views ? new Uint8Array(buffer) : buffer;
        const list = (value: unknown): number[] => [...new Uint8Array(value as ArrayBuffer)];

        socket.emit("echo", "text é", { n: 1.5, list: [null, true] });
        const plain = await next("echo");
        socket.emit("echo", { deep: [bytes] }, buffer);
        const [nested, whole] = (await next("echo")) as [{ deep: unknown[] }, ArrayBuffer];
        const acknowledged = await new Promise((resolve) => socket.emit("echo", 1, bytes, resolve));
        const answer = await socket.emitWithAck("echo", bytes);
        const inTime = await socket.timeout(5000).emitWithAck("echo", "in time");
        const late = await socket
          .timeout(20)
          .emitWithAck("silence")
          .catch((error: Error & { code: string }) => [error.message, error.code]);
        const dropped = socket.emitWithAck("silence").catch((error: Error) => error.message);
        const lost = next("disconnect");
        socket.emit("kick");
        const [reason] = await lost;
        return {
          name: socket.io.engine.transport?.name,
          plain,
          bytes: [list(nested.deep[0]), list(whole), list(answer)],
          acknowledged,
          inTime,
          late,
          dropped: await dropped,
          reason,
          active: socket.active,
        };
      },
      // In browsers this parser takes views for objects, with any client.
      { transport, views: !parser },
    );
    expect(result).toEqual({
      name: transport,
      plain: ["text é", { n: 1.5, list: [null, true] }],
      bytes: [
        [0, 200, 255],
        [0, 200, 255],
        [0, 200, 255],
      ],
      acknowledged: 1,
      inTime: "in time",
      late: ["operation has timed out", "TIMEOUT"],
      dropped: "socket has been disconnected",
      reason: "io server disconnect",
      active: false,
    });
  });

  const upgrades = transports.length > 1 ? ["websocket"] : [];
  test.each(upgrades)("polling is upgraded to %s, in order", async (upgrade) => {
    const { page } = await start();
    const result = await page.evaluate(async () => {
      const { io } = (window as unknown as { loaded: Loaded }).loaded;
      const socket = io({ forceNew: true });
      const got: number[] = [];
      socket.on("echo", (n) => got.push(n));
      let sent = 0;
      const timer = setInterval(() => socket.emit("echo", sent++), 1);
      const before = socket.io.engine.transport.name;
      await new Promise((resolve) => socket.io.engine.once("upgrade", resolve));
      clearInterval(timer);
      const after = socket.io.engine.transport.name;
      await socket.emitWithAck("echo");
      const inOrder = got.length === sent && got.every((n, i) => n === i);
      socket.disconnect();
      return { before, after, inOrder };
    });
    expect(result).toEqual({ before: "polling", after: upgrade, inOrder: true });
  });

  test("namespaces share a connection, and auth is for the server to judge", async () => {
    const { page, server } = await start();
    const result = await page.evaluate(async () => {
      const { Manager } = (window as unknown as { loaded: Loaded }).loaded;
      const manager = new Manager(location.href);
      const main = manager.socket("/");
      const admin = manager.socket("/admin", { auth: { token: "wrong" } });
      const [error] = await new Promise<[Error & { code: string }]>((resolve) =>
        admin.once("connect_error", (...args) => resolve(args as never)),
      );
      const refused = [error.message, error.code, admin.active];
      admin.auth = (send) => setTimeout(() => send({ token: "secret" }), 5);
      admin.connect();
      const echo = await admin.emitWithAck("echo", "for admins");
      return { refused, echo, both: [await main.emitWithAck("echo", 1), admin.connected] };
    });
    expect(result).toEqual({
      refused: ["go away", "REFUSED", false],
      echo: "for admins",
      both: [1, true],
    });
    expect(server.io.engine.clientsCount).toBe(1);
  });

  test("a restart of the server is survived, with what was emitted meanwhile", async () => {
    const { page, server } = await start();
    await page.evaluate(async (transports) => {
      const { io } = (window as unknown as { loaded: Loaded }).loaded;
      const socket = io({ transports: [...transports].reverse(), reconnectionDelay: 20 });
      Object.assign(window, { socket, log: [] as unknown[] });
      const { log } = window as unknown as { log: unknown[] };
      socket.on("disconnect", (reason) => {
        log.push(reason);
        socket.emit("echo", "buffered");
      });
      socket.on("echo", (text) => log.push(text));
      socket.io.on("reconnect", () => log.push("reconnect"));
      await new Promise<void>((resolve) => socket.once("connect", resolve));
    }, transports);
    await server.restart();
    await page.waitForFunction("window.log.includes('buffered')");
    const [reason, ...rest] = await page.evaluate<string[]>("window.log");
    expect(["transport close", "transport error", "io server disconnect"]).toContain(reason);
    expect(rest).toEqual(["reconnect", "buffered"]);
    expect(await page.evaluate("window.socket.disconnect().active")).toBe(false);
  });
});

test("the bundle of MessagePack keeps the licences of what it contains", async () => {
  const { readFileSync } = await import("node:fs");
  const text = readFileSync(`${shared.folder}socket.io.msgpack.min.js`, "utf8");
  expect(text).toMatch(/^\/\*! Hawser [\d.]+ \| MIT \*\//);
  for (const name of ["socket.io-msgpack-parser", "notepack.io", "component-emitter"]) {
    expect(text).toContain(`\n${name} `);
  }
  expect(text.match(/Permission is hereby granted/g)).toHaveLength(3);
});
