import { describe, expect, test } from "vitest";
import { FakeClock } from "../../testkit/src/index.ts";
import type { Server, ServerOptions, Socket } from "../src/index.ts";
import {
  fetchRaw,
  next,
  openPolling,
  openWebSocket,
  POLLING,
  pair,
  type Running,
  start,
} from "./running-server.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const KB = "x".repeat(1000);

interface Poller {
  running: Running;
  io: Server;
  socket: Socket;
  /** What waits for the next poll. */
  poll(): Promise<string[]>;
  post(body: string): Promise<string>;
}

/** A client that polls only when it is told to, so that everything waits. */
async function poller(options: Partial<ServerOptions> = {}, nsp = "/"): Promise<Poller> {
  const running = await start(options);
  const path = await openPolling(running.port);
  const arrival = next(running.io.of(nsp), "connection");
  const poll = async () => (await fetchRaw(running.port, path)).body.split("\x1e");
  const post = async (body: string) =>
    (await fetchRaw(running.port, path, { method: "POST", body })).body;
  await post(nsp === "/" ? "40" : `40${nsp},`);
  const [socket] = (await arrival) as [Socket];
  expect((await poll())[0]).toMatch(/^40/);
  return { running, io: running.io, socket, poll, post };
}

const dropped = ({ running }: Poller) => Object.fromEntries(running.io.counters.dropped);

async function emitEach(socket: Socket, events: [string, ...unknown[]][]): Promise<void> {
  for (const [name, ...args] of events) {
    socket.emit(name, ...args);
    await turn();
  }
}

describe("the policy disconnect, which is the default", () => {
  test("ends the session of a reader whose budget is used up, and says why", async () => {
    const slow = await poller({ backpressure: { budget: 5200 } });
    const { socket } = slow;
    const end = next(socket, "disconnect");
    await emitEach(socket, [
      ["a", KB],
      ["b", KB],
      ["c", KB],
      ["d", KB],
    ]);
    expect([socket.connected, socket.bufferedBytes]).toEqual([true, 4 * 1009]);
    const { conn } = socket;
    socket.emit("e", KB);
    // Not while it is being emitted; the memory is free all the same.
    expect([socket.connected, conn.bufferedBytes]).toEqual([true, 0]);
    const [reason, error] = await end;
    expect(reason).toBe("transport error");
    expect(error).toMatchObject({
      name: "SlowReaderError",
      code: "SLOW_READER",
      bufferedBytes: 4 * 1009,
      budget: 5200,
    });
    expect(dropped(slow)).toEqual({ disconnect: 1 });
    expect(slow.io.engine.clientsCount).toBe(0);
    expect(await slow.poll()).toEqual(['{"code":1,"message":"Session ID unknown"}']);
  });

  test("lets through what one turn sends to a reader that has kept up, and more within the budget", async () => {
    const slow = await poller({ backpressure: { budget: 5000 } });
    const { socket } = slow;
    for (let i = 0; i < 50; i++) socket.emit("history", KB);
    await turn();
    await emitEach(socket, [
      ["live", KB],
      ["live", KB],
    ]);
    expect(await slow.poll()).toHaveLength(52);
    expect(socket.bufferedBytes).toBe(0);
  });

  test("keeps a burst for five minutes, for a reader that only shows that it lives", async () => {
    const clock = new FakeClock();
    const slow = await poller({ clock, backpressure: { budget: 5000 } });
    const { socket } = slow;
    for (let i = 0; i < 50; i++) socket.emit("history", KB);
    const end = next(socket, "disconnect");
    for (let s = 0; s < 300; s += 20) {
      await slow.post("3");
      expect(socket.connected).toBe(true);
      clock.advance(20_000);
    }
    await slow.post("3");
    expect((await end)[1]).toMatchObject({ code: "SLOW_READER", budget: 5000 });
    expect(slow.io.stats().dropped).toEqual({ disconnect: 1 });
  });

  test("sends a message that is larger than the budget when nothing else waits", async () => {
    const slow = await poller({ backpressure: { budget: 500 } });
    slow.socket.emit("a", KB);
    expect(await slow.poll()).toEqual([`42["a","${KB}"]`]);
    await emitEach(slow.socket, [["b", KB]]);
    expect(await slow.poll()).toEqual([`42["b","${KB}"]`]);
    expect(slow.socket.connected).toBe(true);
  });

  test("counts what a WebSocket has not taken", async () => {
    const running = await start({ backpressure: { budget: 100_000 } });
    const arrival = next(running.io, "connection");
    const { ws } = await openWebSocket(running.port);
    ws.send("40");
    const [socket] = (await arrival) as [Socket];
    ws.pause();
    const end = next(socket, "disconnect");
    let most = 0;
    while (socket.connected) {
      socket.emit("a", "x".repeat(50_000));
      most = Math.max(most, socket.bufferedBytes);
      await turn();
    }
    expect((await end)[1]).toMatchObject({ code: "SLOW_READER", budget: 100_000 });
    // The budget, and what the turn had sent in which the client fell behind.
    expect(most).toBeLessThan(151_000);
    expect(socket.bufferedBytes).toBe(0);
    ws.resume();
    await next(ws, "close");
  });

  test("spares the others of a broadcast", async () => {
    const slow = await poller({ backpressure: { budget: 5000 } });
    const { client } = await pair(slow.running);
    const seen: number[] = [];
    client.on("a", (_, n: number) => seen.push(n));
    for (let i = 0; i < 20; i++) {
      slow.io.emit("a", KB, i);
      await turn();
    }
    await expect.poll(() => seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect([slow.socket.connected, dropped(slow)]).toEqual([false, { disconnect: 1 }]);
  });
});

describe("drop-new", () => {
  test("does not send what does not fit, attachments included", async () => {
    const slow = await poller({ backpressure: { policy: "drop-new", budget: 3200 } });
    const bytes = new Uint8Array(1000);
    await emitEach(slow.socket, [["a", KB], ["b", bytes], ["c", bytes], ["d"]]);
    const [a, b, attachment, d, ...rest] = await slow.poll();
    expect([a?.slice(0, 6), b?.slice(0, 9), attachment?.[0], d, rest]).toEqual([
      '42["a"',
      '451-["b",',
      "b",
      '42["d"]',
      [],
    ]);
    expect(dropped(slow)).toEqual({ "drop-new": 1 });
  });

  test("tells those who wait for an acknowledgement, after the emit", async () => {
    const slow = await poller({ backpressure: { policy: "drop-new", budget: 2000 } });
    const { socket } = slow;
    await emitEach(socket, [["a", KB]]);
    const errors: unknown[] = [];
    socket.timeout(60_000).emit("b", KB, (error: unknown) => errors.push(error));
    socket.emit("c", KB, () => errors.push("never"));
    expect(errors).toEqual([]);
    await expect(socket.emitWithAck("d", KB)).rejects.toMatchObject({ code: "SLOW_READER" });
    expect(errors).toMatchObject([{ code: "SLOW_READER" }]);
    expect(socket.acks.size).toBe(0);
  });

  test("sends answers all the same, but no end of them", async () => {
    const slow = await poller({ backpressure: { policy: "drop-new", budget: 3000 } });
    const { socket } = slow;
    socket.on("ask", (reply) => reply(KB));
    socket.emit("a", KB);
    socket.emit("b", KB);
    await turn();
    for (let id = 0; id < 2; id++) await slow.post(`42${id}["ask"]`);
    expect([socket.connected, socket.bufferedBytes > 4000]).toEqual([true, true]);
    const end = next(socket, "disconnect");
    for (let id = 2; id < 6 && socket.connected; id++) await slow.post(`42${id}["ask"]`);
    expect((await end)[1]).toMatchObject({ code: "SLOW_READER" });
  });
});

describe("drop-old", () => {
  test("takes out the oldest events, with their attachments", async () => {
    const slow = await poller({ backpressure: { policy: "drop-old", budget: 4200 } });
    const { socket } = slow;
    const bytes = new Uint8Array(1000);
    const lost = expect(socket.emitWithAck("asked", KB)).rejects.toMatchObject({
      code: "SLOW_READER",
    });
    await turn();
    await emitEach(socket, [
      ["b", bytes],
      ["c", KB],
      ["d", KB],
    ]);
    await lost;
    await emitEach(socket, [["e", KB]]);
    const names = (await slow.poll()).map((packet) => packet.slice(0, 6));
    expect(names).toEqual(['42["c"', '42["d"', '42["e"']);
    expect(dropped(slow)).toEqual({ "drop-old": 2 });
  });

  test("leaves what was sent under other policies, and answers", async () => {
    const slow = await poller({ backpressure: { policy: "drop-old", budget: 3900 } });
    const { socket } = slow;
    socket.on("ask", (reply) => reply(KB));
    socket.policy("disconnect").emit("kept", KB);
    await turn();
    await slow.post('420["ask"]');
    await emitEach(socket, [
      ["old", KB],
      ["new", KB],
    ]);
    expect((await slow.poll()).map((packet) => packet.slice(0, 6))).toEqual([
      '42["ke',
      '430["x',
      '42["ne',
    ]);
  });

  test("is the receiver's affair in a broadcast", async () => {
    const slow = await poller({ backpressure: { budget: 3000 } });
    slow.io.of("/").backpressure = { policy: "drop-old" };
    for (const n of [1, 2, 3, 4]) {
      slow.io.emit("n", n, KB);
      await turn();
    }
    expect((await slow.poll()).map((packet) => packet.slice(0, 8))).toEqual([
      '42["n",3',
      '42["n",4',
    ]);
    expect(slow.io.of("/").backpressure).toEqual({ policy: "drop-old", budget: 3000 });
  });
});

describe("latest", () => {
  test("keeps the newest under each key while the reader is behind", async () => {
    const slow = await poller();
    const { socket, io } = slow;
    await emitEach(socket, [["first"]]);
    for (let i = 1; i <= 3; i++) {
      socket.policy("latest", { key: "price:42" }).emit("price", 42, i);
      socket.policy("latest", { key: "price:43" }).emit("price", 43, i);
      io.policy("latest").emit("time", i);
      socket.policy("latest").emit("bytes", Uint8Array.of(i));
      await turn();
    }
    expect(await slow.poll()).toEqual([
      '42["first"]',
      '42["price",42,3]',
      '42["price",43,3]',
      '42["time",3]',
      '451-["bytes",{"_placeholder":true,"num":0}]',
      "bAw==",
    ]);
    expect(dropped(slow)).toEqual({ latest: 8 });
  });

  test("drops nothing for a reader that keeps up", async () => {
    const running = await start({ backpressure: { policy: "latest" } });
    const { client, socket } = await pair(running);
    const seen: number[] = [];
    client.on("n", (n: number) => seen.push(n));
    for (let i = 0; i < 5; i++) socket.emit("n", i);
    await expect.poll(() => seen).toEqual([0, 1, 2, 3, 4]);
    expect(running.io.counters.dropped.size).toBe(0);
  });
});

describe("block", () => {
  test("makes emitWithAck wait until nothing waits", async () => {
    const slow = await poller({ backpressure: { policy: "block", budget: 2700 } });
    const { socket } = slow;
    await emitEach(socket, [
      ["a", KB],
      ["b", KB],
    ]);
    const answers = [socket.emitWithAck("c", KB), socket.emitWithAck("d", KB)];
    expect((await slow.poll()).map((packet) => packet.slice(0, 6))).toEqual(['42["a"', '42["b"']);
    const [c, d] = (await slow.poll()).map((packet) => /^42(\d+)\["(.)"/.exec(packet)!);
    expect([c?.[2], d?.[2]]).toEqual(["c", "d"]);
    await slow.post(`43${d?.[1]}["D"]`);
    await slow.post(`43${c?.[1]}["C"]`);
    expect(await Promise.all(answers)).toEqual(["C", "D"]);
  });

  test("does not send what nobody waits for any more", async () => {
    const slow = await poller({ backpressure: { policy: "block", budget: 1500 } });
    const { socket } = slow;
    await emitEach(socket, [["a", KB]]);
    await expect(socket.timeout(20).emitWithAck("b", KB)).rejects.toMatchObject({
      code: "TIMEOUT",
    });
    await slow.poll();
    await turn();
    socket.emit("c");
    expect(await slow.poll()).toEqual(['42["c"]']);
  });

  test("keeps the order of what waits, within the budget", async () => {
    const slow = await poller({ backpressure: { policy: "block", budget: 3500 } });
    const { socket } = slow;
    // In one turn, too: whoever can wait is not let through.
    const answers = ["a", "b", "c", "d", "e", "f", "g"].map((name) => socket.emitWithAck(name, KB));
    const seen: string[] = [];
    for (const size of [2, 2, 2]) {
      await turn();
      expect(socket.bufferedBytes).toBeLessThan(3500);
      const some = await slow.poll();
      expect(some).toHaveLength(size);
      for (const packet of some) {
        const [, id, name] = /^42(\d+)\["(.)"/.exec(packet) ?? [];
        seen.push(name ?? packet);
        await slow.post(`43${id}["${name}"]`);
      }
      if (seen.length === 2) answers.push(socket.emitWithAck("h", KB));
    }
    for (const packet of await slow.poll()) {
      const [, id, name] = /^42(\d+)\["(.)"/.exec(packet) ?? [];
      seen.push(name ?? packet);
      await slow.post(`43${id}["${name}"]`);
    }
    expect(seen.join("")).toBe("abcdefgh");
    expect((await Promise.all(answers)).join("")).toBe("abcdefgh");
  });

  test("is disconnect for what nobody awaits", async () => {
    const slow = await poller({ backpressure: { policy: "block", budget: 1500 } });
    const end = next(slow.socket, "disconnect");
    await emitEach(slow.socket, [
      ["a", KB],
      ["b", KB],
    ]);
    expect((await end)[1]).toMatchObject({ code: "SLOW_READER" });
  });
});

test("a client of Socket.IO 2 that pings and does not read gets one answer", async () => {
  const running = await start();
  const path = (await fetchRaw(running.port, POLLING.replace("EIO=4", "EIO=3"))).body;
  const sid = /"sid":"([^"]+)"/.exec(path)?.[1];
  const session = running.io.engine.clients[sid as string];
  const url = `${POLLING.replace("EIO=4", "EIO=3")}&sid=${sid}`;
  // What it has joined waits there.
  await fetchRaw(running.port, url);
  await fetchRaw(running.port, url, { method: "POST", body: "1:2".repeat(1000) });
  expect(session?.writeBuffer.map(({ type }) => type)).toEqual(["pong"]);
  expect((await fetchRaw(running.port, url)).body).toBe("1:3");
});

describe("settings", () => {
  test("are the socket's, else the namespace's, else the server's", async () => {
    const { socket, io } = await poller({ backpressure: { budget: 7000 } }, "/n");
    expect(socket.backpressure).toMatchObject({ policy: "disconnect", budget: 7000 });
    io.of("/n").backpressure = { policy: "drop-new", budget: 5000 };
    expect(socket.backpressure).toEqual({ policy: "drop-new", budget: 5000 });
    socket.backpressure = { budget: 3000 };
    expect(socket.backpressure).toEqual({ policy: "drop-new", budget: 3000 });
    for (let i = 0; i < 6; i++) await emitEach(socket, [["a", KB]]);
    expect(Math.floor(socket.bufferedBytes / 1000)).toBe(2);
    expect(socket.connected).toBe(true);
  });

  test("are checked", async () => {
    const invalid = { code: "INVALID_OPTION" };
    for (const backpressure of [
      { policy: "drop" },
      { budget: 0 },
      { budget: "1" },
      { maxPendingEvents: 0 },
      true,
    ]) {
      await expect(start({ backpressure } as never)).rejects.toMatchObject(invalid);
    }
    const { socket, io } = await poller();
    expect(() => (socket.backpressure = { budget: -1 })).toThrow(expect.objectContaining(invalid));
    expect(() => socket.policy("x" as never)).toThrow(expect.objectContaining(invalid));
    expect(() => io.policy("x" as never)).toThrow(expect.objectContaining(invalid));
  });
});

describe("volatile", () => {
  test("is dropped while permessage-deflate is at work", async () => {
    const running = await start({ perMessageDeflate: { threshold: 0 } });
    const { client, socket } = await pair(running);
    const log: string[] = [];
    client.onAny((name: string) => log.push(name));
    socket.emit(
      "large",
      Array.from({ length: 200_000 }, (_, i) => i),
    );
    await turn();
    expect([socket.writable, socket.bufferedBytes > 1e6]).toEqual([false, true]);
    socket.volatile.emit("dropped");
    await socket.drained();
    expect([socket.writable, socket.bufferedBytes]).toEqual([true, 0]);
    socket.volatile.emit("sent");
    await expect.poll(() => log).toEqual(["large", "sent"]);
    expect(Object.fromEntries(running.io.counters.dropped)).toEqual({ volatile: 1 });
  });

  test("leaves no acknowledgement behind", async () => {
    const slow = await poller();
    await expect(slow.socket.volatile.emitWithAck("a")).rejects.toMatchObject({
      code: "SLOW_READER",
    });
    expect(slow.socket.acks.size).toBe(0);
  });
});

describe("drained", () => {
  test("resolves when nothing waits, and the event tells the same", async () => {
    const slow = await poller();
    const { socket } = slow;
    await socket.drained();
    const log: unknown[] = [];
    socket.on("drain", () => log.push(socket.bufferedBytes));
    socket.emit("a", KB);
    const drained = socket.drained().then(() => log.push("drained"));
    await turn();
    expect([log, socket.writable]).toEqual([[], false]);
    await slow.poll();
    await drained;
    expect(log).toEqual(expect.arrayContaining([0, "drained"]));
  });

  test("waits for the last byte of a WebSocket", async () => {
    const running = await start({ backpressure: { budget: 1e8 } });
    const arrival = next(running.io, "connection");
    const { ws } = await openWebSocket(running.port);
    ws.send("40");
    const [socket] = (await arrival) as [Socket];
    ws.pause();
    let count = 0;
    while (socket.writable) {
      socket.emit("a", "x".repeat(100_000));
      count++;
      await turn();
    }
    let isDrained = false;
    const drained = socket.drained().then(() => {
      isDrained = true;
    });
    await turn();
    expect(isDrained).toBe(false);
    ws.resume();
    await drained;
    expect([socket.bufferedBytes, socket.writable, count > 1]).toEqual([0, true, true]);
  });

  test("rejects when the connection ends first", async () => {
    const { socket } = await poller();
    socket.emit("a");
    const drained = socket.drained();
    socket.conn.close(true);
    await expect(drained).rejects.toMatchObject({ code: "DISCONNECTED", reason: "forced close" });
    await expect(socket.drained()).rejects.toMatchObject({ code: "DISCONNECTED" });
  });
});
