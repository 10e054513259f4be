import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import { type ClientOptions, io, type Socket } from "@hawser/client";
import { revision3 } from "@hawser/client/legacy";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../packages/testkit/src/ports.ts";
import { TcpProxy } from "../packages/testkit/src/tcp-proxy.ts";

type Listener = (...args: never[]) => void;
type Next = (error?: Error) => void;

/** What these tests use of servers, old and new. */
interface AnySocket {
  id: string;
  conn: { id: string; transport: { name: string } };
  handshake: { query: Record<string, string>; auth?: Record<string, string> };
  broadcast: { emit(event: string, ...args: unknown[]): unknown };
  on(event: string, listener: Listener): unknown;
  use(middleware: (event: unknown[], next: Next) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  join(room: string): unknown;
  to(room: string): { emit(event: string, ...args: unknown[]): unknown };
  disconnect(close?: boolean): unknown;
}
interface AnyNamespace {
  use(middleware: (socket: AnySocket, next: Next) => void): unknown;
  on(event: "connection", listener: (socket: AnySocket) => void): unknown;
}
interface AnyServer extends AnyNamespace {
  of(name: string): AnyNamespace;
  close(): unknown;
}
type Create = (http: HttpServer, options: object) => AnyServer;

const old = (module: string) => async (): Promise<Create> =>
  (await import(module)).default as Create;

const ours = async (): Promise<Create> => {
  const { Server } = await import("@hawser/server");
  return (http, options) =>
    new Server(http, { serveClient: false, ...options }) as unknown as AnyServer;
};

/** `fixed`: the client is told; otherwise it finds out. */
const SERVERS = [
  { name: "socket.io 2.0.4", load: old("socket.io-2.0"), fixed: false },
  { name: "socket.io 2.5.1", load: old("socket.io-2"), fixed: false },
  { name: "socket.io 2.5.1 as the client is told", load: old("socket.io-2"), fixed: true },
  { name: "our own, as to an old client", load: ours, fixed: true, isOurs: true },
];

const WAYS = [
  { way: "polling", transports: ["polling"] },
  { way: "websocket", transports: ["websocket"] },
  { way: "polling, then websocket", transports: ["polling", "websocket"] },
];

async function serve(load: () => Promise<Create>, options: object = {}, port = 0) {
  const create = await load();
  const http = createServer();
  const tcp = new Set<TcpSocket>();
  http.on("connection", (socket) => {
    tcp.add(socket);
    socket.on("close", () => tcp.delete(socket));
  });
  const server = create(http, options);
  await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (!stopped) {
      stopped = true;
      await server.close();
      for (const socket of tcp) {
        socket.destroy();
      }
    }
  };
  onTestFinished(stop);
  return { server, stop, port: (http.address() as AddressInfo).port };
}

function client(port: number, options: ClientOptions, nsp = ""): Socket {
  const socket = io(`http://127.0.0.1:${port}${nsp}`, {
    forceNew: true,
    reconnectionDelay: 20,
    randomizationFactor: 0,
    ...options,
  });
  onTestFinished(() => void socket.io._close());
  return socket;
}

const next = <T extends unknown[]>(emitter: { once: Socket["once"] }, event: string) =>
  new Promise<T>((resolve) => emitter.once(event, (...args) => resolve(args as T)));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers events with themselves, as acknowledgements where they are asked for. */
function echoing(socket: AnySocket, ...events: string[]): void {
  for (const event of events) {
    socket.on(event, (...args) => {
      const reply: unknown = args.at(-1);
      if (typeof reply === "function") {
        reply(...args.slice(0, -1));
      } else {
        socket.emit(event, ...args);
      }
    });
  }
}

const VALUES: [event: string, ...args: unknown[]][] = [
  ["text", "ünï€😀", "\n\\n\u2028", ""],
  ["json", { a: [1, null, true, { b: "c" }] }, 1.5, -0.5, [], {}],
  ["bytes", Buffer.of(1, 2, 3), { deep: [Buffer.of(255), "x"] }, Buffer.alloc(0)],
  ["large", "é".repeat(100_000), Buffer.alloc(200_000, 7)],
  ["nothing"],
];

describe.each(SERVERS)("$name", ({ load, fixed, isOurs }) => {
  const told: ClientOptions = fixed ? { revision: revision3 } : {};

  test.each([
    { form: "polling", transports: ["polling"] },
    { form: "polling in base64", transports: ["polling"], forceBase64: true },
    { form: "websocket", transports: ["websocket"] },
    { form: "websocket in base64", transports: ["websocket"], forceBase64: true },
    { form: "polling, then websocket", transports: ["polling", "websocket"] },
  ])("carries events and acknowledgements of every shape, in order, by $form", async (options) => {
    const { server, port } = await serve(load);
    server.on("connection", (socket) => echoing(socket, ...VALUES.map(([event]) => event)));
    const socket = client(port, { ...told, ...options });
    const received: unknown[] = [];
    socket.onAny((...event) => received.push(event));
    for (const [event, ...args] of VALUES) {
      socket.emit(event, ...args);
    }
    const answers = await Promise.all(
      VALUES.map(
        ([event, ...args]) =>
          new Promise((resolve) =>
            socket.emit(event, ...args, (...answer: unknown[]) => resolve(answer)),
          ),
      ),
    );
    expect(answers).toEqual(VALUES.map(([, ...args]) => args));
    await expect.poll(() => received.length).toBe(VALUES.length);
    expect(received).toEqual(VALUES);
    if (options.transports.length > 1) {
      await expect.poll(() => socket.io.engine.transport.name).toBe("websocket");
      expect(await socket.emitWithAck("bytes", Buffer.of(9))).toEqual(Buffer.of(9));
    }
  });

  describe.each(WAYS)("by $way", ({ transports }) => {
    const options: ClientOptions = { ...told, transports };

    test("is joined once, under the id of the session", async () => {
      const { server, port } = await serve(load);
      const joined: AnySocket[] = [];
      server.on("connection", (socket) => joined.push(socket));
      const socket = client(port, options);
      await next(socket, "connect");
      if (transports.length > 1) {
        await expect.poll(() => joined[0]?.conn.transport.name).toBe("websocket");
      }
      await pause(100);
      expect(joined.map(({ id }) => id)).toEqual([socket.id]);
      expect(socket.id).toBe(socket.io.engine.id);
      expect(joined[0]?.handshake.query.EIO).toBe(fixed ? "3" : "4");
      expect(socket.io.engine.transport.name).toBe(transports.at(-1));
    });

    test("answers acknowledgements that the server asks for", async () => {
      const { server, port } = await serve(load);
      const answer = new Promise((resolve) =>
        server.on("connection", (socket) => socket.emit("double", Buffer.of(1, 2), resolve)),
      );
      const socket = client(port, options);
      socket.on("double", (bytes, reply) => reply(Buffer.concat([bytes, bytes])));
      expect(await answer).toEqual(Buffer.of(1, 2, 1, 2));
    });

    test("other namespaces get `auth` as their query, and share the connection", async () => {
      const { server, port } = await serve(load);
      const joined: AnySocket[] = [];
      server.on("connection", (socket) => joined.push(socket));
      server.of("/chat").on("connection", (socket) => {
        joined.push(socket);
        echoing(socket, "echo");
      });
      const auth = { token: "a b,c/d?&€", n: 1, deep: { list: [1] }, nothing: undefined };
      const chat = client(port, { ...options, auth }, "/chat");
      await next(chat, "connect");
      const { id } = chat.io.engine;
      expect(chat.id).toBe(`/chat#${id}`);
      expect(joined.map((socket) => socket.id)).toEqual([id, `/chat#${id}`]);
      const { query, auth: credentials } = joined[1]!.handshake;
      const seen = { ...query, ...credentials };
      expect(seen).toMatchObject({ token: "a b,c/d?&€", n: "1", deep: '{"list":[1]}' });
      expect(seen).not.toHaveProperty("nothing");
      expect(await chat.emitWithAck("echo", Buffer.of(1))).toEqual(Buffer.of(1));

      const main = chat.io.socket("/");
      await next(main, "connect");
      expect(main.id).toBe(id);
      expect(joined).toHaveLength(2);
    });

    test("tells why a namespace is refused, and can ask again", async () => {
      const { server, port } = await serve(load);
      let isOpen = false;
      // Else 2.0.4 forgets to welcome to the main namespace, as soon as another one has a middleware.
      server.use((_, go) => go());
      server.of("/closed").use((_, go) => go(isOpen ? undefined : new Error("not today")));
      server
        .of("/reasons")
        .use((_, go) => go(Object.assign(new Error("no"), { data: { code: 7, message: "why" } })));
      const refusal = async (nsp: string) => {
        const socket = client(port, options, nsp);
        const [error] = await next<[Error & { data?: unknown; code?: string }]>(
          socket,
          "connect_error",
        );
        return { socket, error };
      };
      const { socket, error } = await refusal("/closed");
      expect([error.message, error.data, error.code]).toEqual(["not today", undefined, "REFUSED"]);
      expect(socket.active).toBe(false);
      const reasons = await refusal("/reasons");
      expect([reasons.error.message, reasons.error.data]).toEqual([
        "why",
        { code: 7, message: "why" },
      ]);
      expect((await refusal("/unknown")).error.message).toBe("Invalid namespace");
      isOpen = true;
      socket.connect();
      await next(socket, "connect");
    });

    test("tells why the main namespace is refused, and can ask again", async () => {
      const { server, port } = await serve(load);
      let isOpen = false;
      server.use((_, go) => setTimeout(() => go(isOpen ? undefined : new Error("closed")), 5));
      const keeper = client(port, options, "/chat");
      server.of("/chat").on("connection", () => {});
      const socket = keeper.io.socket("/");
      const [[error]] = await Promise.all([
        next<[Error]>(socket, "connect_error"),
        // Old servers join no namespace before the main one.
        isOurs ? undefined : next(keeper, "connect_error"),
      ]);
      expect(error.message).toBe("closed");
      isOpen = true;
      const joined = next(socket, "connect");
      socket.connect();
      keeper.connect();
      await joined;
      await expect.poll(() => keeper.connected).toBe(true);
    });

    test("gets what is said in its rooms, and to all", async () => {
      const { server, port } = await serve(load);
      server.on("connection", (socket) => {
        socket.join("room");
        socket.on("say", (text) => {
          socket.to("room").emit("said", text);
          socket.broadcast.emit("heard", Buffer.from(text));
        });
      });
      const [one, two] = [client(port, options), client(port, options)];
      await Promise.all([next(one, "connect"), next(two, "connect")]);
      const heard = next(two, "heard");
      const said = next(two, "said");
      one.emit("say", "hello");
      expect(await said).toEqual(["hello"]);
      expect(await heard).toEqual([Buffer.from("hello")]);
    });

    test("learns who disconnected it, and tells", async () => {
      const { server, port } = await serve(load);
      const reasons: string[] = [];
      server.of("/chat").on("connection", (socket) => {
        socket.on("disconnect", (reason) => reasons.push(reason));
        socket.on("kick", (close) => socket.disconnect(close));
      });
      const one = client(port, options, "/chat");
      await next(one, "connect");
      const kicked = next(one, "disconnect");
      one.emit("kick", false);
      expect((await kicked)[0]).toBe("io server disconnect");
      expect(one.active).toBe(false);
      one.connect();
      await next(one, "connect");
      const closed = next(one, "disconnect");
      one.emit("kick", true);
      expect((await closed)[0]).toBe("io server disconnect");

      const two = client(port, options, "/chat");
      two.io.socket("/");
      await next(two, "connect");
      const left = next(two, "disconnect");
      two.disconnect();
      expect((await left)[0]).toBe("io client disconnect");
      await expect.poll(() => reasons.length).toBe(3);
      expect(reasons).toEqual([
        "server namespace disconnect",
        "server namespace disconnect",
        "client namespace disconnect",
      ]);
    });

    test("leaves and joins again while other namespaces stay", async () => {
      const { server, port } = await serve(load);
      const joined: string[] = [];
      for (const nsp of ["/", "/chat"]) {
        server.of(nsp).on("connection", (socket) => {
          joined.push(nsp);
          echoing(socket, "echo");
        });
      }
      const main = client(port, options);
      const chat = main.io.socket("/chat");
      await Promise.all([next(main, "connect"), next(chat, "connect")]);
      for (const socket of [main, chat]) {
        socket.disconnect();
        const again = next(socket, "connect");
        socket.connect();
        await again;
        expect(await socket.emitWithAck("echo", 1)).toBe(1);
      }
      expect(joined).toEqual(["/", "/chat", "/", "/chat"]);
    });

    if (!isOurs) {
      test("hears of an event that a middleware refused", async () => {
        const { server, port } = await serve(load);
        server.on("connection", (socket) => {
          socket.use(([event], go) => go(event === "bad" ? new Error("bad event") : undefined));
          echoing(socket, "echo");
        });
        const socket = client(port, options);
        const refused = next(socket, "error");
        socket.emit("bad");
        expect(await refused).toEqual(["bad event"]);
        expect(await socket.emitWithAck("echo", 1)).toBe(1);
      });
    }

    test("comes back after a restart of the server, with what was emitted meanwhile", async () => {
      const port = await freePort();
      const first = await serve(load, {}, port);
      const socket = client(port, options);
      await next(socket, "connect");
      const lost = next(socket, "disconnect");
      await first.stop();
      expect(["transport close", "transport error", "io server disconnect"]).toContain(
        (await lost)[0],
      );
      const before = socket.io.engine;
      const answer = socket.emitWithAck("echo", "meanwhile");
      const second = await serve(load, {}, port);
      second.server.on("connection", (own) => echoing(own, "echo"));
      if (!socket.active) {
        // Our server says goodbye to each namespace.
        socket.connect();
      }
      expect(await answer).toBe("meanwhile");
      expect(socket.io.engine).not.toBe(before);
    });

    test("stays while both sides beat, and notices when the server falls silent", async () => {
      const { port } = await serve(load, { pingInterval: 100, pingTimeout: 400 });
      const proxy = await TcpProxy.start(port);
      onTestFinished(() => proxy.close());
      const socket = client(proxy.port, options);
      await next(socket, "connect");
      if (transports.length > 1) {
        await expect.poll(() => socket.io.engine.transport.name).toBe("websocket");
      }
      let beats = 0;
      socket.io.on("ping", () => beats++);
      await pause(1200);
      expect(socket.connected).toBe(true);
      expect(beats).toBeGreaterThanOrEqual(3);
      const lost = next(socket, "disconnect");
      const since = Date.now();
      proxy.freeze();
      expect((await lost)[0]).toBe("ping timeout");
      expect(Date.now() - since).toBeLessThan(1500);
      proxy.thaw();
      await next(socket, "connect");
    });

    test("notices a connection that is cut, and comes back", async () => {
      const { port } = await serve(load);
      const proxy = await TcpProxy.start(port);
      onTestFinished(() => proxy.close());
      const socket = client(proxy.port, options);
      await next(socket, "connect");
      await pause(50);
      const lost = next<[string]>(socket, "disconnect");
      proxy.cut();
      expect(["transport error", "transport close"]).toContain((await lost)[0]);
      await next(socket, "connect");
    });
  });
});
