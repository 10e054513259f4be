import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import type { ConnectionError, Middleware } from "../src/engine.ts";
import { fetchRaw, next, openWebSocket, POLLING, type Running, start } from "./running-server.ts";

/** How a WebSocket is answered: the status of the refusal, or 101. */
function openStatus(port: number): Promise<{ status: number; headers: object }> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    ws.on("upgrade", (response) => {
      resolve({ status: 101, headers: response.headers });
      ws.terminate();
    });
    ws.on("unexpected-response", (_request, response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
      ws.terminate();
    });
    ws.on("error", reject);
  });
}

async function startWith(...middlewares: Middleware[]): Promise<Running> {
  const running = await start();
  for (const middleware of middlewares) {
    running.io.engine.use(middleware);
  }
  return running;
}

test("middlewares run in order, for polling and for WebSockets", async () => {
  const calls: string[] = [];
  const { port } = await startWith(
    (req, _res, go) => {
      calls.push(`1 ${req._query.transport}`);
      setImmediate(go);
    },
    (req, _res, go) => {
      calls.push(`2 ${req._query.transport}`);
      go();
    },
  );
  expect((await fetchRaw(port, POLLING)).status).toBe(200);
  await openWebSocket(port);
  expect(calls).toEqual(["1 polling", "2 polling", "1 websocket", "2 websocket"]);
});

test("headers set by a middleware are in the response, and in the 101", async () => {
  const { port } = await startWith((_req, res, go) => {
    res.setHeader("x-a", "1");
    res.setHeader("x-gone", "1");
    res.removeHeader("x-gone");
    expect(res.getHeader("X-A")).toBe("1");
    res.setHeader("set-cookie", ["a=1", "b=2"]);
    go();
  });
  const expected = { "x-a": "1", "set-cookie": ["a=1", "b=2"] };
  const polling = await fetchRaw(port, POLLING);
  expect(polling.headers).toMatchObject(expected);
  expect(polling.headers).not.toHaveProperty("x-gone");
  expect(await openStatus(port)).toMatchObject({ status: 101, headers: expected });
});

test("what a middleware leaves on the request is found on socket.request", async () => {
  const { io, port } = await startWith((req, _res, go) => {
    Object.assign(req, { user: "ann" });
    go();
  });
  const opened = next(io.engine, "connection");
  await openWebSocket(port);
  const [session] = (await opened) as [{ request: { user: string } }];
  expect(session.request.user).toBe("ann");
});

const FAILURES: [name: string, middleware: Middleware][] = [
  ["next(error)", (_req, _res, go) => go(new Error("mine"))],
  [
    "throwing",
    () => {
      throw new Error("mine");
    },
  ],
  ["rejecting", () => Promise.reject(new Error("mine"))],
];

test.each(FAILURES)(
  "%s is code 3 on both paths, and the next one does not run",
  async (_n, fail) => {
    const later = vi.fn();
    const { io, port } = await startWith(fail, later);
    const errors: ConnectionError[] = [];
    io.engine.on("connection_error", (error) => errors.push(error));
    const { status, body, headers } = await fetchRaw(port, POLLING);
    expect([status, JSON.parse(body)]).toEqual([400, { code: 3, message: "Bad request" }]);
    expect(headers["content-type"]).toBe("application/json");
    expect((await openStatus(port)).status).toBe(400);
    expect(errors).toHaveLength(2);
    for (const { code, message, context } of errors) {
      expect([code, message]).toEqual([3, "Bad request"]);
      expect(context).toMatchObject({ name: "MIDDLEWARE_FAILURE" });
    }
    expect(later).not.toHaveBeenCalled();
    expect(io.engine.clientsCount).toBe(0);
  },
);

test("calling next twice makes one session", async () => {
  const { io, port } = await startWith((_req, _res, go) => {
    go();
    go();
    go(new Error("late"));
  });
  expect((await fetchRaw(port, POLLING)).status).toBe(200);
  expect(io.engine.clientsCount).toBe(1);
});

test("what a middleware answers itself stands, even when it goes on", async () => {
  const { io, port } = await startWith((_req, res, go) => {
    res.writeHead(418).end("mine");
    go();
  });
  expect(await fetchRaw(port, POLLING)).toMatchObject({ status: 418, body: "mine" });
  expect(io.engine.clientsCount).toBe(0);
});

test("ending the response of an upgrade request ends the connection", async () => {
  const finished = vi.fn();
  const { io, port } = await startWith((_req, res) => {
    res.on("finish", finished).on("close", finished);
    res.writeHead(403);
    res.write("ignored");
    res.end("no");
  });
  const ws = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  await expect(next(ws, "error")).resolves.toBeDefined();
  expect(finished).toHaveBeenCalledTimes(2);
  expect(io.engine.clientsCount).toBe(0);
});
