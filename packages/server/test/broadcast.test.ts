import type { Socket as Client } from "socket.io-client";
import { beforeEach, describe, expect, test } from "vitest";
import type { Socket } from "../src/index.ts";
import { next, pair, type Running, start } from "./running-server.ts";

/** What a broadcast can be sent with. */
interface Target {
  emit(event: string, ...args: unknown[]): unknown;
}

let running: Running;
let ends: { client: Client; socket: Socket }[];

// Three sockets: 0 is in a; 1 in a and b; 2 in b and c.
beforeEach(async () => {
  running = await start();
  ends = [await pair(running), await pair(running), await pair(running)];
  const [first, second, third] = ends.map(({ socket }) => socket);
  first!.join("a");
  second!.join(["a", "b"]);
  third!.join(["b", "c"]);
});

/** By index, how often each client received what was emitted to that target. */
async function received(target: Target): Promise<number[]> {
  const counts = ends.map(() => 0);
  for (const [i, { client }] of ends.entries()) {
    client.on("x", () => {
      counts[i]!++;
    });
  }
  const over = ends.map(({ client }) => next(client, "over"));
  expect(target.emit("x", 1)).toBe(true);
  running.io.emit("over");
  await Promise.all(over);
  return counts;
}

const socketOf = (index: number): Socket => ends[index]!.socket;

test.each<[name: string, target: () => Target, counts: number[]]>([
  ["io", () => running.io, [1, 1, 1]],
  ["io.to(a)", () => running.io.to("a"), [1, 1, 0]],
  ["io.in(a)", () => running.io.in("a"), [1, 1, 0]],
  ["io.to(a).to(b): each once", () => running.io.to("a").to("b"), [1, 1, 1]],
  ["io.to([a, b]): each once", () => running.io.to(["a", "b"]), [1, 1, 1]],
  ["io.to(a).in(c)", () => running.io.to("a").in("c"), [1, 1, 1]],
  ["io.to(nobody)", () => running.io.to("nobody"), [0, 0, 0]],
  ["io.to([]) is everybody", () => running.io.to([]), [1, 1, 1]],
  ["io.to(the id of a socket)", () => running.io.to(socketOf(1).id), [0, 1, 0]],
  ["io.except(b)", () => running.io.except("b"), [1, 0, 0]],
  ["io.except([a, c])", () => running.io.except(["a", "c"]), [0, 0, 0]],
  ["io.except(nobody)", () => running.io.except("nobody"), [1, 1, 1]],
  ["io.to(a).except(b)", () => running.io.to("a").except("b"), [1, 0, 0]],
  ["io.except(b).to(a)", () => running.io.except("b").to("a"), [1, 0, 0]],
  ["io.to(a).except(a)", () => running.io.to("a").except("a"), [0, 0, 0]],
  ["io.to(b).except(an id)", () => running.io.to("b").except(socketOf(1).id), [0, 0, 1]],
  ["io.local", () => running.io.local, [1, 1, 1]],
  ["io.local.to(c)", () => running.io.local.to("c"), [0, 0, 1]],
  ["io.compress(false)", () => running.io.compress(false), [1, 1, 1]],
  ["io.to(a).compress(true)", () => running.io.to("a").compress(true), [1, 1, 0]],
  ["socket.broadcast", () => socketOf(1).broadcast, [1, 0, 1]],
  ["socket.local", () => socketOf(1).local, [1, 0, 1]],
  ["socket.to(a)", () => socketOf(1).to("a"), [1, 0, 0]],
  ["socket.in([a, b])", () => socketOf(1).in(["a", "b"]), [1, 0, 1]],
  ["socket.except(a)", () => socketOf(2).except("a"), [0, 0, 0]],
  ["socket.to(b).except(c)", () => socketOf(0).to("b").except("c"), [0, 1, 0]],
  ["socket.nsp", () => socketOf(1).nsp as unknown as Target, [1, 1, 1]],
  ["socket.compress(false).to(a)", () => socketOf(0).compress(false).to("a"), [0, 1, 0]],
])("%s reaches", async (_name, target, counts) => {
  expect(await received(target())).toEqual(counts);
});

test("operators are immutable: what is made of one does not change it", async () => {
  const toA = running.io.to("a");
  expect(toA.to("c")).not.toBe(toA);
  toA.except("b");
  void toA.volatile;
  expect(await received(toA)).toEqual([1, 1, 0]);
});

test("a volatile broadcast is dropped by those who are busy", async () => {
  socketOf(0).emit("busy");
  expect(await received(running.io.volatile)).toEqual([0, 1, 1]);
});

test("flags of a socket count for one operator", async () => {
  socketOf(1).volatile.to("nobody").emit("x");
  for (const index of [0, 2]) {
    socketOf(index).emit("busy");
  }
  expect(await received(socketOf(1).broadcast)).toEqual([1, 0, 1]);
});

test("bytes are broadcast, the same for all", async () => {
  const arrivals = ends.map(({ client }) => next(client, "bytes"));
  running.io.emit("bytes", { b: Uint8Array.of(1, 2) }, Buffer.from([3]));
  for (const [first, second] of (await Promise.all(arrivals)) as [
    { b: Uint8Array },
    Uint8Array,
  ][]) {
    expect([...first.b, ...second]).toEqual([1, 2, 3]);
  }
});

describe("sockets of a selection", () => {
  const names = async (target: { fetchSockets(): Promise<{ id: string }[]> }): Promise<number[]> =>
    (await target.fetchSockets())
      .map(({ id }) => ends.findIndex(({ socket }) => socket.id === id))
      .sort();

  test("are fetched, each once, as they are", async () => {
    expect(await names(running.io)).toEqual([0, 1, 2]);
    expect(await names(running.io.to("a").to("b"))).toEqual([0, 1, 2]);
    expect(await names(running.io.in("a").except("b"))).toEqual([0]);
    expect(await names(running.io.local.in("c"))).toEqual([2]);
    expect(await names(socketOf(0).to("a"))).toEqual([1]);
    expect((await running.io.in("c").fetchSockets())[0]).toBe(socketOf(2));
  });

  test("are listed by id", async () => {
    expect(await running.io.in("c").allSockets()).toEqual(new Set([socketOf(2).id]));
  });

  test("join rooms", async () => {
    running.io.in("a").socketsJoin(["d", "e"]);
    running.io.except("a").socketsJoin("f");
    expect(await names(running.io.in("d"))).toEqual([0, 1]);
    expect(await names(running.io.in("e"))).toEqual([0, 1]);
    expect(await names(running.io.in("f"))).toEqual([2]);
    running.io.socketsJoin("all");
    expect(await names(running.io.in("all"))).toEqual([0, 1, 2]);
  });

  test("leave rooms, be it the one that selects them", async () => {
    running.io.in("b").socketsLeave("b");
    expect(await names(running.io.in("b"))).toEqual([]);
    running.io.socketsLeave(["a", "c"]);
    expect(ends.map(({ socket }) => [...socket.rooms])).toEqual(
      ends.map(({ socket }) => [socket.id]),
    );
  });

  test("disconnect", async () => {
    const told = ends.slice(0, 2).map(({ client }) => next(client, "disconnect"));
    running.io.in("a").disconnectSockets();
    expect((await Promise.all(told)).map(([reason]) => reason)).toEqual([
      "io server disconnect",
      "io server disconnect",
    ]);
    expect(await names(running.io)).toEqual([2]);
    expect(running.io.engine.clientsCount).toBe(3);
  });

  test("disconnect with their connections", async () => {
    const closed = ends.map(({ socket }) => next(socket.conn as never, "close"));
    running.io.disconnectSockets(true);
    await Promise.all(closed);
    expect(running.io.engine.clientsCount).toBe(0);
    expect(running.io.sockets.adapter.sids.size).toBe(0);
  });
});
