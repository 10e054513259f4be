import { createServer } from "node:http";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { Server as Engine } from "../src/engine.ts";
import { Server, type Socket } from "../src/index.ts";
import { connect, listen, next } from "./running-server.ts";

type Attachable = Engine & { attach(server: unknown, options: object): void };

/** The official engine, as a program would hand it over. */
const official = createRequire(import.meta.url)("engine.io") as { Server: new () => Attachable };

test.each([
  ["of this package", () => new Engine()],
  ["of somebody else", () => new official.Server()],
])("a server works on an engine %s, bound to it", async (_name, make) => {
  const http = createServer();
  const engine = make();
  (engine as Attachable).attach(http, { path: "/socket.io" });
  const io = new Server();
  expect(io.bind(engine)).toBe(io);
  expect(io.engine).toBe(engine);
  expect(io.httpServer).toBeUndefined();
  const url = `http://127.0.0.1:${await listen(http)}`;

  const arrival = next(io, "connection");
  const client = connect(url, { auth: { token: "x" }, query: { q: "1" } });
  const [socket] = (await arrival) as [Socket];
  expect(socket.handshake).toMatchObject({ auth: { token: "x" }, query: { q: "1" } });
  socket.on("ask", (bytes, reply) => reply(bytes, "ok"));
  const answer = await new Promise<unknown[]>((resolve) => {
    client.emit("ask", Uint8Array.of(1), (...args: unknown[]) => resolve(args));
  });
  expect(answer[1]).toBe("ok");
  const broadcast = next(client, "all");
  io.emit("all", Uint8Array.of(2));
  await broadcast;

  const over = next(socket, "disconnect");
  client.disconnect();
  expect((await over)[0]).toBe("client namespace disconnect");
  engine.close();
});

test("a single connection can be handed over", async () => {
  const http = createServer();
  const engine = new official.Server();
  engine.attach(http, { path: "/socket.io" });
  const io = new Server();
  engine.on("connection", (conn) => expect(io.onconnection(conn)).toBe(io));
  const arrival = next(io, "connection");
  const client = connect(`http://127.0.0.1:${await listen(http)}`);
  const [socket] = (await arrival) as [Socket];
  const over = next(socket, "disconnect");
  client.io.engine.close();
  expect((await over)[0]).toBe("transport close");
  engine.close();
});
