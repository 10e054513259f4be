import { IncomingMessage } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import { parseQuery } from "../src/http/request.ts";
import { RequestRecord } from "../src/http/request-record.ts";
import type { Socket } from "../src/index.ts";
import type { Session } from "../src/session/session.ts";
import { next, pair, type Running, start } from "./running-server.ts";

const TRANSPORTS = [["websocket"], ["polling"], ["polling", "websocket"]];

const isRecorded = ({ conn }: Socket) => (conn as unknown as Session).said instanceof RequestRecord;

describe.each(TRANSPORTS)("the request of a client by %s %s", (...transports) => {
  const options = {
    transports: transports.filter((name) => name !== undefined),
    query: { a: "1", b: "é" },
    extraHeaders: { "X-A": "b", cookie: "c=d" },
  };

  test("is let go where nobody has seen it", async () => {
    const { socket } = await pair(await start(), "/", options);
    expect(isRecorded(socket)).toBe(true);
    void socket.handshake;
    expect(isRecorded(socket)).toBe(true);
  });

  test("says late what it said at first", async () => {
    const running = await start();
    const { socket } = await pair(running, "/", options);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { request } = socket;
    expect(request).toBeInstanceOf(IncomingMessage);
    expect(request).toMatchObject({
      method: "GET",
      httpVersion: "1.1",
      httpVersionMajor: 1,
      httpVersionMinor: 1,
      complete: true,
      upgrade: transports[0] === "websocket",
      _query: { EIO: "4", transport: transports[0], a: "1", b: "é" },
    });
    expect(request.url).toMatch(/^\/socket\.io\/\?/);
    expect(request.headers).toMatchObject({
      "x-a": "b",
      cookie: "c=d",
      host: `127.0.0.1:${running.port}`,
    });
    const { rawHeaders } = request;
    expect(rawHeaders[rawHeaders.indexOf("X-A") + 1]).toBe("b");
    expect(request.headersDistinct["x-a"]).toEqual(["b"]);
    expect(request.socket.remoteAddress).toBe("127.0.0.1");
    expect(request.connection).toBe(request.socket);
  });

  test("is one object, shared by all who ask", async () => {
    const { socket } = await pair(await start(), "/", options);
    const { headers, query } = socket.handshake;
    const { request } = socket;
    Object.assign(request, { session: { user: "ann" } });
    expect([socket.request, socket.client.request, socket.conn.request]).toEqual([
      ...Array(3).fill(request),
    ]);
    expect(socket.request).toBe(request);
    expect(socket.request).toMatchObject({ session: { user: "ann" } });
    expect(request.headers).toBe(headers);
    expect(request._query).toBe(query);
  });

  test("leaves the handshake readable when it is removed", async () => {
    const running = await start();
    const handshake = new Promise<Socket["handshake"]>((resolve) => {
      running.io.on("connection", (socket) => {
        (socket.conn as unknown as Session).request = null;
        socket.on("disconnect", () => resolve(socket.handshake));
      });
    });
    const { client, socket } = await pair(running, "/", options);
    expect(socket.request).toBeNull();
    client.disconnect();
    expect(await handshake).toMatchObject({
      headers: { "x-a": "b" },
      query: { a: "1", b: "é" },
      address: "127.0.0.1",
      auth: {},
    });
  });
});

test("a WebSocket's request is garbage after its handshake", async () => {
  const requests: WeakRef<IncomingMessage>[] = [];
  class Watched extends WebSocketServer {
    override handleUpgrade(...args: Parameters<WebSocketServer["handleUpgrade"]>): void {
      requests.push(new WeakRef(args[0]));
      super.handleUpgrade(...args);
    }
  }
  const { socket } = await pair(await start({ wsEngine: Watched }));
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  await vi.waitFor(() => {
    gc();
    expect(requests[0]?.deref()).toBeUndefined();
  });
  expect(requests).toHaveLength(1);
  expect(socket.handshake.headers.upgrade).toBe("websocket");
});

test("headers that came twice are joined as Node does", async () => {
  const headers = { "X-A": ["1", "2"], Cookie: ["a=1", "b=2"] };
  const running = await start();
  const extraHeaders = headers as unknown as Record<string, string>;
  const { socket } = await pair(running, "/", { extraHeaders });
  expect(isRecorded(socket)).toBe(true);
  expect(socket.handshake.headers).toMatchObject({ "x-a": "1, 2", cookie: "a=1; b=2" });
  expect(socket.request.headersDistinct["x-a"]).toEqual(["1", "2"]);
});

describe("a request is kept, with what was put on it, where it is seen by", () => {
  const mark = (request: object) => void Object.assign(request, { mark: "mine" });

  test.each<[string, (running: Running) => void]>([
    [
      "a middleware",
      ({ io }) => {
        io.engine.use((request, _response, done) => {
          mark(request);
          done();
        });
      },
    ],
    [
      "allowRequest",
      ({ io }) => {
        io.engine.opts.allowRequest = (request, done) => {
          mark(request);
          done(null, true);
        };
      },
    ],
    [
      "a listener of initial_headers",
      ({ io }) => {
        io.engine.on("initial_headers", (_headers, request) => mark(request));
      },
    ],
    [
      "a listener of headers",
      ({ io }) => {
        io.engine.on("headers", (_headers, request) => mark(request));
      },
    ],
    [
      "generateId",
      ({ io }) => {
        io.engine.generateId = (request) => {
          mark(request);
          return "mine";
        };
      },
    ],
    [
      "another listener of the HTTP server, in its own time",
      ({ http }) => {
        http.on("upgrade", (request) => setTimeout(mark, 1, request));
      },
    ],
    [
      "a tool that wraps the emit of the HTTP server",
      ({ http }) => {
        const { emit } = http;
        http.emit = function (this: typeof http, ...args: unknown[]) {
          if (args[0] === "upgrade") {
            setTimeout(mark, 1, args[1]);
          }
          return emit.apply(this, args as never);
        } as typeof emit;
      },
    ],
    [
      "whoever hands it to the engine",
      ({ http, io }) => {
        http.removeAllListeners("upgrade");
        http.on("upgrade", (request, socket, head) => {
          setTimeout(mark, 1, request);
          io.engine.handleUpgrade(request, socket, head);
        });
      },
    ],
    [
      "a listener of the WebSocket server",
      ({ io }) => {
        io.engine.ws?.on("headers", (_lines, request) => mark(request));
      },
    ],
    [
      "a listener of connection, on the engine",
      ({ io }) => {
        io.engine.on("connection", ({ request }: Session) => mark(request!));
      },
    ],
  ])("%s", async (_name, prepare) => {
    const running = await start();
    prepare(running);
    const { socket } = await pair(running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isRecorded(socket)).toBe(false);
    expect(socket.request).toMatchObject({ mark: "mine" });
    expect(socket.handshake.headers).toBe(socket.request.headers);
  });

  test("a polling request by another listener of the HTTP server", async () => {
    const running = await start();
    running.http.on("request", (request) => setTimeout(mark, 1, request));
    const { socket } = await pair(running, "/", { transports: ["polling"] });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(socket.request).toMatchObject({ mark: "mine" });
  });
});

test("a handshake that is replaced stays replaced", async () => {
  const { socket } = await pair(await start());
  const mine = { ...socket.handshake, address: "10.0.0.1" };
  socket.handshake = mine;
  expect(socket.handshake).toBe(mine);
});

test("the time of a handshake is that of the connection, whenever it is read", async () => {
  const running = await start();
  running.io.on("connection", (socket) => socket.on("disconnect", () => {}));
  const { client, socket } = await pair(running);
  const joined = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 30));
  const gone = next(socket as never, "disconnect");
  client.disconnect();
  await gone;
  expect(socket.handshake.issued).toBeLessThanOrEqual(joined);
  expect(socket.handshake.time).toBe(String(new Date(socket.handshake.issued)));
});

test.each([
  ["/x", {}],
  ["/x?", {}],
  ["/x?a=1&b=&c&=d", { a: "1", b: "", c: "", "": "d" }],
  ["/x?a=1&a=2", { a: "2" }],
  ["/x?a=b=c&&d=1&", { a: "b=c", d: "1" }],
  ["/x?a=%C3%A9+b", { a: "é b" }],
  ["/x?constructor=1&toString=2", { constructor: "1", toString: "2" }],
])("the query of %s is that of URLSearchParams", (url, query) => {
  expect(parseQuery(url)).toEqual(query);
  expect(parseQuery(url)).toEqual(
    Object.fromEntries(new URLSearchParams(url.slice(url.indexOf("?") + 1 || url.length))),
  );
});

test("a parameter called __proto__ is only a parameter", () => {
  const query = parseQuery("/x?__proto__=1&a=2");
  expect(Object.keys(query)).toEqual(["__proto__", "a"]);
  expect(Object.getPrototypeOf(query)).toBe(Object.prototype);
});
