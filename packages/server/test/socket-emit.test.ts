import { describe, expect, test, vi } from "vitest";
import { HawserError, TimeoutError } from "../src/index.ts";
import { next, openWebSocket, pair, start } from "./running-server.ts";

const RESERVED = [
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
];

describe("emit", () => {
  test("sends an event and answers true", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const arrival = next(client, "x");
    expect(socket.emit("x", 1, undefined, new Map(), Number.NaN)).toBe(true);
    expect(await arrival).toEqual([1, null, {}, null]);
  });

  test("calls no listener here", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const listener = vi.fn();
    socket.on("x", listener);
    const arrival = next(client, "x");
    socket.emit("x");
    await arrival;
    expect(listener).not.toHaveBeenCalled();
  });

  test.each(RESERVED)("refuses the reserved name %s", async (name) => {
    const running = await start();
    const { socket } = await pair(running);
    for (const target of [socket, socket.broadcast, socket.to("r"), socket.timeout(1)]) {
      expect(() => target.emit(name)).toThrow(HawserError);
      expect(() => target.emit(name)).toThrow(`"${name}" is a reserved event name`);
    }
  });

  test.each(["error", "connection", "new_namespace"])("allows the name %s", async (name) => {
    const running = await start();
    const { client, socket } = await pair(running);
    const arrival = next(client, name);
    socket.emit(name, 1);
    expect(await arrival).toEqual([1]);
  });

  test("throws what JSON cannot hold to the caller, and goes on", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => socket.emit("x", 1n)).toThrow(TypeError);
    expect(() => socket.emit("x", cycle)).toThrow(RangeError);
    const arrival = next(client, "y");
    socket.emit("y");
    await arrival;
  });

  test("send and write emit message", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const log: unknown[] = [];
    client.on("message", (...args) => log.push(args));
    expect(socket.send("a", 1)).toBe(socket);
    expect(socket.write("b")).toBe(socket);
    await vi.waitFor(() => expect(log).toEqual([["a", 1], ["b"]]));
  });
});

describe("acknowledgements by the client", () => {
  test("call back with all arguments, once", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    client.on("sum", (a: number, b: number, reply: (...args: unknown[]) => void) => {
      reply(a + b, "more");
      reply("twice");
    });
    const answers = vi.fn();
    socket.emit("sum", 1, 2, answers);
    expect(await socket.emitWithAck("sum", 3, 4)).toBe(7);
    expect(answers.mock.calls).toEqual([[3, "more"]]);
    expect(socket.acks.size).toBe(0);
  });

  test("that come twice, or that nobody waits for, are ignored", async () => {
    const { io, port } = await start();
    const peer = await openWebSocket(port);
    await peer.read();
    const arrival = next(io, "connection");
    peer.ws.send("40");
    await peer.read();
    const socket = [...io.sockets.sockets.values()][0]!;
    await arrival;
    const answers = vi.fn();
    socket.emit("x", answers);
    expect(await peer.read()).toBe('420["x"]');
    for (const packet of ["430[1]", "430[2]", "4377[3]", "43[4]", "43"]) {
      peer.ws.send(packet);
    }
    const after = next(socket, "after");
    peer.ws.send('42["after"]');
    await after;
    expect(answers.mock.calls).toEqual([[1]]);
  });

  test("have ids of the namespace, from 0 on, shared by its sockets", async () => {
    const running = await start();
    const [a, b] = [await pair(running), await pair(running)];
    for (const { client } of [a, b]) {
      client.on("x", (reply: () => void) => reply());
    }
    expect(running.io.sockets._ids).toBe(0);
    await a.socket.emitWithAck("x");
    await b.socket.emitWithAck("x");
    expect(running.io.sockets._ids).toBe(2);
  });

  test("after timeout(ms) have an error first, which is null in time", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    client.on("x", (reply: (value: string) => void) => reply("ok"));
    const answer = await new Promise((resolve) => {
      socket.timeout(10_000).emit("x", (...args: unknown[]) => resolve(args));
    });
    expect(answer).toEqual([null, "ok"]);
    expect(await socket.timeout(10_000).emitWithAck("x")).toBe("ok");
  });

  test("that do not come in time are an error, and are waited for no more", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    let late!: (value: string) => void;
    client.on("x", (reply) => {
      late = reply;
    });
    const answers = vi.fn();
    const answered = new Promise<void>((resolve) => {
      socket.timeout(10).emit("x", (...args: unknown[]) => {
        answers(...args);
        resolve();
      });
    });
    await answered;
    expect(answers.mock.calls[0]?.[0]).toBeInstanceOf(TimeoutError);
    expect(answers.mock.calls[0]?.[0]).toMatchObject({
      code: "TIMEOUT",
      message: "operation has timed out",
    });
    expect(socket.acks.size).toBe(0);
    await vi.waitFor(() => expect(late).toBeDefined());
    late("too late");
    const after = next(socket, "after");
    client.emit("after");
    await after;
    expect(answers).toHaveBeenCalledOnce();
    await expect(socket.timeout(10).emitWithAck("x")).rejects.toThrow("operation has timed out");
  });

  test("timeout counts for one emit", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    client.on("x", (reply: (value: string) => void) => reply("ok"));
    await socket.timeout(10_000).emitWithAck("x");
    const answer = await new Promise((resolve) => {
      socket.emit("x", (...args: unknown[]) => resolve(args));
    });
    expect(answer).toEqual(["ok"]);
  });
});

describe("acknowledgements for the client", () => {
  test("are sent once, with bytes too", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    socket.on("x", (value: number, reply: (...args: unknown[]) => void) => {
      reply(value + 1, Uint8Array.of(1));
      reply("twice");
    });
    const answers = vi.fn();
    const done = new Promise<void>((resolve) => {
      client.emit("x", 1, (...args: unknown[]) => {
        answers(...args);
        resolve();
      });
    });
    await done;
    expect(await client.emitWithAck("x", 5)).toBe(6);
    expect(answers).toHaveBeenCalledOnce();
    const [value, bytes] = answers.mock.calls[0] as [number, Uint8Array];
    expect([value, ...bytes]).toEqual([2, 1]);
  });

  test("leave once, however often the listener answers", async () => {
    const { io, port } = await start();
    io.on("connection", (socket) => {
      socket.on("x", (reply) => {
        reply("first");
        reply("second");
        socket.emit("after");
      });
    });
    const peer = await openWebSocket(port);
    await peer.read();
    peer.ws.send("40");
    await peer.read();
    peer.ws.send('427["x"]');
    expect(await peer.read()).toBe('437["first"]');
    expect(await peer.read()).toBe('42["after"]');
  });

  test("after the end harm nothing", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const held = next(socket, "x");
    client.emit("x", () => {});
    const [reply] = (await held) as [(value: unknown) => void];
    const over = next(socket, "disconnect");
    client.disconnect();
    await over;
    reply(1);
    reply(2);
  });
});

test("an emit that throws leaves no acknowledgement behind", async () => {
  const running = await start();
  const { socket } = await pair(running);
  const callback = vi.fn();
  expect(() => socket.timeout(5).emit("x", 1n, callback)).toThrow(TypeError);
  expect(() => running.io.timeout(5).to(socket.id).emit("x", 1n, callback)).toThrow(TypeError);
  expect(socket.acks.size).toBe(0);
  await new Promise((resolve) => socket.timeout(20).emit("unanswered", resolve));
  expect(callback).not.toHaveBeenCalled();
});
