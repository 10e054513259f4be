import { createRequire } from "node:module";
import { afterEach, describe, expect, test } from "vitest";
import type { UwsApp } from "../../packages/server/src/uws/app.ts";
import {
  ENGINES,
  type EngineOptions,
  type EngineSocket,
  openPolling,
  openWebSocket,
  POLLING,
  refusedWebSocket,
  settle,
  WEBSOCKET,
} from "../../packages/server/test/engines.ts";
import { fetchRaw } from "../../packages/server/test/running-server.ts";

type Token = object;
interface Uws {
  App(): UwsApp & { listen(host: string, port: number, done: (token: Token) => void): void };
  us_listen_socket_close(token: Token): void;
  us_socket_local_port(token: Token): number;
}

/** An unofficial build of µWebSockets.js, for Node 20. */
const uws = createRequire(import.meta.url)("uwebsockets") as Uws;

describe.each(ENGINES)("uServer of $name", ({ engine, isOurs }) => {
  let end = () => {};
  afterEach(() => end());

  async function start(options?: EngineOptions) {
    const server = new engine.uServer({ allowEIO3: false, ...options });
    const app = uws.App();
    server.attach(app, { path: "/engine.io" });
    const token = await new Promise<Token>((resolve) => app.listen("127.0.0.1", 0, resolve));
    end = () => {
      server.close();
      uws.us_listen_socket_close(token);
    };
    const session = () =>
      new Promise<EngineSocket>((resolve) => void server.once("connection", resolve));
    return { server, session, port: uws.us_socket_local_port(token) };
  }

  const post = (body: string) => ({
    method: "POST",
    body,
    headers: { "content-length": Buffer.byteLength(body) },
  });

  test("serves polling, with headers, cookie and CORS", async () => {
    const { server, session, port } = await start({
      cookie: true,
      cors: { origin: "http://a.test" },
    });
    server.on("initial_headers", (headers) => {
      headers["x-initial"] = "1";
    });
    const opened = session();
    const first = await fetchRaw(port, POLLING);
    const socket = await opened;
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      "access-control-allow-origin": "http://a.test",
      "content-type": "text/plain; charset=UTF-8",
      "content-length": String(first.body.length),
      "cache-control": "no-store",
      "set-cookie": [`io=${socket.id}; Path=/; HttpOnly; SameSite=Lax`],
      "x-initial": "1",
    });
    expect(socket).toMatchObject({ remoteAddress: "127.0.0.1", protocol: 4 });
    expect(socket.request).toMatchObject({ method: "GET", headers: { connection: "close" } });
    socket.on("message", (data) => socket.send(data));
    const path = `${POLLING}&sid=${socket.id}`;
    const posted = await fetchRaw(port, path, post("4hä\x1ebAQID"));
    expect([posted.status, posted.body]).toEqual([200, "ok"]);
    expect((await fetchRaw(port, path)).body).toBe("4hä\x1ebAQID");
    expect((await fetchRaw(port, path, { method: "OPTIONS" })).status).toBe(204);
  });

  test("changes over to WebSocket; messages go both ways, large ones too", async () => {
    const { session, port } = await start();
    const opened = session();
    const { path, sid } = await openPolling(port);
    const socket = await opened;
    const peer = await openWebSocket(port, sid);
    const poll = fetchRaw(port, path);
    peer.ws.send("2probe");
    expect((await poll).body).toBe("6");
    peer.ws.send("5");
    await expect.poll(() => socket.upgraded).toBe(true);
    const received: unknown[] = [];
    socket.on("message", (data) => received.push(data));
    peer.ws.send("4in");
    peer.ws.send(Buffer.from([1, 2]));
    await expect.poll(() => received).toEqual(["in", Buffer.from([1, 2])]);
    const order: string[] = [];
    socket.send("x".repeat(500_000), undefined, () => order.push("large"));
    socket.send("last", undefined, () => order.push("last"));
    await expect.poll(() => peer.messages.at(-1)).toBe("4last");
    expect(peer.messages.map(({ length }) => length)).toEqual([6, 500_001, 5]);
    await expect.poll(() => order).toEqual(["large", "last"]);
  });

  test("ends sessions, and is told of their end", async () => {
    const { server, session, port } = await start({ maxHttpBufferSize: 100 });
    const reasons: unknown[] = [];
    const open = async () => {
      const opened = session();
      const peer = await openWebSocket(port);
      const socket = await opened;
      socket.once("close", (reason) => reasons.push(reason));
      return { socket, peer };
    };
    const one = await open();
    one.socket.close();
    expect(await one.peer.closed).toBe(1005);
    const two = await open();
    two.peer.ws.terminate();
    const three = await open();
    three.peer.ws.send("4".repeat(200));
    expect(await three.peer.closed).toBe(1006);
    const four = await open();
    four.peer.ws.send("x");
    await four.peer.closed;
    await settle();
    expect(reasons).toEqual(["forced close", "transport close", "transport close", "parse error"]);
    expect(server.clientsCount).toBe(0);
  });

  test("ends a session whose poll is given up", async () => {
    const { session, port } = await start();
    const opened = session();
    const { path } = await openPolling(port);
    const socket = await opened;
    const reason = new Promise((resolve) => socket.once("close", resolve));
    await fetchRaw(port, path, { timeout: 50, signal: AbortSignal.timeout(50) }).catch(() => {});
    expect(await reason).toBe("transport error");
  });

  test("refuses as on Node", async () => {
    const { server, port } = await start();
    const codes: unknown[] = [];
    server.on("connection_error", ({ code }) => codes.push(code));
    for (const [path, code, message] of [
      [POLLING.replace("polling", "tube"), 0, "Transport unknown"],
      [`${POLLING}&sid=nope`, 1, "Session ID unknown"],
      [WEBSOCKET, 3, "Bad request"],
      [POLLING.replace("EIO=4", "EIO=3"), 5, "Unsupported protocol version"],
    ] as const) {
      const { status, body } = await fetchRaw(port, path);
      expect([status, JSON.parse(body)]).toEqual([400, { code, message }]);
    }
    const refused = await refusedWebSocket(port, `${WEBSOCKET}&sid=nope`);
    expect(refused).toBe('400 {"code":1,"message":"Session ID unknown"}');
    expect(codes).toEqual([0, 1, 3, 5, 1]);
    const tooLarge = await fetchRaw(port, POLLING, post("x"));
    expect(tooLarge.status).toBe(400);
  });

  test("does not read a body that is too long", async () => {
    const { session, port } = await start({ maxHttpBufferSize: 100 });
    const opened = session();
    const { path } = await openPolling(port);
    const socket = await opened;
    expect((await fetchRaw(port, path, post("4".repeat(200)))).status).toBe(413);
    await settle();
    // On Node, neither of the two ends the session for that.
    expect(socket.readyState).toBe(isOurs ? "open" : "closed");
  });

  test("runs middlewares, which may answer themselves", async () => {
    const { server, port } = await start();
    server.use((request, response, next) => {
      if (request.url?.includes("stop")) response.writeHead(401, { "x-why": "stop" }).end("no");
      else {
        response.setHeader("x-mine", "1");
        next();
      }
    });
    expect(await fetchRaw(port, `${POLLING}&stop=1`)).toMatchObject({
      status: isOurs ? 401 : 200,
    });
    expect((await fetchRaw(port, POLLING)).headers).toMatchObject({ "x-mine": "1" });
    const peer = await openWebSocket(port);
    await expect.poll(() => peer.messages[0]).toMatch(/^0/);
  });
});
