import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Socket } from "@hawser/server";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { pause, until } from "../packages/testkit/src/waiting.ts";
import { DOCUMENTED, next, worldsOf } from "./documented-implementations.ts";

const POLLING = "/socket.io/?EIO=4&transport=polling";

/** What the pages of Socket.IO's documentation say of `io.engine` and `socket.conn`, as scripts. */
describe.each(DOCUMENTED)("the documentation of the engine, of $name", (implementation) => {
  const start = worldsOf(implementation);

  it("tells `connection_error` listeners of request, code, message and context", async () => {
    const { io, get } = await start({
      allowRequest: (req, callback) => callback("not you", req.headers["x-ok"] === "1"),
    });
    const errors: unknown[] = [];
    io.engine.on("connection_error", ({ req, code, message, context }) =>
      errors.push([req.url.slice(0, 11), code, message, context]),
    );
    expect((await get("/socket.io/?EIO=4&transport=smoke")).body).toBe(
      '{"code":0,"message":"Transport unknown"}',
    );
    await get(`${POLLING}&sid=gone`);
    await get(POLLING);
    expect(errors).toEqual([
      ["/socket.io/", 0, "Transport unknown", { transport: "smoke" }],
      ["/socket.io/", 1, "Session ID unknown", { sid: "gone" }],
      ["/socket.io/", 4, "Forbidden", { message: "not you" }],
    ]);
  });

  it("lets `initial_headers` and `headers` change what is sent", async () => {
    const { io, get } = await start();
    io.engine.on("initial_headers", (headers) => {
      headers.test = "123";
      headers["set-cookie"] = "mycookie=456";
    });
    io.engine.on("headers", (headers) => {
      headers.every = "789";
    });
    const { headers } = await get(POLLING);
    expect(headers).toMatchObject({ test: "123", "set-cookie": ["mycookie=456"], every: "789" });
  });

  it("hands what an asynchronous `allowRequest` found on to `initial_headers`", async () => {
    const { io, get } = await start({
      allowRequest: async (req, callback) => {
        await pause(5);
        Object.assign(req, { session: { id: "abc" } });
        callback(null, true);
      },
    });
    io.engine.on("initial_headers", (headers, req) => {
      headers["set-cookie"] = `sid=${req.session.id}`;
    });
    expect((await get(POLLING)).headers["set-cookie"]).toEqual(["sid=abc"]);
  });

  it("takes session ids of `engine.generateId`, and counts clients", async () => {
    const { io, connect } = await start();
    io.engine.generateId = () => "custom-id";
    const client = connect();
    await next(client, "connect");
    expect(client.io.engine.id).toBe("custom-id");
    expect([io.engine.clientsCount, io.of("/").sockets.size]).toEqual([1, 1]);
  });

  it("shows the transport, its upgrade and the packets on `socket.conn`", async () => {
    const { io, connect } = await start();
    const seen: string[] = [];
    io.on("connection", ({ conn }) => {
      seen.push(conn.transport.name);
      conn.once("upgrade", () => seen.push(`upgraded to ${conn.transport.name}`));
      conn.on("packet", ({ type, data }) => seen.push(`in ${type} ${data}`));
      conn.on("packetCreate", ({ type, data }) => seen.push(`out ${type} ${data}`));
      conn.on("close", (reason) => seen.push(reason));
    });
    const client = connect();
    await next(client, "connect");
    await until(() => seen.length > 1);
    client.emit("hi");
    await until(() => seen.length > 2);
    io.emit("ho");
    client.disconnect();
    await until(() => seen.includes("transport close") || seen.includes("forced close"));
    expect(seen.slice(0, 4)).toEqual([
      "polling",
      "upgraded to websocket",
      'in message 2["hi"]',
      'out message 2["ho"]',
    ]);
  });

  it("does without the first request, where the application discards it", async () => {
    const { io, connect } = await start();
    io.engine.on("connection", (rawSocket) => {
      rawSocket.request = null;
    });
    const socket = next<[Socket]>(io, "connection");
    connect({ auth: { token: "abcd" } });
    const [{ request }] = await socket;
    expect(request).toBeNull();
  });

  it("runs next to a plain WebSocket server, by `engine.handleUpgrade`", async () => {
    const { io, connect, port } = await start();
    const plain = new WebSocketServer({ noServer: true });
    io.httpServer.removeAllListeners("upgrade");
    io.httpServer.on("upgrade", (req, socket, head) => {
      if (req.url === "/") {
        plain.handleUpgrade(req, socket, head, (ws) => ws.send("plain"));
      } else {
        io.engine.handleUpgrade(req, socket, head);
      }
    });
    const message = new Promise((resolve) => {
      const ws = new WebSocket(`ws://127.0.0.1:${port}/`);
      ws.onmessage = ({ data }) => {
        ws.close();
        resolve(data);
      };
    });
    expect(await message).toBe("plain");
    await next(connect({ transports: ["websocket"] }), "connect");
  });

  it("takes WebSockets that another server accepted, by `prepare` and `onWebSocket`", async () => {
    const { Server } = await implementation.server();
    const engine = await implementation.engine();
    const { io: connect } = await implementation.client();
    const io = new Server();
    io.bind(engine);
    io.on("connection", (socket) => {
      socket.on("hi", (callback) => callback(socket.conn.transport.name));
    });
    const httpServer = createServer((req, res) => engine.handleRequest(req, res));
    const other = new WebSocketServer({ noServer: true });
    httpServer.on("upgrade", (req, socket, head) => {
      other.handleUpgrade(req, socket, head, (ws) => {
        engine.prepare(req);
        engine.onWebSocket(req, req.socket, ws);
      });
    });
    await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
    const url = `127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
    for (const transports of [["websocket"], ["polling", "websocket"]]) {
      const client = connect(`http://${url}`, { transports, forceNew: true });
      await next(client, "connect");
      if (client.io.engine.transport.name === "polling") await next(client.io.engine, "upgrade");
      expect(await client.emitWithAck("hi")).toBe("websocket");
      client.disconnect();
    }
    const lost = new WebSocket(`ws://${url}/socket.io/?EIO=4&transport=websocket&sid=gone`);
    await next(lost, "close");
    engine.close();
    httpServer.close();
  });
});
