import events from "node:events";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { until } from "../packages/testkit/src/waiting.ts";
import { DOCUMENTED, next, worldsOf } from "./documented-implementations.ts";

/** What the pages of Socket.IO's documentation say of the server, as scripts. */
describe.each(DOCUMENTED)("the documentation of the server, of $name", (implementation) => {
  const start = worldsOf(implementation);

  it("serves its files by `Server.sendFile`, where the application bundles them", async () => {
    const { Server } = await implementation.server();
    const { sendFile } = Server;
    Server.sendFile = (name, _req, res) => res.end(`own ${name.endsWith(".map")}`);
    try {
      const { get } = await start();
      const { status, headers, body } = await get("/socket.io/socket.io.min.js");
      expect([status, body]).toEqual([200, "own false"]);
      expect(headers["content-type"]).toBe("application/javascript; charset=utf-8");
      expect((await get("/socket.io/socket.io.js.map")).body).toBe("own true");
    } finally {
      Server.sendFile = sendFile;
    }
  });

  it("hands rejections to `nodejs.rejection`, with `captureRejections`", async () => {
    events.captureRejections = true;
    try {
      const { io, connect } = await start();
      io.on("connection", (socket) => {
        socket.on("list products", async () => {
          throw new Error("no database");
        });
        Object.assign(socket, {
          [Symbol.for("nodejs.rejection")]: (error: Error) => socket.emit("error", error.message),
        });
      });
      const client = connect();
      client.emit("list products");
      expect(await next(client, "error")).toEqual(["no database"]);
    } finally {
      events.captureRejections = false;
    }
  });

  it("refuses an event in a socket middleware, and ends the socket on its `error`", async () => {
    const { io, connect } = await start();
    const heard: string[] = [];
    io.on("connection", (socket) => {
      socket.use(([event], callback) =>
        event === "forbidden" ? callback(new Error("unauthorized event")) : callback(),
      );
      socket.on("error", (error) => error.message === "unauthorized event" && socket.disconnect());
      socket.onAny((event) => heard.push(event));
      socket.on("forbidden", () => heard.push("handler"));
    });
    const client = connect();
    client.emit("allowed").emit("forbidden");
    expect(await next(client, "disconnect")).toEqual(["io server disconnect", undefined]);
    expect(heard).toEqual(["allowed", "forbidden"]);
  });

  it("registers a global middleware on `new_namespace`", async () => {
    const { io, connect } = await start();
    io.on("new_namespace", (namespace) => {
      namespace.use((_socket, callback) => callback(new Error("global")));
    });
    io.of("/custom");
    io.of(/^\/dynamic-\d+$/);
    await next(connect(), "connect");
    for (const path of ["/custom", "/dynamic-1"]) {
      const [error] = await next<[Error]>(connect({}, path), "connect_error");
      expect(error.message).toBe("global");
    }
  });

  it("keeps broadcast operators as they are when they are extended", async () => {
    const { io, connect } = await start();
    io.on("connection", (socket) => socket.join(socket.handshake.auth.room));
    const [first, second] = [connect({ auth: { room: "1" } }), connect({ auth: { room: "2" } })];
    await Promise.all([next(first, "connect"), next(second, "connect")]);
    const heard: string[] = [];
    first.onAny((event) => heard.push(`first ${event}`));
    second.onAny((event) => heard.push(`second ${event}`));
    const toFirst = io.to("1");
    toFirst.to("2").emit("both");
    toFirst.emit("one");
    io.except("1").emit("other");
    await until(() => heard.length === 4);
    expect(heard.sort()).toEqual(["first both", "first one", "second both", "second other"]);
  });

  it("can be attached again after it was closed", async () => {
    const { io, port } = await start();
    await io.close();
    const httpServer = createServer();
    await new Promise<void>((resolve) => httpServer.listen(port, "127.0.0.1", resolve));
    io.attach(httpServer);
    const { io: connect } = await implementation.client();
    const client = connect(`http://127.0.0.1:${port}`, { forceNew: true });
    await next(client, "connect");
    client.disconnect();
  });
});
