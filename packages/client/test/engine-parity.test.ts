/** The same script for engine.io-client and for this one: what must be true of both. */
import { Server } from "engine.io";
import * as officialEngine from "engine.io-client";
import { describe, expect, onTestFinished, test } from "vitest";
import * as ours from "../src/engine.ts";
import { next } from "./official-server.ts";

type Engine = Pick<typeof ours, "Socket" | "TransportError" | "parse" | "transports" | "NodeXHR">;

const LIBRARIES: [name: string, library: Engine][] = [
  ["engine.io-client", officialEngine as unknown as Engine],
  ["@hawser/client/engine", ours],
];

test("the names are those of engine.io-client, and so are the transports", () => {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(officialEngine).sort());
  const names = (library: object): [string, string][] =>
    Object.entries(library).map(([name, { prototype }]) => [name, prototype.name]);
  expect(names(ours.transports).sort()).toEqual(names(officialEngine.transports).sort());
  expect(ours.WebTransport.prototype.name).toBe(officialEngine.WebTransport.prototype.name);
});

test.each([
  "http://a:b@h:1/p/q.html?x=1&y=%202#frag",
  "h",
  "h:3000",
  "http://[::1]:80/",
  "https://example.com",
  "ws://h?a",
  "/path?x",
  "",
  "http://h/a/b/",
  "http://h:80/p?x=a=b&y&&z=+",
])("parse(%j) answers the same", (uri) => {
  expect(ours.parse(uri)).toEqual(officialEngine.parse(uri));
});

describe.each(LIBRARIES)("%s", (_, { Socket, TransportError, NodeXHR }) => {
  type EngineSocket = InstanceType<typeof Socket>;

  async function served(
    options: object,
    onSocket = (_socket: EngineSocket) => {},
  ): Promise<string> {
    const { createServer } = await import("node:http");
    const http = createServer();
    const server = new Server(options);
    server.attach(http);
    server.on("connection", (socket) => {
      socket.on("message", (message: string) => socket.send(message));
      onSocket(socket);
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.close();
      http.close();
    });
    return `http://127.0.0.1:${(http.address() as { port: number }).port}`;
  }

  test.each([
    [["http://h:1"], ["h", "1", false, "/engine.io/"]],
    [["https://h"], ["h", "443", true, "/engine.io/"]],
    [[{ hostname: "q", port: 5 }], ["q", 5, false, "/engine.io/"]],
    [[{ host: "w.x", secure: true }], ["w.x", "443", true, "/engine.io/"]],
    [
      ["ws://h/not-a-path?x=1", { path: "/p" }],
      ["h", "80", false, "/p/"],
    ],
    [["http://[::1]:3"], ["::1", "3", false, "/engine.io/"]],
    [[{ host: "h:7" }], ["h", "80", false, "/engine.io/"]],
  ])("new Socket(...%j) goes to %j", (args, [hostname, port, secure, path]) => {
    const socket = new Socket(...(args as [string]));
    socket.on("error", () => {});
    expect([socket.hostname, socket.port, socket.secure, socket.opts.path]).toEqual([
      ...[hostname, port, secure, path],
    ]);
    expect(socket.transports).toEqual(["polling", "websocket", "webtransport"]);
    expect([socket.readyState, socket.id, socket.binaryType, socket.writeBuffer]).toEqual([
      ...["opening", undefined, "nodebuffer", []],
    ]);
    socket.close();
  });

  test("a life by WebSocket", async () => {
    const url = await served({});
    const socket = new Socket(url, { transports: ["websocket"] });
    const log: unknown[] = [];
    const names = ["handshake", "open", "packetCreate", "flush", "message", "drain", "close"];
    for (const name of [...names, "error"] as "message"[]) {
      socket.on(name, (about: unknown) =>
        log.push(typeof about === "string" ? [name, about] : name),
      );
    }
    await next(socket, "open");
    const echo = next(socket, "message");
    expect(socket.send("x", null, () => log.push("sent"))).toBe(socket);
    expect(socket.writeBuffer).toHaveLength(1);
    await echo;
    expect(socket.writeBuffer).toHaveLength(0);
    expect(socket.close()).toBe(socket);
    expect(socket.readyState).toBe("closed");
    expect(log).toEqual([
      ...["handshake", "open", "packetCreate", "flush", "sent", "drain"],
      ...[
        ["message", "x"],
        ["close", "forced close"],
      ],
    ]);
  });

  test("close() waits until everything is sent", async () => {
    const got: unknown[] = [];
    const url = await served({}, (peer) => {
      peer.on("message", (message) => got.push(message));
    });
    const socket = new Socket(url, { transports: ["polling"] });
    await next(socket, "open");
    const closed = next(socket, "close");
    socket.send("a").send("b").close();
    expect(socket.readyState).toBe("closing");
    socket.send("too late");
    expect(await closed).toEqual(["forced close", undefined]);
    await expect.poll(() => got).toEqual(["a", "b"]);
  });

  test("an upgrade is remembered", async () => {
    const url = await served({});
    const socket = new Socket(url);
    const log: string[] = [];
    for (const name of ["upgrading", "upgrade"] as const) {
      socket.on(name, (transport) => log.push(`${name} ${transport.name}`));
    }
    await next(socket, "upgrade");
    expect(log).toEqual(["upgrading websocket", "upgrade websocket"]);
    expect(Socket.priorWebsocketSuccess).toBe(true);
    const later = new Socket(url, { rememberUpgrade: true });
    expect(later.transport.name).toBe("websocket");
    await next(later, "open");
    later.close();
    socket.close();
  });

  test("classes of one's own are used", async () => {
    class Mine extends NodeXHR {}
    const socket = new Socket(await served({}), { transports: [Mine] });
    await next(socket, "open");
    expect(socket.transport).toBeInstanceOf(Mine);
    socket.close();
  });

  test("no transport at all is an error of its own", async () => {
    const socket = new Socket("http://h", { transports: [] });
    expect(await next(socket, "error")).toEqual(["No transports available"]);
  });

  test("an unknown first transport, and both ways to name them, are thrown", () => {
    expect(() => new Socket("http://h", { transports: ["bogus"] })).toThrow(TypeError);
    const both = { transports: ["polling"], transportImplementations: [NodeXHR] };
    expect(() => new Socket("http://h", both)).toThrow(/transportImplementations/);
  });

  test("a TransportError has its parts", () => {
    const error = new TransportError("reason", 5 as never, { a: 1 } as never);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      ...{ message: "reason", type: "TransportError", description: 5, context: { a: 1 } },
    });
  });
});
