import { errorMonitor } from "node:events";
import { FakeClock } from "@hawser/testkit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FailureContext, HawserError, type Server, type Socket } from "../src/index.ts";
import { connect, next, openWebSocket, pair, start } from "./running-server.ts";

const surfaced = vi.fn();
let printed: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  surfaced.mockClear();
  process.on("uncaughtException", surfaced).on("unhandledRejection", surfaced);
  printed = vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(async () => {
  await new Promise(setImmediate);
  process.off("uncaughtException", surfaced).off("unhandledRejection", surfaced);
  printed.mockRestore();
  expect(surfaced).not.toHaveBeenCalled();
});

/** What handlers of `onError` get: the messages, and the contexts. */
function failures(io: Server): { messages: string[]; contexts: FailureContext<Socket>[] } {
  const messages: string[] = [];
  const contexts: FailureContext<Socket>[] = [];
  io.onError((error, context) => {
    messages.push(error.message);
    contexts.push(context);
  });
  return { messages, contexts };
}

const FAILING: [how: string, listener: () => unknown][] = [
  [
    "throws",
    () => {
      throw new Error("mine");
    },
  ],
  ["rejects", () => Promise.reject(new Error("mine"))],
  [
    "is async and throws late",
    async () => {
      await new Promise(setImmediate);
      throw new Error("mine");
    },
  ],
];

test.each(FAILING)("a listener that %s is heard of, and harms nobody", async (_how, listener) => {
  const running = await start();
  const { messages, contexts } = failures(running.io);
  const { client, socket } = await pair(running);
  const after = vi.fn();
  socket.on("bad", listener as () => void);
  socket.on("bad", after);
  socket.on("good", (reply) => reply("fine"));
  client.emit("bad", 1, "two");
  expect(await client.emitWithAck("good")).toBe("fine");
  await vi.waitFor(() => expect(messages).toEqual(["mine"]));
  expect(contexts).toEqual([{ socket, namespace: "/", event: "bad", args: [1, "two"] }]);
  expect(after).toHaveBeenCalledWith(1, "two");
  expect(printed).not.toHaveBeenCalled();
  expect(running.io.counters.handlerErrors).toBe(1);
});

test("the error event of the socket hears of it too", async () => {
  const running = await start();
  const { messages } = failures(running.io);
  const { client, socket } = await pair(running);
  const [heard, watched] = [vi.fn(), vi.fn()];
  socket.on("error", heard);
  socket.on(errorMonitor as never, watched as never);
  socket.on("bad", async () => Promise.reject(new Error("mine")));
  client.emit("bad");
  await vi.waitFor(() => expect(messages).toEqual(["mine"]));
  expect(heard.mock.calls).toEqual([[expect.objectContaining({ message: "mine" })]]);
  expect(watched).toHaveBeenCalledOnce();
});

test("with nobody to hear of it, it is printed once", async () => {
  const running = await start();
  const { client, socket } = await pair(running);
  socket.on("bad", async () => Promise.reject(new Error("mine")));
  client.emit("bad");
  await vi.waitFor(() => expect(printed).toHaveBeenCalled());
  expect(printed.mock.calls).toEqual([
    [`A handler of "bad" in "/" failed:`, expect.objectContaining({ message: "mine" })],
  ]);
  socket.on("error", () => {});
  socket.on("good", (reply) => reply("fine"));
  client.emit("bad");
  await client.emitWithAck("good");
  expect(printed).toHaveBeenCalledOnce();
});

test("handlers of onError that fail themselves are printed, and the others called", async () => {
  const running = await start();
  expect(
    running.io
      .onError(() => {
        throw new Error("in onError");
      })
      .onError(async () => {
        throw new Error("in async onError");
      }),
  ).toBe(running.io);
  const { messages } = failures(running.io);
  const { client, socket } = await pair(running);
  socket.on("bad", () => {
    throw new Error("mine");
  });
  client.emit("bad");
  await vi.waitFor(() => expect(printed).toHaveBeenCalledTimes(2));
  expect(messages).toEqual(["mine"]);
});

test("an error listener that fails does not hear of itself", async () => {
  const running = await start();
  const { messages } = failures(running.io);
  const { client, socket } = await pair(running);
  const listener = vi.fn(() => {
    throw new Error("in error");
  });
  socket.on("error", listener);
  socket.on("bad", () => {
    throw new Error("mine");
  });
  client.emit("bad");
  await vi.waitFor(() => expect(messages).toEqual(["in error", "mine"]));
  expect(listener).toHaveBeenCalledOnce();
});

test("what is no error is one when it is heard of", async () => {
  const running = await start();
  const { client, socket } = await pair(running);
  const heard = next(socket, "error");
  socket.on("bad", () => {
    throw "a text";
  });
  client.emit("bad");
  const [error] = (await heard) as [HawserError];
  expect(error).toBeInstanceOf(HawserError);
  expect(error).toMatchObject({ code: "HANDLER_FAILED", cause: "a text" });
});

test("a connection listener that fails leaves the client connected", async () => {
  const running = await start();
  const { messages, contexts } = failures(running.io);
  running.io.on("connection", () => {
    throw new Error("in connection");
  });
  running.io.on("connection", async () => {
    throw new Error("in async connection");
  });
  const { client, socket } = await pair(running);
  await vi.waitFor(() => expect(messages).toEqual(["in connection", "in async connection"]));
  expect(contexts[0]).toEqual({ socket, namespace: "/", event: "connection", args: [socket] });
  socket.on("good", (reply) => reply("fine"));
  expect(await client.emitWithAck("good")).toBe("fine");
});

test("errors at the end do not keep other sockets from ending", async () => {
  const running = await start();
  const { messages } = failures(running.io);
  const { client, socket } = await pair(running);
  for (const event of ["disconnecting", "disconnect"] as const) {
    socket.on(event, () => {
      throw new Error(`in ${event}`);
    });
  }
  const other = next(running.io.of("/b"), "connection");
  client.io.socket("/b");
  const [second] = (await other) as [Socket];
  const closed = next(second, "disconnect");
  client.io.engine.close();
  expect((await closed)[0]).toBe("transport close");
  expect(messages).toEqual(["in disconnecting", "in disconnect"]);
  expect([running.io.sockets.sockets.size, running.io.engine.clientsCount]).toEqual([0, 0]);
});

test("catch-all listeners, packet middlewares and acknowledgements that fail", async () => {
  const running = await start();
  const { messages, contexts } = failures(running.io);
  const { client, socket } = await pair(running);
  socket.onAny(async (name) => {
    if (name === "any") throw new Error("in onAny");
  });
  socket.onAnyOutgoing((name) => {
    if (name === "asked") throw new Error("in onAnyOutgoing");
  });
  socket.use(([name], go) => {
    if (name === "use") throw new Error("in use");
    go();
  });
  const unwanted = vi.fn();
  socket.on("use", unwanted);
  socket.on("good", (reply) => reply("fine"));
  client.on("asked", (reply) => reply());
  client.emit("any");
  client.emit("use");
  expect(await client.emitWithAck("good")).toBe("fine");
  socket.emit("asked", () => {
    throw new Error("in an acknowledgement");
  });
  socket.timeout(10_000).emit("asked", async () => {
    throw new Error("in an async acknowledgement");
  });
  await vi.waitFor(() => expect(messages).toHaveLength(6));
  expect(messages.sort()).toEqual([
    "in an acknowledgement",
    "in an async acknowledgement",
    "in onAny",
    "in onAnyOutgoing",
    "in onAnyOutgoing",
    "in use",
  ]);
  expect(contexts.find(({ event }) => event === "use")).toMatchObject({ args: [] });
  expect(unwanted).not.toHaveBeenCalled();
});

test("callbacks of broadcasts that fail, in time and after it", async () => {
  const clock = new FakeClock();
  const running = await start({ clock });
  const { messages } = failures(running.io);
  const { client } = await pair(running);
  client.on("ask", (reply) => reply());
  running.io.timeout(5000).emit("ask", () => {
    throw new Error("in time");
  });
  await vi.waitFor(() => expect(messages).toEqual(["in time"]));
  running.io.timeout(100).emit("silent", async () => {
    throw new Error("too late");
  });
  clock.advance(101);
  await vi.waitFor(() => expect(messages).toEqual(["in time", "too late"]));
});

test("listeners of other servers' events, and tests of dynamic namespaces that fail", async () => {
  const running = await start();
  const { messages, contexts } = failures(running.io);
  running.io.on("hello", (async () => {
    throw new Error("in hello");
  }) as never);
  running.io.sockets._onServerSideEmit(["hello", 1]);
  running.io.of(() => {
    throw new Error("in a test");
  });
  running.io.of((async () => {
    throw new Error("in an async test");
  }) as never);
  const [refused] = (await next(connect(`${running.url}/x`), "connect_error")) as [Error];
  expect(refused.message).toBe("Invalid namespace");
  expect(messages).toEqual(["in hello", "in a test", "in an async test"]);
  expect(contexts.map(({ namespace, event, socket }) => [namespace, event, socket])).toEqual([
    ["/", "hello", undefined],
    ["/x", undefined, undefined],
    ["/x", undefined, undefined],
  ]);
});

test("a middleware of a namespace that fails refuses, as next(error) does", async () => {
  const running = await start();
  const { messages, contexts } = failures(running.io);
  const later = vi.fn();
  const fail = () => {
    throw Object.assign(new Error("not you"), { data: { retryAfter: 5 } });
  };
  running.io.of("/throws").use(fail).use(later);
  running.io
    .of("/rejects")
    .use(async (_socket, _next) => fail())
    .use(later);
  running.io
    .of("/alone")
    .use(async (_socket) => fail())
    .use(later);
  for (const name of ["/throws", "/rejects", "/alone"]) {
    const [error] = (await next(connect(running.url + name), "connect_error")) as [Error];
    expect(error).toMatchObject({ message: "not you", data: { retryAfter: 5 } });
    expect(running.io.of(name).sockets.size + running.io.of(name)._preConnectSockets.size).toBe(0);
  }
  expect(later).not.toHaveBeenCalled();
  expect(messages).toEqual(["not you", "not you", "not you"]);
  expect(contexts[0]).toEqual({ socket: expect.anything(), namespace: "/throws", args: [] });
});

test("a middleware that rejects with nothing refuses all the same", async () => {
  const running = await start();
  running.io.use(async () => Promise.reject());
  await next(connect(running.url), "connect_error");
  expect(running.io.sockets.sockets.size).toBe(0);
});

test("a middleware without next goes on when its promise is fulfilled", async () => {
  const running = await start();
  running.io.use(async (socket) => {
    await new Promise(setImmediate);
    socket.data.user = "ann";
  });
  const { socket } = await pair(running);
  expect(socket.data).toEqual({ user: "ann" });
});

test("with next among its parameters, only next decides", async () => {
  const running = await start();
  let decide!: () => void;
  running.io.use(async (_socket, go) => {
    decide = go;
  });
  const admitted = vi.fn();
  running.io.on("connection", admitted);
  const client = connect(running.url);
  await vi.waitFor(() => expect(decide).toBeDefined());
  await new Promise(setImmediate);
  expect(admitted).not.toHaveBeenCalled();
  const connected = next(client, "connect");
  decide();
  await connected;
  expect(admitted).toHaveBeenCalledOnce();
});

test("queries that run when their then is called are not run for being answered", async () => {
  const running = await start();
  const run = vi.fn();
  const query = new Proxy({}, { get: (_target, key) => (key === "then" ? run : undefined) });
  running.io.use((_socket, go) => {
    setImmediate(go);
    return query;
  });
  const { client, socket } = await pair(running);
  socket.on("find", (reply) => {
    reply("found");
    return query;
  });
  expect(await client.emitWithAck("find")).toBe("found");
  expect(run).not.toHaveBeenCalled();
});

test("what a middleware throws after next is heard of, and decides nothing", async () => {
  const running = await start();
  const { messages } = failures(running.io);
  running.io.use(async (_socket, go) => {
    go();
    throw new Error("too late");
  });
  const { socket } = await pair(running);
  await vi.waitFor(() => expect(messages).toEqual(["too late"]));
  expect(socket.connected).toBe(true);
});

test("a packet middleware without next goes on when its promise is fulfilled", async () => {
  const running = await start();
  const { client, socket } = await pair(running);
  socket.use(async (event) => {
    await new Promise(setImmediate);
    event[1] = "changed";
  });
  socket.on("x", (value, reply) => reply(value));
  expect(await client.emitWithAck("x", "sent")).toBe("changed");
});

test("listeners keep what they have with Node's emit", async () => {
  const running = await start();
  const { client, socket } = await pair(running);
  const log: unknown[] = [];
  socket.once("x", function (this: Socket, ...args: unknown[]) {
    log.push("once", this === socket, args);
    socket.on("x", () => log.push("added meanwhile"));
  });
  const removed = () => log.push("removed meanwhile");
  socket.on("x", () => {
    log.push("second");
    socket.off("x", removed);
  });
  socket.on("x", removed);
  const arrived = next(socket, "done");
  client.emit("x", 1, 2, 3, 4);
  client.emit("x");
  client.emit("done");
  await arrived;
  expect(log).toEqual([
    ...["once", true, [1, 2, 3, 4], "second", "removed meanwhile"],
    ...["second", "added meanwhile"],
  ]);
  expect(socket.listenerCount("x")).toBe(2);
});

test("names of what objects have anyway are events like others", async () => {
  const running = await start();
  const { client, socket } = await pair(running);
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    client.emit(name, 1);
  }
  socket.on("__proto__", (reply) => reply("fine"));
  expect(await client.emitWithAck("__proto__")).toBe("fine");
});

test("an error acknowledgement goes to peers that announced it, and to no others", async () => {
  const running = await start();
  failures(running.io);
  running.io.on("connection", (socket) => {
    socket.on("bad", async () => Promise.reject(new Error("a secret")));
    socket.on("exposed", () => {
      throw Object.assign(new Error("no such room"), { expose: true, code: "NO_ROOM", data: [1] });
    });
    socket.on("typed", async () => socket.timeout(1).emitWithAck("never answered"));
    socket.on("answered", async (reply) => {
      reply("first");
      throw new Error("afterwards");
    });
    socket.on("unencodable", (reply) => reply(1n));
    socket.use(([name], go) =>
      go(name === "refused" ? new HawserError("TIMEOUT", "no") : undefined),
    );
    socket.on("auth", (reply) => reply(socket.handshake.auth));
  });
  const peer = await openWebSocket(running.port);
  expect(JSON.parse((await peer.read()).slice(1))).toMatchObject({ hawser: 1 });
  peer.ws.send('40{"token":"t","_hawser":1}');
  await peer.read();
  const ask = async (text: string) => {
    peer.ws.send(text);
    const answer = await peer.read();
    return answer.startsWith("42") ? peer.read() : answer;
  };
  const generic = '[{"_hawserError":{"code":"HANDLER_FAILED","message":"the handler failed"}}]';
  expect(await ask('421["bad"]')).toBe(`431${generic}`);
  expect(await ask('422["exposed"]')).toBe(
    '432[{"_hawserError":{"code":"NO_ROOM","message":"no such room","data":[1]}}]',
  );
  expect(await ask('423["typed"]')).toBe(
    '433[{"_hawserError":{"code":"TIMEOUT","message":"operation has timed out"}}]',
  );
  expect(await ask('424["answered"]')).toBe('434["first"]');
  expect(await ask('425["unencodable"]')).toBe(`435${generic}`);
  expect(await ask('426["refused"]')).toBe(
    '436[{"_hawserError":{"code":"TIMEOUT","message":"no"}}]',
  );
  expect(await ask('427["auth"]')).toBe('437[{"token":"t"}]');

  const other = await openWebSocket(running.port);
  await other.read();
  other.ws.send("40");
  await other.read();
  other.ws.send('421["bad"]');
  other.ws.send('422["refused"]');
  other.ws.send('427["auth"]');
  expect(await other.read()).toBe("437[{}]");
});

test("clients of the Engine.IO module alone are told of nothing", async () => {
  const { Server: Engine } = await import("../src/engine.ts");
  const running = await start();
  expect(new Engine().extensions).toBeUndefined();
  expect(running.io.engine.extensions).toBe(1);
});

test("the hook of Node for rejections hears instead of the error event, but not of itself", async () => {
  const running = await start();
  const { messages } = failures(running.io);
  const { client, socket } = await pair(running);
  const [hook, listener] = [vi.fn(), vi.fn()];
  hook.mockImplementation(() => Promise.reject(new Error("in the hook")));
  Object.assign(socket, { [Symbol.for("nodejs.rejection")]: hook });
  socket.on("error", listener);
  socket.on("bad", async () => Promise.reject(new Error("mine")));
  client.emit("bad", 1);
  await vi.waitFor(() => expect(messages).toEqual(["mine", "in the hook"]));
  expect(hook.mock.calls).toEqual([[expect.objectContaining({ message: "mine" }), "bad", 1]]);
  expect(listener).not.toHaveBeenCalled();
});
