import { createRequire } from "node:module";
import { FakeClock } from "@hawser/testkit";
import type { io as official } from "socket.io-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { Adapter, ClusterAdapter, type ClusterMessage, type Session } from "../src/adapter.ts";
import type { Socket as ServerSocket } from "../src/index.ts";
import { PacketLog } from "../src/room/packet-log.ts";
import { connect, next, openWebSocket, pair, start } from "./running-server.ts";

const clientOfVersion2: typeof official = createRequire(import.meta.url)("socket.io-client-2");

/** A node of a cluster whose backend gives offsets. */
class LoggingAdapter extends ClusterAdapter {
  #count = 0;

  protected async doPublish(_message: ClusterMessage): Promise<string> {
    return `offset-${++this.#count}`;
  }

  protected async doPublishResponse(): Promise<void> {}
}

test("in a cluster too, an event that asks for an answer has no offset: its last argument is the callback", async () => {
  const running = await start({ connectionStateRecovery: {}, adapter: LoggingAdapter });
  const { client, socket } = await pair(running);
  client.on("ask", (...args: unknown[]) => (args.at(-1) as (n: number) => void)(args.length));
  expect(await socket.timeout(1000).emitWithAck("ask", 1)).toBe(2);
  const told = next(client, "tell");
  socket.emit("tell", 1);
  expect(await told).toEqual([1, "offset-2"]);
});

/** Keeps sessions elsewhere, and takes its time to find them. */
class RemoteAdapter extends Adapter {
  static found: (() => void) | undefined;

  override restoreSession(): Promise<Session | null> {
    return new Promise((resolve) => {
      RemoteAdapter.found = () => resolve(null);
    });
  }
}

test("a dynamic namespace stays while a session is looked for, though its last socket leaves", async () => {
  const running = await start({
    connectionStateRecovery: {},
    cleanupEmptyChildNamespaces: true,
    adapter: RemoteAdapter,
  });
  const { io, url } = running;
  io.of(/^\/room-\d$/);
  const { client } = await pair(running, "/room-1");
  const namespace = io.of("/room-1");
  const arrival = next(namespace, "connection");
  const late = connect(`${url}/room-1`, { auth: { pid: "x".repeat(20), offset: "y" } });
  await expect.poll(() => RemoteAdapter.found).toBeDefined();
  client.disconnect();
  await expect.poll(() => namespace.sockets.size).toBe(0);
  RemoteAdapter.found?.();
  await arrival;
  expect(io.of("/room-1")).toBe(namespace);
  late.disconnect();
  await expect.poll(() => io._nsps.has("/room-1")).toBe(false);
});

test("an empty dynamic namespace is looked at once, however often it was emptied", async () => {
  const clock = new FakeClock();
  const { io, port } = await start({
    connectionStateRecovery: {},
    cleanupEmptyChildNamespaces: true,
    clock,
  });
  io.of(/^\/room-\d$/);
  for (let i = 0; i < 5; i++) {
    const { ws, read } = await openWebSocket(port);
    await read();
    ws.send("40/room-1,");
    await read();
    const [socket] = [...io.of("/room-1").sockets.values()] as [ServerSocket];
    const gone = next(socket, "disconnect");
    ws.terminate();
    await gone;
    clock.advance(1000);
  }
  const looks = vi.spyOn(io.of("/room-1").adapter, "keepsSessions");
  clock.advance(119_000);
  expect(looks).toHaveBeenCalledTimes(1);
  expect(io._nsps.has("/room-1")).toBe(false);
});

test("clients of Socket.IO 2 may call anything `pid`", async () => {
  const { io, url } = await start({ connectionStateRecovery: {} });
  const { client, socket } = await pair({ io, url } as never, "/own");
  const legacy = clientOfVersion2(`${url}/own?pid=${socket.pid}`, {
    forceNew: true,
    transports: ["websocket"],
  });
  onTestFinished(() => void legacy.close());
  const [arrived] = (await next(io.of("/own"), "connection")) as [ServerSocket];
  expect([arrived.recovered, arrived.id === socket.id]).toEqual([false, false]);
  expect([socket.connected, client.connected]).toEqual([true, true]);
});

test("the log keeps packets as they were encoded, and nothing of the application's objects", async () => {
  const { io } = await start({ connectionStateRecovery: {} });
  const kept = vi.spyOn(PacketLog.prototype, "keep");
  onTestFinished(() => kept.mockRestore());
  io.emit("x", { n: 1 });
  expect(kept.mock.calls.map(([packet]) => Object.keys(packet))).toEqual([["chunks"]]);
});
