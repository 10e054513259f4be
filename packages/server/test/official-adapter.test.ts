import * as official from "socket.io-adapter";
import type { Socket as Client } from "socket.io-client";
import { describe, expect, test, vi } from "vitest";
import * as own from "../src/adapter.ts";
import { BroadcastOperator, type Socket } from "../src/index.ts";
import { connect, next, pair, type Running, start } from "./running-server.ts";

const { Adapter: OfficialAdapter, SessionAwareAdapter } = official;
const { Adapter, SessionAwareAdapter: OwnSessionAwareAdapter } = own;

/** The base class on which the adapters of others stand, on a namespace of ours. */
async function startWith(adapter: unknown = OfficialAdapter, options = {}): Promise<Running> {
  const running = await start({ adapter: adapter as never, ...options });
  expect(running.io.sockets.adapter).toBeInstanceOf(adapter);
  return running;
}

function record(client: Client): unknown[][] {
  const events: unknown[][] = [];
  client.onAny((...event) => events.push(event));
  return events;
}

/** Until everything sent before has arrived. */
async function settled(socket: Socket, client: Client): Promise<void> {
  const arrival = next(client, "settled");
  socket.conn.write(`2${socket.nsp.name === "/" ? "" : `${socket.nsp.name},`}["settled"]`);
  await arrival;
}

test("the adapter entry has the names of socket.io-adapter", () => {
  expect(Object.keys(own).sort()).toEqual(Object.keys(official).sort());
  expect(own.MessageType).toEqual(official.MessageType);
});

describe("socket.io-adapter's Adapter", () => {
  test.each([["websocket"], ["polling"]])(
    "broadcasts by %s: rooms, except, binary, flags",
    async (transport) => {
      const running = await startWith();
      const options = { transports: [transport] };
      const a = await pair(running, "/", options);
      const b = await pair(running, "/", options);
      const received = { a: record(a.client), b: record(b.client) };
      a.socket.join(["x", "y"]);
      b.socket.join("y");
      running.io.emit("all", "ünïcode", { n: 1 });
      running.io.to("x").to("y").emit("once");
      running.io.to("y").except("x").emit("excepted");
      running.io.compress(false).emit("binary", Buffer.from([1, 2]), [new Uint8Array([3])]);
      a.socket.broadcast.emit("others");
      running.io.local.emit("local");
      running.io.to("nobody").emit("nobody");
      await settled(a.socket, a.client);
      await settled(b.socket, b.client);
      const binary = ["binary", Buffer.from([1, 2]), [Buffer.from([3])]];
      expect(received.a).toEqual([
        ["all", "ünïcode", { n: 1 }],
        ["once"],
        binary,
        ["local"],
        ["settled"],
      ]);
      expect(received.b).toEqual([
        ["all", "ünïcode", { n: 1 }],
        ["once"],
        ["excepted"],
        binary,
        ["others"],
        ["local"],
        ["settled"],
      ]);
    },
  );

  test("drops volatile events for those who are busy, whole", async () => {
    const running = await startWith();
    const { client, socket } = await pair(running);
    const received = record(client);
    running.io.emit("a");
    running.io.volatile.emit("dropped", Buffer.from([1]));
    running.io.emit("b");
    await settled(socket, client);
    running.io.volatile.emit("idle", Buffer.from([1]));
    await settled(socket, client);
    expect(received.map(([event]) => event)).toEqual(["a", "b", "settled", "idle", "settled"]);
  });

  test("works with compression, and with several namespaces", async () => {
    const running = await startWith(OfficialAdapter, { perMessageDeflate: { threshold: 0 } });
    const { client } = await pair(running, "/chat");
    const arrivals = [next(client, "long"), next(client, "plain")];
    running.io.of("/chat").emit("long", "x".repeat(5000));
    running.io.of("/chat").compress(false).emit("plain");
    expect(await Promise.all(arrivals)).toEqual([["x".repeat(5000)], []]);
  });

  test("collects acknowledgements, and forgets those that do not come", async () => {
    const running = await startWith();
    const a = await pair(running);
    const b = await pair(running);
    a.client.on("ask", (n, reply) => reply(n + 1));
    b.client.on("ask", (n, reply) => reply(n + 2));
    const responses = await running.io.timeout(5000).emitWithAck("ask", 1);
    expect(responses.sort()).toEqual([2, 3]);
    expect(await a.socket.broadcast.timeout(5000).emitWithAck("ask", 1)).toEqual([3]);
    expect(await running.io.to("nobody").timeout(5000).emitWithAck("ask", 1)).toEqual([]);
    b.client.off("ask");
    const error = await running.io
      .timeout(30)
      .emitWithAck("ask", 1)
      .catch((error) => error);
    expect(error.responses).toEqual([2]);
    expect([a, b].map(({ socket }) => socket.acks.size)).toEqual([0, 0]);
    // The ids are those of the namespace, which sockets take from too.
    expect(await a.socket.timeout(5000).emitWithAck("ask", 5)).toBe(6);
  });

  test("calls the listeners of outgoing events", async () => {
    const running = await startWith();
    const { socket } = await pair(running);
    const outgoing = vi.fn();
    socket.onAnyOutgoing(outgoing);
    running.io.emit("all", 1);
    running.io.timeout(1000).emit("ask", 2, () => {});
    expect(outgoing.mock.calls).toEqual([
      ["all", 1],
      ["ask", 2],
    ]);
  });

  test("fetches sockets, changes their rooms and disconnects them", async () => {
    const running = await startWith();
    const a = await pair(running);
    const b = await pair(running);
    running.io.in(a.socket.id).socketsJoin(["x", "y"]);
    expect(a.socket.rooms).toEqual(new Set([a.socket.id, "x", "y"]));
    expect(await running.io.in("x").fetchSockets()).toEqual([a.socket]);
    expect((await running.io.in("x").fetchSockets())[0]).toBe(a.socket);
    expect(await running.io.in("y").allSockets()).toEqual(new Set([a.socket.id]));
    running.io.in("y").socketsLeave("x");
    expect(a.socket.rooms.has("x")).toBe(false);
    const gone = [next(a.client, "disconnect"), next(b.socket, "disconnect")];
    running.io.in("y").disconnectSockets();
    running.io.except("y").disconnectSockets(true);
    expect((await Promise.all(gone)).map(([reason]) => reason)).toEqual([
      "io server disconnect",
      "server namespace disconnect",
    ]);
    const { adapter } = running.io.sockets;
    expect([adapter.rooms.size, adapter.sids.size]).toEqual([0, 0]);
  });

  test("serves dynamic namespaces, and is closed with them", async () => {
    const closed = vi.fn();
    class Closing extends OfficialAdapter {
      override close(): void {
        closed(this.nsp.name);
      }
    }
    const running = await startWith(Closing, { cleanupEmptyChildNamespaces: true });
    const parent = running.io.of(/^\/room-\d$/);
    const one = await pair(running, "/room-1");
    const other = await pair(running, "/room-2");
    const arrivals = [next(one.client, "all"), next(other.client, "all")];
    parent.emit("all", 1);
    expect(await Promise.all(arrivals)).toEqual([[1], [1]]);
    one.client.disconnect();
    await expect.poll(() => closed.mock.calls).toEqual([["/room-1"]]);
  });

  test("has nobody to send events of the server to", async () => {
    const running = await startWith();
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    running.io.serverSideEmit("x");
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });
});

describe("socket.io-adapter's SessionAwareAdapter", () => {
  test("recovers the sockets of a server of ours", async () => {
    const running = await startWith(SessionAwareAdapter, { connectionStateRecovery: {} });
    const client = connect(running.url);
    await next(client, "connect");
    const [first] = [...running.io.sockets.sockets.values()] as [Socket];
    first.join("room");
    first.data.n = 1;
    first.emit("received");
    await next(client, "received");
    client.io.engine.close();
    await next(first, "disconnect");
    const received = record(client);
    running.io.to("room").emit("missed", Buffer.from([1]));
    first.nsp.to(first.id).emit("own", "x");
    const arrival = next(running.io, "connection");
    client.connect();
    const [back] = (await arrival) as [Socket];
    await next(client, "connect");
    expect([back.recovered, client.recovered]).toEqual([true, true]);
    expect([back.id, back.pid, back.data]).toEqual([first.id, first.pid, { n: 1 }]);
    expect(back.rooms.has("room")).toBe(true);
    expect(received.map((event) => event.slice(0, -1))).toEqual([
      ["missed", Buffer.from([1])],
      ["own", "x"],
    ]);
  });

  test("may hand a session to two that ask at the same time: one gets it", async () => {
    const { io, url } = await startWith(SessionAwareAdapter, {
      connectionStateRecovery: { skipMiddlewares: false },
    });
    const go: (() => void)[] = [];
    io.use((socket, next) => (socket.handshake.auth.pid ? go.push(next) : next()));
    const client = connect(url);
    await next(client, "connect");
    const [first] = [...io.sockets.sockets.values()] as [Socket];
    first.emit("x");
    const [offset] = await next(client, "x");
    client.disconnect();
    client.io.engine.close();
    await expect.poll(() => io.engine.clientsCount).toBe(0);
    io.sockets.adapter.persistSession({ sid: first.id, pid: first.pid!, rooms: [], data: {} });
    const both = [1, 2].map(() => connect(url, { auth: { pid: first.pid, offset } }));
    const connected = both.map((one) => next(one, "connect"));
    await expect.poll(() => go.length).toBe(2);
    for (const admit of go) {
      admit();
    }
    await Promise.all(connected);
    const ids = both.map(({ id }) => id);
    expect(ids.filter((id) => id === first.id)).toHaveLength(1);
    expect(io.sockets.sockets.size).toBe(2);
  });

  test("is not asked without an offset", async () => {
    const asked = vi.fn();
    class Asked extends SessionAwareAdapter {
      override restoreSession(pid: string, offset: string): never {
        asked(pid, offset);
        return null as never;
      }
    }
    const running = await startWith(Asked, { connectionStateRecovery: {} });
    const client = connect(running.url);
    await next(client, "connect");
    client.io.engine.close();
    await expect.poll(() => running.io.sockets.sockets.size).toBe(0);
    client.connect();
    await next(client, "connect");
    expect(client.recovered).toBe(false);
    expect(asked).not.toHaveBeenCalled();
  });
});

describe("a session store of somebody else", () => {
  const failing = (restore: () => unknown) =>
    class extends Adapter {
      override restoreSession(): never {
        return restore() as never;
      }
      override persistSession(): never {
        throw new Error("the store is down");
      }
    };

  test.each([
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["rejects", () => Promise.reject(new Error("down"))],
    ["answers null", () => null],
    ["answers undefined", () => Promise.resolve(undefined)],
  ])("that %s leads to a new socket", async (_name, restore) => {
    const { io, url } = await startWith(failing(restore), { connectionStateRecovery: {} });
    const client = connect(url, { auth: { pid: "a", offset: "b" } });
    await next(client, "connect");
    expect(client.recovered).toBe(false);
    client.disconnect();
    await expect.poll(() => io.engine.clientsCount).toBe(0);
  });

  test("may answer later, with packets as they were emitted", async () => {
    const session = { sid: "the id", pid: "the pid", rooms: ["r"], data: { n: 1 } };
    const running = await startWith(
      failing(async () => ({
        ...session,
        missedPackets: [
          ["m", 1, "o1"],
          ["b", Buffer.from([1]), "o2"],
        ],
      })),
      { connectionStateRecovery: {} },
    );
    const client = connect(running.url, { auth: { pid: "the pid", offset: "o0" } });
    const received = record(client);
    await next(client, "connect");
    expect(client.id).toBe("the id");
    expect(received).toEqual([
      ["m", 1, "o1"],
      ["b", Buffer.from([1]), "o2"],
    ]);
    expect(running.io.sockets.sockets.get("the id")?.rooms).toEqual(new Set(["r", "the id"]));
  });
});

describe("our adapters, on a namespace as others write it", () => {
  function fakeNamespace(opts?: object) {
    const written: unknown[] = [];
    const socket = (id: string) => ({
      id,
      rooms: new Set([id]),
      acks: new Map<number, (answer: unknown) => void>(),
      notifyOutgoingListeners: vi.fn(),
      client: {
        writeToEngine: (
          chunks: unknown,
          { volatile, compress }: { volatile?: boolean; compress?: boolean },
        ) => written.push([id, chunks, volatile, compress]),
      },
      join: vi.fn(),
      leave: vi.fn(),
      disconnect: vi.fn(),
    });
    const sockets = new Map([
      ["s1", socket("s1")],
      ["s2", socket("s2")],
    ]);
    const nsp = { name: "/", _ids: 7, sockets, server: { encoder: { encode: () => "123" }, opts } };
    return { nsp, sockets, written };
  }

  const packet = () => ({ type: 2 as const, nsp: "/", data: ["x"] });

  test("Adapter needs no more than the documented seams", async () => {
    const { nsp, sockets, written } = fakeNamespace();
    const adapter = new Adapter(nsp as never);
    adapter.addAll("s1", new Set(["r1"]));
    adapter.addAll("s2", new Set(["r2"]));
    adapter.addAll("s3", new Set(["r1"]));
    adapter.broadcast(packet(), {
      rooms: new Set(["r1"]),
      flags: { volatile: true, compress: false },
    });
    expect(written).toEqual([["s1", "123", true, false]]);
    const counts: number[] = [];
    const answers: unknown[] = [];
    adapter.broadcastWithAck(
      packet(),
      { rooms: new Set() },
      (n) => counts.push(n),
      (x) => answers.push(x),
    );
    expect([nsp._ids, counts]).toEqual([8, [2]]);
    sockets.get("s2")!.acks.get(7)!("answer");
    expect(answers).toEqual(["answer"]);
    adapter.addSockets({ rooms: new Set(["r2"]) }, ["late"]);
    adapter.disconnectSockets({ rooms: new Set(["r2"]) }, true);
    expect(sockets.get("s2")!.join.mock.calls).toEqual([[["late"]]]);
    expect(sockets.get("s2")!.disconnect.mock.calls).toEqual([[true]]);
    expect(await adapter.sockets(new Set())).toEqual(new Set(["s1", "s2"]));
    expect(await adapter.fetchSockets({ rooms: new Set(["r1"]) })).toEqual([sockets.get("s1")]);
  });

  test("Adapter bears a namespace with even less", () => {
    const written: unknown[] = [];
    const sockets = new Map([
      ["s1", { client: { writeToEngine: (chunks: unknown) => written.push(chunks) } }],
    ]);
    const adapter = new Adapter({ server: { encoder: { encode: () => ["1"] } }, sockets } as never);
    adapter.addAll("s1", new Set());
    adapter.broadcast(packet(), { rooms: new Set() });
    adapter.broadcastWithAck(
      packet(),
      { rooms: new Set() },
      () => {},
      () => {},
    );
    expect(written).toEqual([["1"], ["1"]]);
    expect(new Adapter({ server: { encoder: null } } as never).rooms.size).toBe(0);
  });

  test("a broadcast with acknowledgement needs no clock of the namespace, and no `nsp` of the adapter", async () => {
    const { nsp, sockets } = fakeNamespace();
    const adapter = new Adapter(nsp as never);
    adapter.addAll("s1", new Set());
    const operator = new BroadcastOperator<Record<string, (...args: never[]) => void>, unknown>(
      adapter,
    );
    await expect(operator.timeout(10).emitWithAck("x")).rejects.toThrow("operation has timed out");
    expect(sockets.get("s1")!.acks.size).toBe(0);
    const broadcast = vi.fn();
    new BroadcastOperator({ broadcast } as never).emit("x" as never);
    expect(broadcast.mock.calls[0]![0].data).toEqual(["x"]);
  });

  test("SessionAwareAdapter appends offsets, and restores with and without them", async () => {
    const { nsp } = fakeNamespace();
    nsp.server.encoder = {
      encode: ({ data }: { data: unknown }) => [`2${JSON.stringify(data)}`],
    } as never;
    const adapter = new OwnSessionAwareAdapter(nsp as never);
    const send = (data: unknown[], rooms: string[] = [], except: string[] = [], flags = {}) => {
      adapter.broadcast(
        { type: 2, nsp: "/", data },
        { rooms: new Set(rooms), except: new Set(except), flags },
      );
      return data.at(-1) as string;
    };
    const session = { sid: "s1", pid: "p1", rooms: ["r1", "r2"], data: { n: 1 } };
    adapter.addAll("s1", new Set(["s1"]));
    const before = send(["before"]);
    const first = send(["first"], ["r1", "elsewhere"]);
    send(["volatile"], [], [], { volatile: true });
    send(["elsewhere"], ["elsewhere"]);
    send(["excepted"], ["r1"], ["r2"]);
    const last = send(["last"], ["r2"]);
    expect(new Set([before, first, last]).size).toBe(3);
    const missedSince = async (offset?: string) => {
      adapter.persistSession(session);
      const restored = await adapter.restoreSession("p1", offset);
      expect(restored).toMatchObject(session);
      // Once it is handed over it is nobody else's.
      expect(await adapter.restoreSession("p1", offset)).toBeNull();
      return restored!.missedPackets;
    };
    expect(await missedSince()).toEqual([
      ["before", before],
      ["first", first],
      ["last", last],
    ]);
    expect(await missedSince(first)).toEqual([["last", last]]);
    expect(await missedSince(last)).toEqual([]);
    // What the client once told to have received is not sent again.
    expect(await missedSince()).toEqual([]);
    adapter.persistSession(session);
    expect(await adapter.restoreSession("p1", "unknown")).toBeNull();
    expect(await adapter.restoreSession("unknown", last)).toBeNull();
    adapter.close();
    expect(await adapter.restoreSession("p1", last)).toBeNull();
  });

  test("SessionAwareAdapter does not keep what asks for an answer, nor other packets", async () => {
    const { nsp } = fakeNamespace();
    const adapter = new OwnSessionAwareAdapter(nsp as never);
    const ask = { ...packet(), id: 1 };
    adapter.broadcast(ask, { rooms: new Set() });
    const leave = { type: 1 as const, nsp: "/" };
    adapter.broadcast(leave, { rooms: new Set() });
    expect([ask.data, leave]).toEqual([["x"], { type: 1, nsp: "/" }]);
  });
});
