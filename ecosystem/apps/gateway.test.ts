import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { eventually } from "./eventually.ts";
import { type RunningApp, startApp } from "./running-app.ts";
import { compile, onHawser, onOfficial, servedVersion, type Variant } from "./variant.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const platform = "@nestjs/platform-socket.io";

describe.each([
  { name: "Hawser", find: () => onHawser("gateway") },
  { name: "the official package", find: () => onOfficial("gateway", [platform]) },
])("gateways of NestJS, on $name", ({ find }) => {
  let variant: Variant;
  let app: RunningApp;
  beforeAll(async () => {
    variant = find();
    await compile(variant);
    app = await startApp(join(variant.folder, "dist/main.js"));
  });
  afterAll(async () => {
    await app?.stop();
    variant.remove();
  });

  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.disconnect();
  });

  /** A connected client, with all that it has been told. */
  async function connect(name: string, namespace = "/", options: object = {}) {
    const socket = io(app.url + namespace, { auth: { name }, forceNew: true, ...options });
    const told: unknown[][] = [];
    socket.onAny((...message) => told.push(message));
    sockets.push(socket);
    await eventually(() => socket.connected).toBe(true);
    return Object.assign(socket, { told });
  }

  test("serve with the package that they say, beside HTTP routes", async () => {
    expect(await servedVersion(app.url)).toBe(variant.version);
    const response = await fetch(`${app.url}/rooms`);
    expect([response.status, await response.json()]).toEqual([200, []]);
  });

  test("run the hooks of their life, and take options from the decorator and from the adapter", async () => {
    const ada = await connect("Ada");
    await eventually(() => ada.told).toEqual([["welcome", { name: "Ada", ready: true }]]);
    const bob = await connect("Bob");
    bob.disconnect();
    await eventually(() => ada.told).toContainEqual(["left", "Bob"]);

    const headers = { origin: "http://page.example" };
    const handshake = await fetch(`${app.url}/socket.io/?EIO=4&transport=polling`, { headers });
    expect(await handshake.text()).toContain('"pingInterval":12345');
    expect(handshake.headers.get("access-control-allow-origin")).toBe("http://page.example");
  });

  test("refuse by the middleware of an adapter's subclass", async () => {
    const socket = io(app.url, { forceNew: true });
    sockets.push(socket);
    const error = await new Promise<Error>((resolve) => socket.on("connect_error", resolve));
    expect(error.message).toBe("who are you?");
  });

  test.each([
    ["long-polling", ["polling"]],
    ["WebSocket", ["websocket"]],
    ["the upgrade", ["polling", "websocket"]],
  ])("answer messages over %s, by acknowledgement and by event", async (_, transports) => {
    const socket = await connect("Ada", "/", { transports });
    expect(await socket.timeout(5000).emitWithAck("enter", "north")).toEqual(["#north"]);
    socket.emit("count", 3);
    socket.emit("size", Buffer.from([200, 1, 2]));
    await eventually(() => socket.told).toEqual([
      ["welcome", { name: "Ada", ready: true }],
      ["counted", 1],
      ["counted", 2],
      ["counted", 3],
      ["sized", { bytes: 3, first: 200 }],
    ]);
  });

  test("reach rooms, and who is in them", async () => {
    const [ada, bob] = [await connect("Ada"), await connect("Bob")];
    await ada.emitWithAck("enter", "south");
    await bob.emitWithAck("enter", "south");
    await eventually(() => ada.told).toContainEqual(["entered", { name: "Bob", room: "south" }]);
    expect(await (await fetch(`${app.url}/rooms`)).json()).toEqual(["#south"]);
    const text = "hello";
    expect(await bob.timeout(5000).emitWithAck("say", { room: "south", text })).toBe(2);
    await eventually(() => ada.told).toContainEqual(["said", { name: "Bob", text }]);
  });

  test("tell an exception to who caused it", async () => {
    const [ada, bob] = [await connect("Ada"), await connect("Bob")];
    const data = { room: "west", text: "hi" };
    ada.emit("say", data);
    await eventually(() => ada.told).toContainEqual([
      "exception",
      { status: "error", message: "you are not in west", cause: { pattern: "say", data } },
    ]);
    expect(bob.told).toEqual([["welcome", { name: "Bob", ready: true }]]);
  });

  test("have namespaces of their own, with guards", async () => {
    const boss = await connect("Boss", "/staff");
    const ada = await connect("Ada", "/staff");
    expect(await ada.emitWithAck("who")).toEqual({ namespace: "/staff", sockets: 2 });
    ada.emit("tell all", "holiday!");
    await eventually(() => ada.told).toMatchObject([
      ["exception", { status: "error", message: "Forbidden resource" }],
    ]);
    expect(await boss.timeout(5000).emitWithAck("tell all", "meeting at 3")).toEqual([]);
    await eventually(() => ada.told).toContainEqual(["told", "meeting at 3"]);
    expect(boss.told).toEqual([["told", "meeting at 3"]]);
  });

  test("end their process and tell the clients, when the application is told to stop", async () => {
    const stopping = await startApp(join(variant.folder, "dist/main.js"));
    const socket = io(stopping.url, { auth: { name: "Ada" }, reconnection: false });
    sockets.push(socket);
    const lost = new Promise((resolve) => socket.on("disconnect", resolve));
    await eventually(() => socket.connected).toBe(true);
    await stopping.stop();
    expect(await lost).toBe("transport close");
  });
});
