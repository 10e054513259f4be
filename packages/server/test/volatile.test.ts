import { expect, test } from "vitest";
import { fetchRaw, next, openPolling, pair, start } from "./running-server.ts";

test("a volatile packet is dropped behind another packet of the same tick", async () => {
  const running = await start();
  const { client, socket } = await pair(running);
  const log: unknown[] = [];
  client.onAny((name) => log.push(name));
  socket.emit("a");
  socket.volatile.emit("dropped");
  socket.volatile.emit("dropped", Uint8Array.of(1));
  const end = next(client, "end");
  socket.emit("end");
  await end;
  expect(log).toEqual(["a", "end"]);
});

test("a volatile packet leaves when nothing is in its way, with all its bytes", async () => {
  const running = await start();
  const { client, socket } = await pair(running);
  const arrival = next(client, "a");
  await new Promise(setImmediate);
  expect(socket.volatile).toBe(socket);
  socket.emit("a", Uint8Array.of(1), Uint8Array.of(2));
  const args = (await arrival) as Uint8Array[];
  expect(args.map(([byte]) => byte)).toEqual([1, 2]);
});

test("a volatile packet is dropped between two polls", async () => {
  const { io, port } = await start();
  const path = await openPolling(port);
  await fetchRaw(port, path, { method: "POST", body: "40" });
  const socket = [...io.sockets.sockets.values()][0]!;
  expect((await fetchRaw(port, path)).body).toMatch(/^40/);
  socket.volatile.emit("dropped");
  io.volatile.emit("dropped");
  socket.emit("kept");
  expect((await fetchRaw(port, path)).body).toBe('42["kept"]');
});

test("volatile counts for one emit", async () => {
  const running = await start();
  const { client, socket } = await pair(running);
  const arrival = next(client, "kept");
  socket.emit("a");
  socket.volatile.emit("dropped");
  socket.emit("kept");
  await arrival;
});
