import { describe, expect, test, vi } from "vitest";
import { next, pair, start } from "./running-server.ts";

describe("use", () => {
  test("sees each event before its listeners, and may change it", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const log: unknown[] = [];
    expect(
      socket.use((event, go) => {
        log.push(["first", ...event]);
        event[1] = 2;
        setImmediate(go);
      }),
    ).toBe(socket);
    socket.use((event, go) => {
      log.push(["second", ...event]);
      go();
    });
    const arrival = next(socket, "x");
    client.emit("x", 1);
    expect(await arrival).toEqual([2]);
    expect(log).toEqual([
      ["first", "x", 1],
      ["second", "x", 2],
    ]);
  });

  test("refuses by next(error): an error event here, nothing for the client", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const unwanted = vi.fn();
    socket.use(([name], go) => go(name === "bad" ? new Error("refused") : undefined));
    socket.use(([name], go) => {
      if (name === "bad") {
        unwanted();
      }
      go();
    });
    socket.on("bad", unwanted);
    client.onAny(unwanted);
    const error = next(socket, "error");
    client.emit("bad", 1);
    expect((await error)[0]).toMatchObject({ message: "refused" });
    const good = next(socket, "good");
    client.emit("good");
    await good;
    expect(unwanted).not.toHaveBeenCalled();
    expect(socket.connected).toBe(true);
  });

  test("refuses without harm where nobody listens to error", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    socket.use(([name], go) => go(name === "bad" ? new Error("refused") : undefined));
    client.emit("bad");
    const good = next(socket, "good");
    client.emit("good");
    await good;
  });

  test("finds the acknowledgement as the last argument", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    socket.use(([, ...args], go) => {
      args.at(-1)("from a middleware");
      go();
    });
    socket.on("x", (reply) => reply("from a listener"));
    expect(await client.emitWithAck("x")).toBe("from a middleware");
  });

  test("that goes on after the end calls no listener", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const listener = vi.fn();
    const held = new Promise<() => void>((resolve) => {
      socket.use((_event, go) => resolve(go));
    });
    socket.on("x", listener);
    client.emit("x");
    const go = await held;
    socket.disconnect();
    go();
    await new Promise(setImmediate);
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("onAny", () => {
  test("hears every event before middlewares and listeners, those refused too", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const log: unknown[] = [];
    socket.onAny((name, ...args) => log.push(["any", name, ...args]));
    socket.use(([name], go) => {
      log.push(["use", name]);
      go(name === "bad" ? new Error("no") : undefined);
    });
    socket.on("good", () => log.push(["on", "good"]));
    client.emit("bad", 1);
    client.emit("good");
    await vi.waitFor(() => expect(log).toHaveLength(5));
    expect(log).toEqual([
      ["any", "bad", 1],
      ["use", "bad"],
      ["any", "good"],
      ["use", "good"],
      ["on", "good"],
    ]);
  });

  test("finds the acknowledgement as the last argument", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    socket.onAny((_name, _value, reply) => reply("any"));
    expect(await client.emitWithAck("x", 1)).toBe("any");
  });

  test("listeners are added, put first, listed and removed", async () => {
    const running = await start();
    const { socket } = await pair(running);
    const [a, b, c] = [vi.fn(), vi.fn(), vi.fn()];
    expect(socket.onAny(a).onAny(b).prependAny(c)).toBe(socket);
    expect(socket.listenersAny()).toEqual([c, a, b]);
    expect(socket.offAny(a)).toBe(socket);
    expect(socket.listenersAny()).toEqual([c, b]);
    socket.offAny(vi.fn());
    expect(socket.listenersAny()).toEqual([c, b]);
    socket.offAny();
    expect(socket.listenersAny()).toEqual([]);
  });

  test("does not hear the library's own events", async () => {
    const running = await start();
    const { socket } = await pair(running);
    const any = vi.fn();
    socket.onAny(any);
    socket.disconnect();
    expect(any).not.toHaveBeenCalled();
  });
});

describe("onAnyOutgoing", () => {
  test("hears emits and broadcasts, without acknowledgements and their callbacks", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const log: unknown[] = [];
    socket.onAnyOutgoing((...args) => log.push(args));
    client.on("asked", (_value, reply) => reply("ok"));
    socket.on("ask", (reply) => reply("ok"));
    await socket.emitWithAck("asked", 1);
    running.io.emit("all", 2);
    running.io.to(socket.id).emit("some", 3);
    await running.io.timeout(5000).emitWithAck("asked", 4);
    await client.emitWithAck("ask");
    expect(log).toEqual([
      ["asked", 1],
      ["all", 2],
      ["some", 3],
      ["asked", 4],
    ]);
  });

  test("hears nothing of broadcasts for others", async () => {
    const running = await start();
    const [a, b] = [await pair(running), await pair(running)];
    const listener = vi.fn();
    a.socket.onAnyOutgoing(listener);
    const arrival = next(b.client, "x");
    a.socket.broadcast.emit("x");
    await arrival;
    expect(listener).not.toHaveBeenCalled();
  });

  test("listeners are added, put first, listed and removed", async () => {
    const running = await start();
    const { socket } = await pair(running);
    const [a, b, c] = [vi.fn(), vi.fn(), vi.fn()];
    expect(socket.onAnyOutgoing(a).onAnyOutgoing(b).prependAnyOutgoing(c)).toBe(socket);
    expect(socket.listenersAnyOutgoing()).toEqual([c, a, b]);
    socket.offAnyOutgoing(b);
    expect(socket.listenersAnyOutgoing()).toEqual([c, a]);
    socket.offAnyOutgoing();
    expect(socket.listenersAnyOutgoing()).toEqual([]);
  });
});
