import { createServer, type Server as HttpServer } from "node:http";
import { connect as connectTcp } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Server as Engine } from "../src/engine.ts";
import { HawserTypeError, Server, type ServerOptions } from "../src/index.ts";
import { connect, fetchRaw, listen, next } from "./running-server.ts";

const HANDSHAKE = "/?EIO=4&transport=polling";

function attach(http: HttpServer, options?: Partial<ServerOptions>): Server {
  const io = new Server(http, options);
  onTestFinished(() => void io.close());
  return io;
}

async function handshakes(port: number, path: string): Promise<boolean> {
  const { status, body } = await fetchRaw(port, path);
  return status === 200 && body.startsWith('0{"sid"');
}

describe("requests", () => {
  test("listeners that were there before get the requests of other paths, and no others", async () => {
    const seen: string[] = [];
    const http = createServer((req, res) => {
      seen.push(req.url ?? "");
      res.end("app");
    });
    attach(http);
    const port = await listen(http);
    expect(await handshakes(port, `/socket.io${HANDSHAKE}`)).toBe(true);
    expect((await fetchRaw(port, "/")).body).toBe("app");
    expect((await fetchRaw(port, "/socket.io?EIO=4&transport=polling")).body).toBe("app");
    expect((await fetchRaw(port, "/socket.iox/")).body).toBe("app");
    expect(seen).toEqual(["/", "/socket.io?EIO=4&transport=polling", "/socket.iox/"]);
  });

  test("listeners added later see every request", async () => {
    const http = createServer();
    attach(http);
    const seen: string[] = [];
    http.on("request", (req, res) => {
      seen.push(req.url ?? "");
      if (req.url === "/") {
        res.end("app");
      }
    });
    const port = await listen(http);
    expect(await handshakes(port, `/socket.io${HANDSHAKE}`)).toBe(true);
    expect((await fetchRaw(port, "/")).body).toBe("app");
    expect(seen).toEqual([`/socket.io${HANDSHAKE}`, "/"]);
  });

  test("any path below the server's is its own", async () => {
    const http = createServer();
    attach(http);
    expect(await handshakes(await listen(http), `/socket.io/anything${HANDSHAKE}`)).toBe(true);
  });

  test.each([
    ["/custom", "/custom"],
    ["/custom/", "/custom"],
    ["/a/b", "/a/b"],
  ])("the path %s is that of the requests", async (path, prefix) => {
    const http = createServer((_req, res) => res.end("app"));
    attach(http, { path });
    const port = await listen(http);
    expect(await handshakes(port, prefix + HANDSHAKE)).toBe(true);
    expect(await handshakes(port, `/socket.io${HANDSHAKE}`)).toBe(false);
  });

  test("without addTrailingSlash the slash may be missing", async () => {
    const http = createServer((_req, res) => res.end("app"));
    attach(http, { addTrailingSlash: false });
    const port = await listen(http);
    expect(await handshakes(port, "/socket.io?EIO=4&transport=polling")).toBe(true);
    expect(await handshakes(port, `/socket.io${HANDSHAKE}`)).toBe(true);
  });

  test("servers with different paths share an HTTP server", async () => {
    const http = createServer((_req, res) => res.end("app"));
    const [first, second] = [attach(http, { path: "/one" }), attach(http, { path: "/two" })];
    const port = await listen(http);
    const url = `http://127.0.0.1:${port}`;
    for (const [io, path] of [
      [first, "/one"],
      [second, "/two"],
    ] as const) {
      expect(await handshakes(port, path + HANDSHAKE)).toBe(true);
      expect(io.engine.clientsCount).toBe(1);
      const arrival = next(io, "connection");
      connect(url, { path });
      await arrival;
    }
    expect((await fetchRaw(port, "/")).body).toBe("app");
  });
});

describe("options of attach", () => {
  test("count where the constructor was given none", async () => {
    const http = createServer((_req, res) => res.end("app"));
    const io = new Server().attach(http, { path: "/late", pingInterval: 77 });
    onTestFinished(() => void io.close());
    const port = await listen(http);
    expect(io.engine.opts.pingInterval).toBe(77);
    expect(await handshakes(port, `/late${HANDSHAKE}`)).toBe(true);
  });

  test("give way to those of the constructor", async () => {
    const http = createServer((_req, res) => res.end("app"));
    const io = new Server({ path: "/early", pingInterval: 1 });
    expect(io.listen(http, { path: "/late", pingInterval: 2, pingTimeout: 3 })).toBe(io);
    onTestFinished(() => void io.close());
    const port = await listen(http);
    expect(io.engine.opts).toMatchObject({ pingInterval: 1, pingTimeout: 3 });
    expect(await handshakes(port, `/early${HANDSHAKE}`)).toBe(true);
  });

  test("a path set meanwhile is used", async () => {
    const http = createServer((_req, res) => res.end("app"));
    const io = new Server().path("/set").attach(http);
    onTestFinished(() => void io.close());
    expect(await handshakes(await listen(http), `/set${HANDSHAKE}`)).toBe(true);
  });
});

describe("what can be attached to", () => {
  test.each([0, "0"])(
    "the port %j gets an HTTP server that answers 404 to all else",
    async (port) => {
      const io = new Server().attach(port as number);
      onTestFinished(() => void io.close());
      const http = io.httpServer as HttpServer;
      await next(http, "listening");
      const address = http.address() as { port: number };
      expect((await fetchRaw(address.port, "/")).status).toBe(404);
      expect(await handshakes(address.port, `/socket.io${HANDSHAKE}`)).toBe(true);
    },
  );

  test("a request handler is refused, with an explanation", () => {
    const app = (() => {}) as never;
    const attaching = () => new Server().attach(app);
    expect(attaching).toThrow(HawserTypeError);
    expect(attaching).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(attaching).toThrow(/createServer/);
    expect(() => new Server(app)).toThrow(/createServer/);
  });

  test("an engine that was made elsewhere", async () => {
    const http = createServer();
    const engine = new Engine().attach(http, { path: "/elsewhere" });
    const io = new Server().bind(engine);
    const port = await listen(http);
    const arrival = next(io, "connection");
    connect(`http://127.0.0.1:${port}`, { path: "/elsewhere" });
    await arrival;
    expect(io.engine).toBe(engine);
    engine.close();
  });
});

describe("upgrade requests of other paths", () => {
  /** Resolves when the server ends the connection. */
  async function ended(port: number): Promise<string> {
    const peer = connectTcp(port, "127.0.0.1");
    peer.write("GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    let text = "";
    peer.on("data", (chunk) => {
      text += chunk;
    });
    await next(peer, "end");
    peer.destroy();
    return text;
  }

  test("are ended after destroyUpgradeTimeout, when nobody answers", async () => {
    const http = createServer();
    attach(http, { destroyUpgradeTimeout: 5 });
    expect(await ended(await listen(http))).toBe("");
  });

  test("are left to the listener that answers them", async () => {
    const http = createServer();
    attach(http, { destroyUpgradeTimeout: 5 });
    const other = new WebSocketServer({ server: http, path: "/other" });
    const port = await listen(http);
    const ws = new WebSocket(`ws://127.0.0.1:${port}/other`);
    onTestFinished(() => ws.terminate());
    const arrival = next(other, "connection");
    await next(ws, "open");
    const [peer] = (await arrival) as [WebSocket];
    // Longer than the timeout, by a timer that starts after the server's.
    await new Promise((resolve) => setTimeout(resolve, 30));
    peer.send("still there");
    expect(String((await next(ws, "message"))[0])).toBe("still there");
  });

  test("are left alone with destroyUpgrade: false", async () => {
    const http = createServer();
    attach(http, { destroyUpgrade: false, destroyUpgradeTimeout: 1 });
    http.on("upgrade", (_request, socket) => {
      setTimeout(() => socket.end("late answer"), 30);
    });
    expect(await ended(await listen(http))).toBe("late answer");
  });
});
