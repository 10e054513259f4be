import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type ServerOptions, type Socket } from "@hawser/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../packages/testkit/src/ports.ts";

/** What these tests use of the old clients. */
interface OldSocket {
  id: string;
  connected: boolean;
  on(event: string, listener: (...args: never[]) => void): this;
  once(event: string, listener: (...args: never[]) => void): this;
  emit(event: string, ...args: unknown[]): this;
  disconnect(): this;
  io: { engine: { transport: { name: string }; once(event: string, listener: () => void): void } };
}
type Connect = (url: string, options: Record<string, unknown>) => OldSocket;

const CLIENTS = { "1.7.4": "socket.io-client-1", "2.5.0": "socket.io-client-2" };

const TRANSPORTS = [
  { name: "polling", transports: ["polling"] },
  { name: "polling in base64", transports: ["polling"], forceBase64: true },
  { name: "websocket", transports: ["websocket"] },
  { name: "websocket in base64", transports: ["websocket"], forceBase64: true },
  { name: "polling, then websocket", transports: ["polling", "websocket"] },
];

async function serve(options: Partial<ServerOptions> = {}, port = 0) {
  const httpServer = createServer();
  const io = new Server(httpServer, { serveClient: false, ...options });
  onTestFinished(() => io.close().catch(() => {}));
  await new Promise<void>((resolve) => httpServer.listen(port, resolve));
  return { io, port: (httpServer.address() as AddressInfo).port };
}

const next = <T extends unknown[]>(socket: OldSocket, event: string) =>
  new Promise<T>((resolve) => socket.once(event, (...args) => resolve(args as unknown as T)));

describe.each(Object.entries(CLIENTS))("socket.io-client %s", (_version, module) => {
  describe.each(TRANSPORTS)("over $name", ({ name, ...options }) => {
    async function client(port: number, nsp = "", more: Record<string, unknown> = {}) {
      const connect = (await import(module)).default as Connect;
      const socket = connect(`http://localhost:${port}${nsp}`, {
        forceNew: true,
        reconnectionDelay: 20,
        ...options,
        ...more,
      });
      onTestFinished(() => void socket.disconnect());
      return socket;
    }

    test("joins the main namespace without asking, under the id of the session", async () => {
      const { io, port } = await serve();
      const joined = new Promise<Socket>((resolve) => io.on("connection", resolve));
      const socket = await client(port);
      await next(socket, "connect");
      const { id, conn } = await joined;
      expect(conn.protocol).toBe(3);
      expect(id).toBe(socket.id);
      if (name.includes("then")) {
        if (socket.io.engine.transport.name !== "websocket") {
          await new Promise<void>((resolve) => socket.io.engine.once("upgrade", resolve));
        }
        await expect.poll(() => conn.transport.name).toBe("websocket");
      }
    });

    test("carries events and acknowledgements of every shape both ways, in order", async () => {
      const { io, port } = await serve();
      io.on("connection", (socket) => {
        socket.onAny((event, ...args) => {
          const reply = args.at(-1);
          if (typeof reply === "function") {
            reply(...args.slice(0, -1));
          } else {
            socket.emit(event, ...args);
          }
        });
      });
      const socket = await client(port);
      const values = [
        ["text", "ünï€😀", "\n\\n\u2028"],
        ["json", { a: [1, null, true, { b: "c" }] }, 1.5],
        ["bytes", Buffer.of(1, 2, 3), { deep: [Buffer.of(255)] }, "x"],
        ["nothing"],
      ];
      const received: unknown[] = [];
      for (const [event] of values) {
        socket.on(event as string, (...args) => received.push([event, ...args]));
      }
      for (const [event, ...args] of values) {
        socket.emit(event as string, ...args);
      }
      const answers = await Promise.all(
        values.map(
          ([event, ...args]) =>
            new Promise((resolve) =>
              socket.emit(event as string, ...args, (...answer: unknown[]) => resolve(answer)),
            ),
        ),
      );
      expect(answers).toEqual(values.map(([, ...args]) => args));
      await expect.poll(() => received.length).toBe(values.length);
      expect(received).toEqual(values);
    });

    test("answers acknowledgements that the server asks for", async () => {
      const { io, port } = await serve();
      const socket = await client(port);
      socket.on("double", ((bytes: Buffer, reply: (answer: unknown) => void) =>
        reply(Buffer.concat([bytes, bytes]))) as never);
      await next(socket, "connect");
      const [own] = await io.fetchSockets();
      expect(await io.timeout(2000).emitWithAck("double", Buffer.of(1, 2))).toEqual([
        Buffer.of(1, 2, 1, 2),
      ]);
      expect(own?.rooms).toEqual(new Set([socket.id]));
    });

    test("joins other namespaces, with a query for credentials", async () => {
      const { io, port } = await serve();
      const joined = new Promise<Socket>((resolve) => io.of("/chat").on("connection", resolve));
      const socket = await client(port, "/chat", { query: { token: "abc" } });
      await next(socket, "connect");
      const own = await joined;
      expect(own.id).toBe(`/chat#${own.conn.id}`);
      expect(own.handshake.query.token ?? own.handshake.auth.token).toBe("abc");
      own.emit("hello", 1);
      expect(await next(socket, "hello")).toEqual([1]);
    });

    test("is told why it stays out", async () => {
      const { io, port } = await serve();
      io.of("/closed").use((_socket, go) => go(new Error("not today")));
      expect(await next(await client(port, "/closed"), "error")).toEqual(["not today"]);
      expect(await next(await client(port, "/unknown"), "error")).toEqual([
        { message: "Invalid namespace" },
      ]);
    });

    test("gets what is said in its rooms", async () => {
      const { io, port } = await serve();
      io.on("connection", (socket) => {
        socket.join("room");
        socket.on("say", (text) => socket.to("room").emit("said", text));
      });
      const [one, two] = [await client(port), await client(port)];
      await Promise.all([next(one, "connect"), next(two, "connect")]);
      one.emit("say", "hello");
      expect(await next(two, "said")).toEqual(["hello"]);
    });

    test("learns who disconnected it, and tells", async () => {
      const { io, port } = await serve();
      const reasons: string[] = [];
      io.on("connection", (socket) => socket.on("disconnect", (reason) => reasons.push(reason)));
      const [one, two] = [await client(port), await client(port)];
      await Promise.all([next(one, "connect"), next(two, "connect")]);
      const gone = next(one, "disconnect");
      io.sockets.sockets.get(one.id)?.disconnect();
      expect(await gone).toEqual(["io server disconnect"]);
      two.disconnect();
      await expect.poll(() => reasons.length).toBe(2);
      expect(reasons[0]).toBe("server namespace disconnect");
      // A client that closes its WebSocket at once may not get to say so.
      expect(["client namespace disconnect", "transport close"]).toContain(reasons[1]);
    });

    test("stays while it pings, and goes on after a restart of the server", async () => {
      const port = await freePort();
      const options = { pingInterval: 100, pingTimeout: 300 };
      const first = await serve(options, port);
      const socket = await client(port);
      await next(socket, "connect");
      await new Promise((resolve) => setTimeout(resolve, 900));
      expect(socket.connected).toBe(true);
      expect(first.io.engine.clientsCount).toBe(1);
      const gone = next(socket, "disconnect");
      await first.io.close();
      await gone;
      const again = next(socket, "connect");
      await serve(options, port);
      await again;
    });
  });
});

test("allowEIO3: false refuses old clients, with the reason", async () => {
  const { port } = await serve({ allowEIO3: false });
  const answer = await fetch(`http://localhost:${port}/socket.io/?EIO=3&transport=polling`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ code: 5, message: "Unsupported protocol version" });
});
