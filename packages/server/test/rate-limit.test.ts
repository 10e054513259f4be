import { io as hawser } from "@hawser/client";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { FakeClock } from "../../testkit/src/fake-clock.ts";
import {
  HawserTypeError,
  RateLimitError,
  type RateLimitOptions,
  rateLimit,
  type Socket,
} from "../src/index.ts";
import { connect, next, openWebSocket, start } from "./running-server.ts";

async function limited(options: RateLimitOptions, ...more: RateLimitOptions[]) {
  const clock = new FakeClock();
  const running = await start({ clock });
  for (const one of [options, ...more]) {
    running.io.use(rateLimit(one));
  }
  const heard: unknown[] = [];
  const errors: unknown[] = [];
  running.io.on("connection", (socket) => {
    socket.onAny((event) => heard.push(event));
    socket.on("error", (error) => errors.push(error));
    socket.on("ask", (reply) => reply("answer"));
    socket.on("sync", (reply) => reply());
  });
  const arrival = next(running.io, "connection") as Promise<[Socket]>;
  const client = connect(running.url);
  const [socket] = await arrival;
  return { ...running, clock, heard, errors, client, socket };
}

describe("rateLimit()", () => {
  test("lets so many events through at once, then as many as it says in a second", async () => {
    const { io, clock, heard, errors, client } = await limited({
      events: 2,
      burst: 4,
      except: ["sync"],
      beyond: "drop",
    });
    for (let i = 0; i < 10; i++) {
      client.emit("event", i);
    }
    await client.emitWithAck("sync");
    expect(heard).toEqual([...Array(4).fill("event"), "sync"]);
    clock.advance(1000);
    heard.length = 0;
    for (let i = 0; i < 10; i++) {
      client.emit("event", i);
    }
    await client.emitWithAck("sync");
    expect(heard).toEqual(["event", "event", "sync"]);
    expect(io.counters.rateLimited.get("drop")).toBe(14);
    expect(errors).toEqual([]);
  });

  test("answers whoever waits, and tells the socket, by default", async () => {
    const { io, clock, errors, client } = await limited({ events: 1 });
    expect(await client.emitWithAck("ask")).toBe("answer");
    expect(await client.emitWithAck("ask")).toEqual({
      error: {
        code: "RATE_LIMITED",
        message: "too many events; the next may come in 1000 ms",
        retryAfter: 1000,
      },
    });
    expect(errors).toEqual([
      expect.objectContaining({ code: "RATE_LIMITED", event: "ask", retryAfter: 1000 }),
    ]);
    expect(errors[0]).toBeInstanceOf(RateLimitError);
    expect(io.counters.rateLimited.get("error")).toBe(1);
    clock.advance(1000);
    expect(await client.emitWithAck("ask")).toBe("answer");
  });

  test("rejects the promise of our client", async () => {
    const { url } = await limited({ events: 1 });
    const client = hawser(url, { transports: ["websocket"], forceNew: true });
    onTestFinished(() => void client.disconnect());
    expect(await client.emitWithAck("ask")).toBe("answer");
    await expect(client.emitWithAck("ask")).rejects.toMatchObject({
      code: "RATE_LIMITED",
      message: "too many events; the next may come in 1000 ms",
    });
  });

  test("disconnects", async () => {
    const { io, client, errors, heard } = await limited({ events: 1, beyond: "disconnect" });
    const disconnected = next(client, "disconnect");
    for (let i = 0; i < 10; i++) {
      client.emit("event");
    }
    expect((await disconnected)[0]).toBe("io server disconnect");
    expect([heard, errors.length]).toEqual([["event"], 1]);
    expect(io.counters.rateLimited.get("disconnect")).toBe(1);
    expect(io.sockets.sockets.size).toBe(0);
  });

  test("counts some names only; several hold together", async () => {
    const { client, heard } = await limited(
      { events: 1, only: ["draw"], beyond: "drop" },
      { events: 3, except: ["sync"], beyond: "drop" },
    );
    for (const event of ["draw", "draw", "move", "move", "move"]) {
      client.emit(event);
    }
    await client.emitWithAck("sync");
    expect(heard).toEqual(["draw", "move", "move", "sync"]);
  });

  test("gives each socket its own bucket, and none to acknowledgements", async () => {
    const { io, url, client, socket, heard } = await limited({ events: 1, beyond: "drop" });
    const other = connect(url);
    await next(other, "connect");
    client.on("question", (reply) => reply("yes"));
    for (let i = 0; i < 20; i++) {
      expect(await socket.emitWithAck("question")).toBe("yes");
    }
    client.emit("from one");
    other.emit("from the other");
    await expect.poll(() => [...heard].sort()).toEqual(["from one", "from the other"]);
    expect(io.counters.rateLimited.size).toBe(0);
  });

  test("on a dynamic namespace limits the sockets of its children", async () => {
    const { io, url } = await start();
    const heard = vi.fn();
    io.of(/^\/room-/)
      .use(rateLimit({ events: 2 }))
      .on("connection", (socket) => {
        socket.onAny(heard);
      });
    const client = connect(`${url}/room-1`);
    for (let i = 0; i < 9; i++) {
      client.emit("event");
    }
    await expect.poll(() => io.counters.rateLimited.get("error")).toBe(7);
    expect(heard).toHaveBeenCalledTimes(2);
  });

  test("holds for those who come back to their socket without middlewares", async () => {
    const { io, port } = await start({ connectionStateRecovery: {} });
    const asked = vi.fn((_socket, next) => next());
    io.use(asked).use(rateLimit({ events: 1, beyond: "drop" }));
    const heard: unknown[] = [];
    io.on("connection", (socket) => socket.onAny((event) => heard.push(event)));
    const first = await openWebSocket(port);
    await first.read();
    first.ws.send("40");
    const { pid } = JSON.parse((await first.read()).slice(2));
    first.ws.terminate();
    const second = await openWebSocket(port);
    await second.read();
    second.ws.send(`40${JSON.stringify({ pid })}`);
    expect(JSON.parse((await second.read()).slice(2)).pid).toBe(pid);
    for (let i = 0; i < 5; i++) {
      second.ws.send('42["event"]');
    }
    await expect.poll(() => io.counters.rateLimited.get("drop")).toBe(4);
    expect([heard, asked.mock.calls.length]).toEqual([["event"], 1]);
  });

  test.each([
    { events: 0 },
    { events: "many" },
    { events: 1, burst: 0 },
    { events: 1, beyond: "shout" },
    { events: 1, only: "event" },
    { events: 1, except: {} },
  ])("refuses %o", (options) => {
    expect(() => rateLimit(options as never)).toThrow(HawserTypeError);
  });
});
