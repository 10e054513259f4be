import { describe, expect, test } from "vitest";
import { Adapter, type BroadcastOptions, type Room, type SocketId } from "../src/adapter.ts";
import { Server } from "../src/index.ts";
import { next, pair, start } from "./running-server.ts";

function log(adapter: Adapter): unknown[] {
  const entries: unknown[] = [];
  for (const event of ["create-room", "join-room", "leave-room", "delete-room"]) {
    adapter.on(event, (...args) => entries.push([event, ...args]));
  }
  return entries;
}

describe("in memory", () => {
  const create = (): Adapter => new Server().sockets.adapter;

  test("knows rooms by socket and sockets by room", () => {
    const adapter = create();
    adapter.addAll("s1", new Set(["a", "b"]));
    adapter.addAll("s2", new Set(["b"]));
    expect(adapter.rooms).toEqual(
      new Map([
        ["a", new Set(["s1"])],
        ["b", new Set(["s1", "s2"])],
      ]),
    );
    expect(adapter.sids).toEqual(
      new Map([
        ["s1", new Set(["a", "b"])],
        ["s2", new Set(["b"])],
      ]),
    );
    expect(adapter.socketRooms("s1")).toEqual(new Set(["a", "b"]));
    expect(adapter.socketRooms("nobody")).toBeUndefined();
  });

  test("tells of a room before its first member, and of the last member before its end", () => {
    const adapter = create();
    const entries = log(adapter);
    adapter.addAll("s1", new Set(["a"]));
    adapter.addAll("s2", new Set(["a"]));
    adapter.addAll("s1", new Set(["a"]));
    adapter.del("s1", "a");
    adapter.del("s1", "a");
    adapter.del("s2", "a");
    expect(entries).toEqual([
      ["create-room", "a"],
      ["join-room", "a", "s1"],
      ["join-room", "a", "s2"],
      ["leave-room", "a", "s1"],
      ["leave-room", "a", "s2"],
      ["delete-room", "a"],
    ]);
    expect(adapter.rooms.size).toBe(0);
  });

  test("delAll leaves every room and forgets the socket", () => {
    const adapter = create();
    adapter.addAll("s1", new Set(["a", "b"]));
    adapter.addAll("s2", new Set(["b"]));
    const entries = log(adapter);
    adapter.delAll("s1");
    adapter.delAll("nobody");
    expect(entries).toEqual([
      ["leave-room", "a", "s1"],
      ["delete-room", "a"],
      ["leave-room", "b", "s1"],
    ]);
    expect(adapter.sids.has("s1")).toBe(false);
    expect([...adapter.rooms.keys()]).toEqual(["b"]);
  });

  test("is one server, and restores no session", async () => {
    const adapter = create();
    expect(await adapter.serverCount()).toBe(1);
    expect(adapter.init()).toBeUndefined();
    expect(adapter.close()).toBeUndefined();
    expect(await adapter.restoreSession("pid", "offset")).toBeNull();
    expect(adapter.persistSession({ sid: "s", pid: "p", rooms: [], data: {} })).toBeUndefined();
  });

  test("rooms called like inherited properties are rooms", () => {
    const adapter = create();
    adapter.addAll("__proto__", new Set(["constructor", "__proto__"]));
    expect([...adapter.rooms.keys()]).toEqual(["constructor", "__proto__"]);
    adapter.delAll("__proto__");
    expect(adapter.rooms.size).toBe(0);
  });
});

test("the life of a socket in rooms, its own included", async () => {
  const running = await start();
  const { adapter } = running.io.sockets;
  const entries = log(adapter);
  const { socket } = await pair(running);
  socket.join("a");
  socket.leave("a");
  socket.leave("never joined");
  socket.join(["b", "b"]);
  socket.disconnect();
  const { id } = socket;
  expect(entries).toEqual([
    ["create-room", id],
    ["join-room", id, id],
    ["create-room", "a"],
    ["join-room", "a", id],
    ["leave-room", "a", id],
    ["delete-room", "a"],
    ["create-room", "b"],
    ["join-room", "b", id],
    ["leave-room", id, id],
    ["delete-room", id],
    ["leave-room", "b", id],
    ["delete-room", "b"],
  ]);
});

/** As packages of others write it: a subclass that overrides, calls super, and reads the tables. */
class CountingAdapter extends Adapter {
  static instances: CountingAdapter[] = [];
  readonly calls: unknown[] = [];

  constructor(nsp: ConstructorParameters<typeof Adapter>[0]) {
    super(nsp);
    CountingAdapter.instances.push(this);
  }

  override init(): Promise<void> {
    this.calls.push("init");
    return Promise.reject(new Error("swallowed"));
  }

  override async addAll(id: SocketId, rooms: Set<Room>): Promise<void> {
    await Promise.resolve();
    this.calls.push(["addAll", ...rooms].map((room) => (room === id ? "own" : room)));
    super.addAll(id, rooms);
  }

  override broadcast(packet: Parameters<Adapter["broadcast"]>[0], opts: BroadcastOptions): void {
    const { rooms, except, flags } = opts;
    this.calls.push(["broadcast", packet.data, [...rooms], [...(except ?? [])], flags]);
    super.broadcast(packet, opts);
  }

  override close(): void {
    this.calls.push("close");
  }
}

describe("an adapter of somebody else", () => {
  test("is made with new for every namespace, and initialised once", () => {
    CountingAdapter.instances = [];
    const io = new Server({ adapter: CountingAdapter });
    const namespace = io.of("/a");
    expect(CountingAdapter.instances.map(({ nsp }) => nsp)).toEqual([io.sockets, namespace]);
    expect(CountingAdapter.instances.map(({ calls }) => calls)).toEqual([["init"], ["init"]]);
    expect(namespace.adapter).toBe(CountingAdapter.instances[1]);
    expect(namespace.adapter.encoder).toBe(io.encoder);
    expect(io.adapter()).toBe(CountingAdapter);
  });

  test("is called for rooms and broadcasts, and its promises are passed on", async () => {
    const running = await start({ adapter: CountingAdapter });
    const { client, socket } = await pair(running);
    const adapter = running.io.sockets.adapter as CountingAdapter;
    expect(socket.join(["a", "b"])).toBeInstanceOf(Promise);
    await socket.join("c");
    expect(adapter.rooms.get("c")).toEqual(new Set([socket.id]));
    const arrival = next(client, "x");
    running.io.to("a").except("z").volatile.emit("x", 1);
    running.io.compress(false).emit("y");
    await arrival;
    expect(adapter.calls).toEqual([
      "init",
      ["addAll", "own"],
      ["addAll", "a", "b"],
      ["addAll", "c"],
      ["broadcast", ["x", 1], ["a"], ["z"], { volatile: true }],
      ["broadcast", ["y"], [], [], { compress: false }],
    ]);
  });

  test("may be a function that answers one, as factories are written", () => {
    const made: unknown[] = [];
    function createAdapter(nsp: ConstructorParameters<typeof Adapter>[0]): Adapter {
      const adapter = new CountingAdapter(nsp);
      made.push(adapter);
      return adapter;
    }
    const io = new Server({ adapter: createAdapter });
    expect([io.sockets.adapter]).toEqual(made);
  });

  test("cannot be an arrow function, which cannot be called with new", () => {
    const arrow = (nsp: ConstructorParameters<typeof Adapter>[0]) => new Adapter(nsp);
    expect(() => new Server({ adapter: arrow })).toThrow(TypeError);
    expect(() => new Server({ adapter: arrow })).toThrow(/is not a constructor/);
  });

  test("can be set later, for the namespaces that are there and those to come", () => {
    const io = new Server();
    const namespace = io.of("/a");
    const before = namespace.adapter;
    expect(io.adapter(CountingAdapter)).toBe(io);
    expect(namespace.adapter).not.toBe(before);
    for (const { adapter } of [io.sockets, namespace, io.of("/b")]) {
      expect(adapter).toBeInstanceOf(CountingAdapter);
      expect((adapter as CountingAdapter).calls).toEqual(["init"]);
    }
  });
});
