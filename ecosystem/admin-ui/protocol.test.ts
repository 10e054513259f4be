import { io, type Socket } from "socket.io-client";
import { afterEach, describe, expect, test, vi } from "vitest";
import { eventually } from "../apps/eventually.ts";
import type { RunningApp } from "../apps/running-app.ts";
import { PASSWORD, startInstrumented } from "./started.ts";

vi.setConfig({ testTimeout: 60_000 });

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Seen = Socket & { seen: unknown[][] };

function connect({ url }: RunningApp, namespace: string, options: object = {}): Seen {
  const socket = io(url + namespace, { forceNew: true, reconnection: false, ...options });
  const seen: unknown[][] = [];
  socket.onAny((...event) => seen.push(event));
  closers.push(() => socket.disconnect());
  return Object.assign(socket, { seen });
}

async function start(options: Parameters<typeof startInstrumented>[0]): Promise<RunningApp> {
  const app = await startInstrumented(options);
  closers.push(app.stop);
  return app;
}

async function connected(socket: Seen): Promise<Seen> {
  await eventually(() => socket.connected).toBe(true);
  return socket;
}

/** The arguments of the last event of a name. */
const last = (socket: Seen, name: string) =>
  socket.seen
    .filter(([event]) => event === name)
    .at(-1)
    ?.slice(1);

/** Those events of a name that are about one socket, without it and their dates. */
const about = (admin: Seen, id: string, ...names: string[]) =>
  admin.seen
    .filter(([name, ...args]) => names.includes(name as string) && args.includes(id))
    .map((args) => args.filter((arg) => arg !== id && Number.isNaN(Date.parse(String(arg)))));

describe("the protocol of the admin UI in development", () => {
  test("asks for the password once, then for the session", async () => {
    const app = await start({ mode: "development", auth: true });
    const auth = { username: "admin", password: PASSWORD };
    for (const wrong of [{}, { ...auth, password: "battery staple" }, { sessionId: "made up" }]) {
      const refused = connect(app, "/admin", { auth: wrong });
      const error = await new Promise<Error>((resolve) => refused.on("connect_error", resolve));
      expect(error.message).toBe("invalid credentials");
    }
    const first = await connected(connect(app, "/admin", { auth }));
    // Sent by a middleware, and so before the socket is connected.
    const [sessionId] = last(first, "session")!;
    expect(sessionId).toMatch(/^[0-9a-f]{16}$/);
    const second = await connected(connect(app, "/admin", { auth: { sessionId } }));
    await eventually(() => last(second, "config")).toEqual([
      { supportedFeatures: expect.arrayContaining(["EMIT", "JOIN", "ALL_EVENTS"]) },
    ]);
    expect(last(second, "session")).toBeUndefined();
  });

  test("tells of a client: its connection, transport, data, rooms, events and end", async () => {
    const app = await start({ mode: "development" });
    const admin = await connected(connect(app, "/admin"));
    const client = await connected(connect(app, "/?colour=red", { auth: { name: "Ada" } }));
    const { id } = client as { id: string };
    await client.emitWithAck("greet", "Bob");
    await eventually(() => client.io.engine.transport.name).toBe("websocket");
    const engineId = client.io.engine.id;

    const told = (name: string) =>
      admin.seen.filter((event) => event[0] === name && JSON.stringify(event).includes(id));
    await eventually(() => told("socket_connected")).toMatchObject([
      [
        "socket_connected",
        {
          id,
          clientId: engineId.slice(0, 12),
          transport: "polling",
          nsp: "/",
          handshake: { query: { colour: "red", EIO: "4" }, secure: false, xdomain: false },
        },
        expect.stringMatching(/^\d{4}-.*Z$/),
      ],
    ]);
    await eventually(() => told("socket_updated")).toEqual([
      ["socket_updated", { id, nsp: "/", data: { name: "Ada" } }],
      ["socket_updated", { id, nsp: "/", transport: "websocket" }],
    ]);
    const events = ["room_joined", "event_received", "event_sent"];
    await eventually(() => about(admin, id, ...events)).toEqual([
      ["room_joined", "/"],
      ["room_joined", "/", "lobby"],
      ["event_received", "/", ["greet", "Bob"]],
      ["event_sent", "/", ["greeted", "Bob"]],
    ]);

    client.disconnect();
    await eventually(() => about(admin, id, "socket_disconnected", "room_left")).toEqual([
      ["socket_disconnected", "/", "client namespace disconnect"],
      ["room_left", "/"],
      ["room_left", "/", "lobby"],
    ]);
  });

  test("lists who was there before, and counts", async () => {
    const app = await start({ mode: "development" });
    const client = await connected(connect(app, "/", { transports: ["polling"] }));
    const admin = await connected(connect(app, "/admin", { transports: ["websocket"] }));
    await eventually(() => last(admin, "all_sockets")?.[0]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: client.id, nsp: "/", rooms: [client.id, "lobby"] }),
        expect.objectContaining({ id: admin.id, nsp: "/admin", transport: "websocket" }),
      ]),
    );
    await eventually(() => last(admin, "server_stats")?.[0]).toMatchObject({
      serverId: "first",
      pid: expect.any(Number),
      clientsCount: 2,
      pollingClientsCount: 1,
      namespaces: expect.arrayContaining([
        { name: "/", socketsCount: 1 },
        { name: "/orders", socketsCount: 0 },
        { name: "/admin", socketsCount: 1 },
      ]),
    });
    const { aggregatedEvents } = last(admin, "server_stats")![0] as {
      aggregatedEvents: { type: string; count: number }[];
    };
    const total = (type: string) =>
      aggregatedEvents.reduce((sum, event) => sum + (event.type === type ? event.count : 0), 0);
    expect(total("rawConnection")).toBe(2);
    for (const type of ["packetsIn", "packetsOut", "bytesIn", "bytesOut"]) {
      expect(total(type), type).toBeGreaterThan(1);
    }
  });

  test("does what it is told: emit, join, leave and disconnect, by room or by id", async () => {
    const app = await start({ mode: "development" });
    const admin = await connected(connect(app, "/admin"));
    const [one, two] = [await connected(connect(app, "/")), await connected(connect(app, "/"))];

    admin.emit("join", "/", "vip", one.id);
    admin.emit("emit", "/", "vip", "news", 1);
    admin.emit("join", "/", "everybody");
    admin.emit("emit", "/", "everybody", "news", 2);
    admin.emit("leave", "/", "everybody", one.id);
    admin.emit("emit", "/", "everybody", "news", 3);
    admin.emit("emit", "/", undefined, "news", 4, { deep: [true] });
    await eventually(() => two.seen).toEqual([
      ["news", 2],
      ["news", 3],
      ["news", 4, { deep: [true] }],
    ]);
    expect(one.seen).toEqual([
      ["news", 1],
      ["news", 2],
      ["news", 4, { deep: [true] }],
    ]);

    const reasons: string[] = [];
    one.on("disconnect", (reason) => reasons.push(`one: ${reason}`));
    two.on("disconnect", (reason) => reasons.push(`two: ${reason}`));
    admin.emit("_disconnect", "/", false, "vip");
    await eventually(() => reasons).toEqual(["one: io server disconnect"]);
    admin.emit("_disconnect", "/", true, two.id);
    await eventually(() => reasons).toHaveLength(2);
  });
});

describe("the protocol of the admin UI in production", () => {
  test("counts, but tells nothing of single sockets", async () => {
    const app = await start({ mode: "production" });
    const admin = await connected(connect(app, "/admin"));
    const client = await connected(connect(app, "/"));
    await client.emitWithAck("greet", "Bob");
    await eventually(() => last(admin, "server_stats")?.[0]).toMatchObject({ clientsCount: 2 });
    expect(new Set(admin.seen.map(([name]) => name))).toEqual(new Set(["config", "server_stats"]));
  });

  test("does nothing that it is told when it is read-only", async () => {
    const app = await start({ mode: "production", readonly: true });
    const admin = await connected(connect(app, "/admin"));
    const client = await connected(connect(app, "/"));
    await eventually(() => last(admin, "config")).toEqual([
      { supportedFeatures: ["AGGREGATED_EVENTS"] },
    ]);
    admin.emit("emit", "/", undefined, "news");
    admin.emit("_disconnect", "/", true, client.id);
    await client.emitWithAck("greet", "Bob");
    expect(client.connected).toBe(true);
    expect(client.seen).toEqual([["greeted", "Bob"]]);
  });
});
