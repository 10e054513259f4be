import { describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { systemClock } from "../src/clock/clock.ts";
import { ENGINE_DEFAULTS } from "../src/options.ts";
import { FlushQueue } from "../src/session/flush.ts";
import type { Session } from "../src/session/session.ts";
import { connect, next, openWebSocket, pair, start } from "./running-server.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Counts the writes to the connection below a session's WebSocket. */
function countWrites(session: Session): () => number {
  const { _socket: socket } = (session.transport as unknown as { socket: { _socket: never } })
    .socket;
  const write = vi.spyOn(socket as { write(...args: unknown[]): boolean }, "write");
  return () => write.mock.calls.length;
}

test("what one turn of the event loop emits leaves by one write", async () => {
  const { client, socket } = await pair(await start());
  await turn();
  const writes = countWrites(socket.conn as unknown as Session);
  const got: unknown[] = [];
  const sent: unknown[] = [];
  client.on("n", (n) => got.push(n));
  const emit = (n: unknown) => {
    sent.push(n);
    socket.emit("n", n);
  };
  for (let i = 0; i < 50; i++) {
    emit(i);
  }
  process.nextTick(emit, "a tick later");
  Promise.resolve("a promise later").then(emit);
  await vi.waitFor(() => expect(got.length).toBe(52));
  expect(writes()).toBe(1);
  expect(got).toEqual(sent);
});

test("volatile packets of different ticks leave together", async () => {
  const { client, socket } = await pair(await start());
  await turn();
  const got: unknown[] = [];
  client.on("n", (n) => got.push(n));
  const end = next(client, "end");
  socket.volatile.emit("n", 0);
  // The same tick: dropped.
  socket.volatile.emit("n", 1);
  await new Promise((resolve) => process.nextTick(resolve));
  await new Promise((resolve) => process.nextTick(resolve));
  socket.volatile.emit("n", 2);
  await turn();
  socket.emit("end");
  await end;
  expect(got).toEqual([0, 2]);
});

test("batchWindow gathers what is sent within it, in order", async () => {
  const { client, socket } = await pair(await start({ batchWindow: 30 }));
  await new Promise((resolve) => setTimeout(resolve, 60));
  const writes = countWrites(socket.conn as unknown as Session);
  const got: unknown[] = [];
  client.on("n", (n) => got.push(n));
  const end = next(client, "end");
  for (let i = 0; i < 5; i++) {
    socket.emit("n", i);
    await turn();
  }
  socket.emit("end");
  await end;
  expect(got).toEqual([0, 1, 2, 3, 4]);
  expect(writes()).toBe(1);
});

test("what is sent just before the end of the session still leaves", async () => {
  for (const end of ["session", "server"] as const) {
    const running = await start();
    const { client, socket } = await pair(running);
    const got: unknown[] = [];
    client.on("n", (n) => got.push(n));
    const gone = next(client, "disconnect");
    socket.emit("n", 1);
    running.io.emit("n", 2);
    if (end === "session") {
      socket.conn.close(true);
    } else {
      void running.io.close();
    }
    await gone;
    expect(got).toEqual([1, 2]);
  }
});

test.each(["websocket", "polling"])("bytes are sent over %s as they were", async (transport) => {
  const running = await start();
  const { client, socket } = await pair(running, "/", { transports: [transport] });
  for (const size of [3, 8192, 8193, 200_000]) {
    // Polling takes them at once when a poll waits.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const bytes = Buffer.alloc(size, 1);
    const arrival = next(client, "bytes");
    socket.emit("bytes", bytes);
    bytes.fill(2);
    expect(((await arrival)[0] as Buffer).equals(Buffer.alloc(size, 1))).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { buffer } = new Uint8Array(size).fill(3);
    const broadcast = next(client, "bytes");
    running.io.emit("bytes", buffer);
    new Uint8Array(buffer).fill(4);
    expect(((await broadcast)[0] as Buffer).equals(Buffer.alloc(size, 3))).toBe(true);
  }
});

test("nothing is sent behind the close of a peer", async () => {
  const { io, port } = await start();
  const opened = next(io.engine, "connection");
  const peer = await openWebSocket(port);
  const [session] = (await opened) as [Session];
  const closed = next(session, "close");
  const errors: unknown[] = [];
  peer.ws.on("error", (error) => errors.push(error));
  peer.ws.close(1000);
  // Its answer to the close is on its way when these want to leave.
  const ws = (session.transport as unknown as { socket: WebSocket }).socket;
  while (ws.readyState === WebSocket.OPEN) {
    session.send("late");
    await turn();
  }
  session.send("too late");
  await closed;
  await peer.closed;
  expect(errors).toEqual([]);
});

test("a broadcast reaches compressed and plain, old and new clients alike", async () => {
  const { io, url, port } = await start({ perMessageDeflate: { threshold: 0 } });
  const compressed = connect(url);
  await next(compressed, "connect");
  const plain = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
    perMessageDeflate: false,
  });
  const old = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=3&transport=websocket`);
  const texts: Record<string, string[]> = { plain: [], old: [] };
  for (const [name, ws] of Object.entries({ plain, old })) {
    ws.on("message", (data, isBinary) =>
      texts[name]!.push(isBinary ? data.toString("hex") : `${data}`),
    );
    await next(ws, "open");
  }
  plain.send("40");
  await vi.waitFor(() => expect(io.sockets.sockets.size).toBe(3));
  const arrival = next(compressed, "news");
  io.emit("news", "é".repeat(100), Uint8Array.of(1, 2));
  const [text, bytes] = await arrival;
  expect([text, [...(bytes as Uint8Array)]]).toEqual(["é".repeat(100), [1, 2]]);
  await vi.waitFor(() => {
    const packet = `51-["news","${"é".repeat(100)}",{"_placeholder":true,"num":0}]`;
    expect(texts.plain?.slice(-2)).toEqual([`4${packet}`, "0102"]);
    expect(texts.old?.slice(-2)).toEqual([`4${packet}`, "040102"]);
  });
  plain.terminate();
  old.terminate();
});

describe("more sessions than a turn has time for", () => {
  /** A clock on which reading the time takes as long as a whole group of flushes. */
  function queue() {
    let now = 0;
    const clock = { ...systemClock, now: () => (now += 2) };
    return new FlushQueue({ opts: { ...ENGINE_DEFAULTS, clock } });
  }

  test("are flushed in order, over several turns", async () => {
    const flushes = queue();
    const order: number[] = [];
    const turns = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      flushes.add({
        flush() {
          order.push(i);
          turns.add(flushes.turn);
        },
      });
    }
    await vi.waitFor(() => expect(order.length).toBe(1000));
    expect(order).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(turns.size).toBeGreaterThan(5);
  });

  test("let those pass that come later, and lose their turn to none of them", async () => {
    const flushes = queue();
    const order: (number | string)[] = [];
    for (let i = 0; i < 500; i++) {
      flushes.add({ flush: () => void order.push(i) });
    }
    let late = 0;
    const goOn = () => {
      flushes.add({ flush: () => void order.push("late") });
      if (++late < 1000 && order.length < 500) {
        setImmediate(goOn);
      }
    };
    setImmediate(goOn);
    await vi.waitFor(() => expect(order).toContain(499));
    expect(order.indexOf("late")).toBeLessThan(200);
    expect(order.filter((x) => typeof x === "number")).toEqual(
      Array.from({ length: 500 }, (_, i) => i),
    );
  });

  test("are flushed, whatever one of them throws", async () => {
    const flushes = queue();
    const errors: unknown[] = [];
    const listener = (error: unknown) => errors.push(error);
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", listener);
    let count = 0;
    for (let i = 0; i < 100; i++) {
      flushes.add({
        flush() {
          count++;
          if (i === 50) {
            throw new Error("of one");
          }
        },
      });
    }
    await vi.waitFor(() => expect([count, errors.length]).toEqual([100, 1]));
    process.off("uncaughtException", listener);
    for (const other of others) {
      process.on("uncaughtException", other);
    }
  });
});
