import { createServer } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import {
  ENGINES,
  type EngineServer,
  openPolling,
  openWebSocket,
  POLLING,
  refusedWebSocket,
  run,
  settle,
} from "./engines.ts";
import { fetchRaw, listen } from "./running-server.ts";

/** What is below a WebSocket transport that is made by hand. */
const webSocket = () => {
  const emitter = { on: () => emitter, once: () => emitter, off: () => emitter, _socket: {} };
  return emitter;
};

describe.each(ENGINES)("the module of $name", ({ engine, isOurs }) => {
  test("has the documented names, and is no function", () => {
    const names = ["Server", "uServer", "Socket", "Transport", "listen", "attach"] as const;
    for (const name of names) {
      expect(typeof engine[name], name).toBe("function");
    }
    expect([typeof engine, engine.protocol, typeof engine.parser]).toEqual(["object", 4, "object"]);
  });

  test("has the transports by name, which can be made of a request", () => {
    const { polling, websocket, webtransport } = engine.transports;
    expect(polling.upgradesTo).toEqual(["websocket", "webtransport"]);
    expect([websocket.upgradesTo, webtransport.upgradesTo]).toEqual([[], []]);
    expect(engine.Transport.upgradesTo).toEqual([]);
    const request = (query: object) => ({ _query: query, headers: {}, websocket: webSocket() });
    for (const [make, name] of [
      [polling, "polling"],
      [websocket, "websocket"],
    ] as const) {
      const transport = new make(request({ EIO: "4" }) as never);
      expect(transport).toMatchObject({ name, protocol: 4, readyState: "open" });
      expect(transport).toBeInstanceOf(engine.Transport);
      expect(new make(request({ EIO: "3" }) as never).protocol).toBe(3);
    }
  });

  test("attach() and listen() make a server", async () => {
    const http = createServer();
    const server = engine.attach(http, { path: "/own", pingInterval: 5 });
    expect(server).toBeInstanceOf(engine.Server);
    expect(server.opts.pingInterval).toBe(5);
    const { body } = await fetchRaw(await listen(http), POLLING.replace("/engine.io", "/own"));
    expect(body).toContain('"pingInterval":5,');
    server.close();
    for (const listening of [true, false]) {
      const done = vi.fn();
      const other = listening ? engine.listen(0, done as never) : engine.listen(0, {}, done);
      await expect.poll(() => done.mock.calls.length).toBe(1);
      const { port } = (other.httpServer as ReturnType<typeof createServer>).address() as {
        port: number;
      };
      expect(await fetchRaw(port, "/")).toMatchObject({ status: 501, body: "Not Implemented" });
      other.close();
      (other.httpServer as ReturnType<typeof createServer>).close();
    }
  });

  test("the server knows the codes of its errors", () => {
    const { errors, errorMessages } = engine.Server as unknown as Record<string, object>;
    const own = {
      OVERLOADED: 6,
      TOO_MANY_CONNECTIONS: 7,
      TOO_MANY_REQUESTS: 8,
      URI_TOO_LONG: 9,
    };
    expect(errors).toEqual({
      UNKNOWN_TRANSPORT: 0,
      UNKNOWN_SID: 1,
      BAD_HANDSHAKE_METHOD: 2,
      BAD_REQUEST: 3,
      FORBIDDEN: 4,
      UNSUPPORTED_PROTOCOL_VERSION: 5,
      ...(isOurs && own),
    });
    expect(Object.values(errorMessages ?? {})).toHaveLength(isOurs ? 10 : 6);
    expect(errorMessages).toMatchObject({ 3: "Bad request" });
  });

  test("clients is an ordinary object, and no stranger can name what it inherits", async () => {
    const { server, port } = await run(new engine.Server());
    const { sid } = await openPolling(port);
    // So applications may call hasOwnProperty() on it.
    expect(Object.getPrototypeOf(server.clients)).toBe(Object.prototype);
    expect(Object.keys(server.clients)).toEqual([sid]);
    expect(server.clients[sid]?.id).toBe(sid);
    if (isOurs) {
      for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
        const { status, body } = await fetchRaw(port, `${POLLING}&sid=${name}`);
        expect([status, JSON.parse(body).code]).toEqual([400, 1]);
      }
    }
  });

  test("upgrades() says to what one may upgrade; clients are offered what is enabled", async () => {
    const { server, port } = await run(new engine.Server());
    expect(server.upgrades("polling")).toEqual(["websocket", "webtransport"]);
    expect(server.upgrades("websocket")).toEqual([]);
    expect((await fetchRaw(port, POLLING)).body).toContain('"upgrades":["websocket"],');
    server.opts.allowUpgrades = false;
    expect(server.upgrades("polling")).toEqual([]);
    expect((await fetchRaw(port, POLLING)).body).toContain('"upgrades":[],');
  });

  test("options may change while it runs", async () => {
    const { server, port } = await run(new engine.Server({ cookie: true }));
    expect(server.opts).toMatchObject({
      pingTimeout: 20_000,
      pingInterval: 25_000,
      transports: ["polling", "websocket"],
      cookie: { name: "io", path: "/", httpOnly: true, sameSite: "lax" },
    });
    server.opts.pingInterval = 123;
    server.opts.maxHttpBufferSize = 456;
    server.opts.cookie = { name: "other", path: "/x" };
    server.opts.allowRequest = (_request, answer) => answer("closed for today", false);
    const refused = await fetchRaw(port, POLLING);
    expect([refused.status, JSON.parse(refused.body).message]).toEqual([403, "closed for today"]);
    server.opts.allowRequest = undefined;
    const { body, headers } = await fetchRaw(port, POLLING);
    expect(JSON.parse(body.slice(1))).toMatchObject({ pingInterval: 123, maxPayload: 456 });
    expect(headers["set-cookie"]?.[0]).toMatch(/^other=.{20}; Path=\/x/);
  });

  test("wsEngine may be a class; it gets what a server without port needs", async () => {
    const made: object[] = [];
    class Own extends WebSocketServer {
      constructor(options: ConstructorParameters<typeof WebSocketServer>[0]) {
        super(options);
        made.push(options ?? {});
      }
    }
    const { server, port } = await run(
      new engine.Server({ wsEngine: Own, perMessageDeflate: true, maxHttpBufferSize: 77 }),
    );
    expect(server.ws).toBeInstanceOf(Own);
    expect(made[0]).toMatchObject({
      noServer: true,
      clientTracking: false,
      maxPayload: 77,
      perMessageDeflate: { threshold: 1024 },
    });
    await openWebSocket(port);
    expect(server.clientsCount).toBe(1);
    expect(new engine.Server({ transports: ["polling"] }).ws).toBeUndefined();
  });

  test("ws may be replaced", async () => {
    const { server, port } = await run(new engine.Server());
    server.ws = new WebSocketServer({ noServer: true, maxPayload: 10 });
    const peer = await openWebSocket(port);
    peer.ws.send("4 more than ten bytes");
    expect(await peer.closed).toBe(1009);
  });
});

describe("on top of that, ours", () => {
  const { engine } = ENGINES[1];
  /** `createTransport` is for subclasses; this is what one sees. */
  const create = (name: string) => () =>
    (
      new engine.Server() as unknown as { createTransport(name: string, req: object): void }
    ).createTransport(name, { _query: {} });

  test("takes the name of a module as wsEngine, as version 2 did", async () => {
    const { server, port } = await run(new engine.Server({ wsEngine: "ws" }));
    expect(server.ws?.constructor.name).toBe("WebSocketServer");
    await openWebSocket(port);
    expect(server.clientsCount).toBe(1);
    expect(() => new engine.Server({ wsEngine: "no-such-module" })).toThrow(/"no-such-module"/);
    expect(() => new engine.Server({ wsEngine: "node:path" })).toThrow(
      /no module with a WebSocket/,
    );
    expect(() => new engine.Server({ wsEngine: 1 as never })).toThrow(/"wsEngine" must be/);
  });

  test("serves a WebSocket engine whose connections cannot be corked", async () => {
    class Bare extends WebSocketServer {
      override handleUpgrade(
        ...[req, socket, head, done]: Parameters<WebSocketServer["handleUpgrade"]>
      ) {
        super.handleUpgrade(req, socket, head, (ws, request) => {
          done(new Proxy(ws, { get: (on, key) => bound(on, key) }), request);
        });
      }
    }
    const bound = (target: object, key: string | symbol) => {
      if (key === "_socket") return undefined;
      const value = Reflect.get(target, key) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    };
    const running = await run(new engine.Server({ wsEngine: Bare }) as EngineServer);
    const opened = running.session();
    const peer = await openWebSocket(running.port);
    const socket = await opened;
    const sent = vi.fn();
    socket.send("a");
    socket.send("b", undefined, sent);
    await settle();
    socket.send("c");
    await expect.poll(() => peer.messages.slice(1)).toEqual(["4a", "4b", "4c"]);
    expect(sent).toHaveBeenCalledOnce();
  });

  test("names a transport that there is none of", () => {
    expect(create("tube")).toThrow(/no transport "tube"/);
    expect(create("constructor")).toThrow(/no transport "constructor"/);
    expect(create("websocket")).toThrow(/the request has no WebSocket/);
  });

  test("takes nobody once it is closed, until the HTTP server listens again", async () => {
    const { server, port, http } = await run(new engine.Server());
    server.close();
    expect((await fetchRaw(port, POLLING)).status).toBe(503);
    expect(await refusedWebSocket(port)).toBe("503 Service Unavailable");
    await new Promise((resolve) => http.close(resolve));
    const again = await listen(http);
    await openPolling(again);
    await openWebSocket(again);
    expect(server.clientsCount).toBe(2);
  });

  test("refuses an id under which no session can be found", async () => {
    const { server, port } = await run(new engine.Server());
    const contexts: Record<string, unknown>[] = [];
    server.on("connection_error", ({ context }) => contexts.push(context));
    for (const id of ["", undefined, {}]) {
      server.generateId = () => id as string;
      expect((await fetchRaw(port, POLLING)).status).toBe(400);
    }
    expect(contexts.map(({ name }) => name)).toEqual(Array(3).fill("ID_GENERATION_ERROR"));
  });
});
