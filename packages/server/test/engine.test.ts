import { describe, expect, test, vi } from "vitest";
import type { ConnectionError } from "../src/engine.ts";
import type { ServerOptions } from "../src/index.ts";
import type { Session } from "../src/session/session.ts";
import {
  fetchRaw,
  next,
  openPolling,
  openWebSocket,
  POLLING,
  type Running,
  start,
} from "./running-server.ts";

const WEBSOCKET = "/socket.io/?EIO=4&transport=websocket";
const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

async function startRecording(
  options?: Partial<ServerOptions>,
): Promise<Running & { errors: Omit<ConnectionError, "req">[] }> {
  const running = await start(options);
  const errors: Omit<ConnectionError, "req">[] = [];
  running.io.engine.on("connection_error", ({ req, ...error }: ConnectionError) => {
    expect(req.url).toBeDefined();
    errors.push(error);
  });
  return { ...running, errors };
}

describe("connection_error", () => {
  const sid = "unknown-unknown-1234";
  test.each<[code: number, message: string, path: string, context: object, options?: object]>([
    [0, "Transport unknown", "/socket.io/?EIO=4&transport=tube", { transport: "tube" }],
    [0, "Transport unknown", "/socket.io/?EIO=4", { transport: undefined }],
    [0, "Transport unknown", "/socket.io/?EIO=4&transport=__proto__", { transport: "__proto__" }],
    [1, "Session ID unknown", `${POLLING}&sid=${sid}`, { sid }],
    [1, "Session ID unknown", `${POLLING}&sid=__proto__`, { sid: "__proto__" }],
    [1, "Session ID unknown", `${POLLING}&sid=constructor`, { sid: "constructor" }],
    [2, "Bad handshake method", POLLING, { method: "POST" }, { method: "POST" }],
    [2, "Bad handshake method", POLLING, { method: "OPTIONS" }, { method: "OPTIONS" }],
    [3, "Bad request", WEBSOCKET, { name: "TRANSPORT_HANDSHAKE_ERROR" }],
    [5, "Unsupported protocol version", "/socket.io/?EIO=3&transport=polling", { protocol: 3 }],
    [5, "Unsupported protocol version", "/socket.io/?transport=polling", { protocol: 3 }],
  ])("has code %d, %s: %s", async (code, message, path, context, options = {}) => {
    const { port, errors, io } = await startRecording({ allowEIO3: false });
    const { status, headers, body } = await fetchRaw(port, path, options);
    expect(status).toBe(400);
    expect(headers["content-type"]).toBe("application/json");
    expect(JSON.parse(body)).toEqual({ code, message });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code, message, context });
    expect(io.engine.clientsCount).toBe(0);
  });

  test("names both transports of a mismatch", async () => {
    const { port, errors } = await startRecording();
    const path = (await openPolling(port)).replace("polling", "websocket");
    expect((await fetchRaw(port, path)).status).toBe(400);
    expect(errors[0]).toMatchObject({
      code: 3,
      context: {
        name: "TRANSPORT_MISMATCH",
        transport: "websocket",
        previousTransport: "polling",
      },
    });
  });

  test("names both revisions of a mismatch", async () => {
    const { port, errors } = await startRecording();
    const path = (await openPolling(port)).replace("EIO=4", "EIO=3");
    expect((await fetchRaw(port, path)).status).toBe(400);
    expect(errors[0]).toMatchObject({
      code: 3,
      context: { name: "PROTOCOL_MISMATCH", protocol: 3, previousProtocol: 4 },
    });
  });

  test("is told of refused upgrade requests, whose answer is plain text", async () => {
    const { port, errors } = await startRecording();
    const path = "/socket.io/?EIO=4&transport=tube";
    const { status, headers, body } = await fetchRaw(port, path, { headers: UPGRADE });
    expect([status, headers["content-type"], body]).toEqual([
      400,
      "text/html",
      "Transport unknown",
    ]);
    expect(errors[0]).toMatchObject({ code: 0, context: { transport: "tube" } });
  });
});

describe("allowRequest", () => {
  test.each<[error: string | null, body: object]>([
    [null, { code: 4, message: "Forbidden" }],
    ["come back tomorrow", { code: 4, message: "come back tomorrow" }],
  ])("that refuses with %j is a 403", async (error, expected) => {
    const allowRequest = vi.fn((_req, answer) => setImmediate(answer, error, false));
    const { port, errors } = await startRecording({ allowRequest });
    const { status, body } = await fetchRaw(port, POLLING);
    expect([status, JSON.parse(body)]).toEqual([403, expected]);
    expect(errors[0]).toMatchObject({
      code: 4,
      context: { message: error },
    });
    const upgrade = await fetchRaw(port, WEBSOCKET, { headers: UPGRADE });
    expect([upgrade.status, upgrade.body]).toEqual([
      400,
      (expected as { message: string }).message,
    ]);
  });

  test("is asked for handshakes only", async () => {
    const allowRequest = vi.fn((_req, answer) => answer(null, true));
    const { port } = await start({ allowRequest });
    const path = await openPolling(port);
    await fetchRaw(port, path, { method: "POST", body: "40" });
    await fetchRaw(port, path);
    expect(allowRequest).toHaveBeenCalledOnce();
    await openWebSocket(port);
    expect(allowRequest).toHaveBeenCalledTimes(2);
  });

  test("that throws refuses the request and harms nothing else", async () => {
    const { port } = await start({
      allowRequest: () => {
        throw new Error("mine");
      },
    });
    expect((await fetchRaw(port, POLLING)).status).toBeGreaterThanOrEqual(400);
  });
});

describe("generateId", () => {
  test.each<[name: string, generate: () => string | Promise<string>]>([
    ["at once", () => "my-id"],
    ["by a promise", () => new Promise((resolve) => setImmediate(resolve, "my-id"))],
  ])("may be replaced by one that answers %s", async (_name, generate) => {
    const { io, port } = await start();
    io.engine.generateId = generate;
    const { body } = await fetchRaw(port, POLLING);
    expect(JSON.parse(body.slice(1)).sid).toBe("my-id");
    expect(Object.keys(io.engine.clients)).toEqual(["my-id"]);
    const peer = await openWebSocket(port);
    expect(JSON.parse((await peer.read()).slice(1)).sid).toBe("my-id");
  });

  test("is given the request", async () => {
    const { io, port } = await start();
    io.engine.generateId = (request) => String(request.headers["x-id"]);
    const { body } = await fetchRaw(port, POLLING, { headers: { "x-id": "from a header" } });
    expect(JSON.parse(body.slice(1)).sid).toBe("from a header");
  });

  test.each<[name: string, generate: () => Promise<string>]>([
    ["rejects", () => Promise.reject(new Error("mine"))],
    [
      "throws",
      () => {
        throw new Error("mine");
      },
    ],
  ])("that %s is code 3 on both paths", async (_name, generate) => {
    const { io, port, errors } = await startRecording();
    io.engine.generateId = generate;
    const polling = await fetchRaw(port, POLLING);
    expect([polling.status, polling.body]).toEqual([400, '{"code":3,"message":"Bad request"}']);
    const upgrade = await fetchRaw(port, WEBSOCKET, { headers: UPGRADE });
    expect([upgrade.status, upgrade.body]).toEqual([400, "Bad request"]);
    expect(errors).toHaveLength(2);
    for (const { context } of errors) {
      expect(context).toMatchObject({ name: "ID_GENERATION_ERROR", error: { message: "mine" } });
    }
    expect(io.engine.clientsCount).toBe(0);
  });
});

describe("sessions", () => {
  test("are counted, and found by id", async () => {
    const { io, port } = await start();
    const opened = next(io.engine, "connection");
    const peer = await openWebSocket(port);
    const [session] = (await opened) as [Session];
    expect(session.readyState).toBe("open");
    expect(io.engine.clientsCount).toBe(1);
    expect(io.engine.clients[session.id]).toBe(session);
    const closed = next(session, "close");
    peer.ws.close();
    expect((await closed)[0]).toBe("transport close");
    expect(io.engine.clientsCount).toBe(0);
    expect(io.engine.clients[session.id]).toBeUndefined();
  });

  test("tell of packets, and of what they send", async () => {
    const { io, port } = await start();
    const opened = next(io.engine, "connection");
    const peer = await openWebSocket(port);
    const [session] = (await opened) as [Session];
    await peer.read();
    const log: unknown[] = [];
    session.on("packet", ({ type }) => log.push(["packet", type]));
    session.on("packetCreate", ({ type, data }) => log.push(["packetCreate", type, data]));
    session.on("flush", (buffer) => log.push(["flush", buffer.length]));
    session.on("drain", () => log.push(["drain"]));
    io.engine.on("flush", (from) => log.push(["engine flush", from === session]));
    io.engine.on("drain", (from) => log.push(["engine drain", from === session]));
    const sent = vi.fn();
    const heartbeat = next(session, "heartbeat");
    expect(session.send("a", { compress: false })).toBe(session);
    session.write("b", {}, sent);
    expect(await peer.read()).toBe("4a");
    expect(await peer.read()).toBe("4b");
    peer.ws.send("3");
    await heartbeat;
    expect(sent).toHaveBeenCalledOnce();
    expect(log).toEqual([
      ["packetCreate", "message", "a"],
      ["packetCreate", "message", "b"],
      ["flush", 2],
      ["engine flush", true],
      ["drain"],
      ["engine drain", true],
      ["packet", "pong"],
    ]);
  });

  test("close after what waits was sent; so does close(true), where the transport can take it", async () => {
    for (const discard of [false, true]) {
      const { io, port } = await start({ initialPacket: "0" });
      const opened = next(io.engine, "connection");
      const peer = await openWebSocket(port);
      const [session] = (await opened) as [Session];
      await peer.read();
      const messages = [await peer.read()];
      peer.ws.on("message", (data) => messages.push(String(data)));
      const closed = next(session, "close");
      session.send("last");
      session.close(discard);
      expect((await closed)[0]).toBe("forced close");
      await peer.closed;
      expect(messages).toEqual(["40", "4last"]);
    }
  });
});

test("a client that asks for base64 gets binary as text on a WebSocket too", async () => {
  const { io, port } = await start();
  io.engine.on("connection", (session: Session) => session.send(Buffer.of(1, 2, 3)));
  const socket = await openWebSocket(port, "&b64=1");
  await socket.read();
  expect(await socket.read()).toBe("bAQID");
});
