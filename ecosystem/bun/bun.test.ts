import { fileURLToPath } from "node:url";
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { eventually } from "../apps/eventually.ts";
import { type RunningApp, startApp } from "../apps/running-app.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const command = fileURLToPath(new URL("../node_modules/.bin/bun", import.meta.url));
const script = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});

async function connect(app: RunningApp, name: string, transports: string[]) {
  const socket = io(`${app.url}/?colour=red`, { transports, auth: { name }, forceNew: true });
  const told: unknown[][] = [];
  socket.onAny((...event) => {
    const reply = event.at(-1);
    if (event[0] === "question") reply(name);
    else told.push(event);
  });
  sockets.push(socket);
  await eventually(() => socket.connected).toBe(true);
  return Object.assign(socket, { told });
}

describe.each([
  { title: "bound to @socket.io/bun-engine", file: "on-bun-engine" },
  { title: "on node:http", file: "on-node-http" },
])("the server in Bun, $title", ({ file }) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp(script(file), { command });
  });
  afterAll(() => app.stop());

  describe.each([
    ["long-polling", ["polling"], "polling"],
    ["WebSocket", ["websocket"], "websocket"],
    ["the upgrade", ["polling", "websocket"], "websocket"],
  ])("over %s", (_, transports, last) => {
    test("hands over the handshake and echoes text and binary", async () => {
      const socket = await connect(app, "Ada", transports);
      await eventually(() => socket.told).toEqual([
        ["welcome", { colour: "red", hasHost: true, name: "Ada" }],
      ]);
      const sent = ["héllo ☃", { deep: [Buffer.from([0, 127, 255])] }, null, "x".repeat(100_000)];
      const echoed = await new Promise((resolve) =>
        socket.emit("echo", ...sent, (...args: unknown[]) => resolve(args)),
      );
      expect(echoed).toEqual(sent);
      await eventually(() => socket.io.engine.transport.name).toBe(last);
    });

    test("reaches a room, and collects its answers", async () => {
      const room = transports.join();
      const [ada, bob] = [
        await connect(app, "Ada", transports),
        await connect(app, "Bob", transports),
      ];
      await ada.emitWithAck("join", room);
      expect(await bob.emitWithAck("join", room)).toBe(2);
      bob.emit("tell", room, 1, Buffer.from("two"));
      await eventually(() => ada.told).toContainEqual(["news", 1, Buffer.from("two")]);
      expect((await bob.emitWithAck("ask", room)).sort()).toEqual(["Ada", "Bob"]);
    });

    test("notices who leaves, and throws out", async () => {
      const [ada, bob] = [
        await connect(app, "Ada", transports),
        await connect(app, "Bob", transports),
      ];
      bob.disconnect();
      await eventually(() => ada.told).toContainEqual([
        "left",
        "Bob",
        "client namespace disconnect",
      ]);
      const reason = new Promise((resolve) => ada.on("disconnect", resolve));
      ada.emit("throw out");
      expect(await reason).toMatch(/^(io server disconnect|transport close)$/);
    });
  });

  test("knows that a client was upgraded", async () => {
    const socket = await connect(app, "Ada", ["polling", "websocket"]);
    await eventually(() => socket.io.engine.transport.name).toBe("websocket");
    await eventually(() => socket.emitWithAck("transport")).toBe("websocket");
  });

  test("refuses by a middleware", async () => {
    const socket = io(app.url, { forceNew: true, reconnection: false });
    sockets.push(socket);
    const error = await new Promise<Error>((resolve) => socket.on("connect_error", resolve));
    expect(error.message).toBe("who are you?");
  });
});

test("the server in Bun on node:http answers other requests and serves the client", async () => {
  const app = await startApp(script("on-node-http"), { command });
  expect(await (await fetch(app.url)).text()).toBe("hello from Bun");
  const bundle = await fetch(`${app.url}/socket.io/socket.io.js`);
  expect(await bundle.text()).toMatch(/^\/\*! Hawser/);
  await app.stop();
});
