import { Server as OfficialEngine } from "engine.io";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import * as engine from "../src/engine.ts";
import { io } from "../src/index.ts";
import { disposable, next, officialServer } from "./official-server.ts";

/** Cuts everything in two, as a network does. */
const halves = (): TransformStream<Uint8Array, Uint8Array> =>
  new TransformStream({
    transform(chunk, controller) {
      const middle = chunk.length >> 1;
      if (middle > 0) {
        controller.enqueue(chunk.slice(0, middle));
      }
      controller.enqueue(chunk.slice(middle));
    },
  });

interface Session {
  url: string;
  options: unknown;
  /** Ends it without an error. */
  close(): void;
  /** Breaks it. */
  fail(error: Error): void;
}

let sessions: Session[] = [];
let accept: (session: object) => void = () => {};

/** What a browser has, without QUIC: the streams of a session, handed to `accept`. */
class FakeWebTransport {
  readonly ready = Promise.resolve();
  readonly closed: Promise<void>;
  readonly #streams = new TransformStream<object, object>();

  constructor(url: string, options: unknown) {
    let end!: { close: () => void; fail: (error: Error) => void };
    this.closed = new Promise((close, fail) => {
      end = { close, fail };
    });
    this.close = end.close;
    sessions.push({ url, options, ...end });
    accept({
      ready: this.ready,
      // The official server does not expect it to break.
      closed: this.closed.catch(() => {}),
      close: end.close,
      incomingBidirectionalStreams: this.#streams.readable,
    });
  }

  close: () => void;

  async createBidirectionalStream(): Promise<object> {
    const [up, down] = [halves(), halves()];
    const writer = this.#streams.writable.getWriter();
    void writer.write({ readable: up.readable, writable: down.writable });
    return { readable: down.readable, writable: up.writable };
  }
}

beforeEach(() => {
  sessions = [];
  vi.stubGlobal("WebTransport", FakeWebTransport);
});
afterEach(() => vi.unstubAllGlobals());

/** An official engine that gets the sessions, and echoes. */
function officialEngine(): OfficialEngine {
  const server = new OfficialEngine({ transports: ["webtransport"] });
  accept = (session) => server.onWebTransportSession(session as never);
  server.on("connection", (socket) =>
    socket.on("message", (message: unknown) => socket.send(message as string)),
  );
  onTestFinished(() => {
    server.close();
  });
  return server;
}

function connect(uri = "https://h:4433/x?a=1"): engine.Socket {
  const socket = new engine.Socket(uri, {
    transports: ["webtransport"],
    query: { a: 1 },
    transportOptions: { webtransport: { allowPooling: true } as object },
  });
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

test("text and bytes of all sizes travel both ways", async () => {
  officialEngine();
  const socket = connect();
  const drained = vi.fn();
  socket.on("drain", drained);
  await next(socket, "open");
  expect(drained).not.toHaveBeenCalled();
  expect(socket.transport).toBeInstanceOf(engine.WebTransport);
  const messages = [
    "hello",
    "€".repeat(50),
    "x".repeat(70_000),
    Buffer.alloc(300, 7),
    Buffer.of(1),
  ];
  const echoes: unknown[] = [];
  const all = new Promise<void>((resolve) => {
    socket.on("message", (message) => {
      echoes.push(message);
      if (echoes.length === messages.length + 1) {
        resolve();
      }
    });
  });
  for (const message of messages) {
    socket.send(message);
  }
  socket.send(new Blob(["blob"]) as never);
  await all;
  expect(echoes).toEqual([...messages, Buffer.from("blob")]);
});

test("the address has no query, and the constructor gets its options", async () => {
  officialEngine();
  await next(connect(), "open");
  await next(connect("https://h"), "open");
  await next(connect("http://[::1]:8080"), "open");
  expect(sessions.map(({ url }) => url)).toEqual([
    "https://h:4433/engine.io/",
    "https://h/engine.io/",
    "https://[::1]:8080/engine.io/",
  ]);
  expect(sessions[0]?.options).toEqual({ allowPooling: true });
});

test("the end of the session is a `transport close`, its failure a `transport error`", async () => {
  officialEngine();
  const [closed, failed] = [connect(), connect()];
  await Promise.all([next(closed, "open"), next(failed, "open")]);
  const reason = next(closed, "close");
  sessions[0]?.close();
  expect((await reason)[0]).toBe("transport close");

  const error = next(failed, "error");
  const end = next(failed, "close");
  const cause = new Error("lost");
  sessions[1]?.fail(cause);
  expect((await error)[0]).toMatchObject({
    message: "webtransport error",
    type: "TransportError",
    description: cause,
  });
  expect((await end)[0]).toBe("transport error");
});

test("a refused session is a failed attempt", async () => {
  vi.stubGlobal(
    "WebTransport",
    class {
      ready = Promise.reject(new Error("no"));
      closed = this.ready;
      close(): void {}
    },
  );
  const [error] = await next(connect(), "error");
  expect(error).toMatchObject({ message: "webtransport error", type: "TransportError" });
});

test("the server is told when the client closes", async () => {
  const server = officialEngine();
  const accepted = next(server, "connection");
  const socket = connect();
  const [peer] = (await accepted) as [Parameters<typeof next>[0]];
  const reason = next(peer, "close");
  await next(socket, "open");
  socket.close();
  expect((await reason)[0]).toBe("transport close");
});

test.each([
  [["polling", "webtransport"] as const, "webtransport"],
  [["polling", "websocket", "webtransport"] as const, "webtransport"],
])("a session that starts with %j ends on %s, with nothing lost", async (transports, last) => {
  const { io: server, url } = await officialServer({ transports: [...transports] });
  accept = (session) => server.engine.onWebTransportSession(session);
  server.on("connection", (peer) => {
    peer.onAny((...args) => peer.emit("echo", ...args));
  });
  const socket = disposable(io(url, { forceNew: true }));
  const echoes: unknown[] = [];
  socket.on("echo", (_, value) => echoes.push(value));
  socket.io.engine.on("upgrading", () => socket.emit("x", "upgrading"));
  const upgraded = next(socket.io.engine, "upgrade");
  socket.emit("x", "first");
  await upgraded;
  expect(socket.io.engine.transport.name).toBe(last);
  socket.emit("x", Buffer.of(1));
  await vi.waitFor(() => expect(echoes).toEqual(["first", "upgrading", Buffer.of(1)]));
});

test("where the runtime has none, the others are used", async () => {
  vi.unstubAllGlobals();
  const { url } = await officialServer();
  const socket = new engine.Socket(url, {
    path: "/socket.io",
    transports: ["webtransport", "websocket"],
  });
  await next(socket, "open");
  expect(socket.transport.name).toBe("websocket");
  socket.close();
});
