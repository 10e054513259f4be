import { fileURLToPath } from "node:url";
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { eventually } from "../apps/eventually.ts";
import { type RunningApp, startApp } from "../apps/running-app.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const file = fileURLToPath(new URL("./servers/passport.js", import.meta.url));
const sockets: Socket[] = [];

function connect(app: RunningApp, transports: string[], cookie?: string): Socket {
  const extraHeaders: Record<string, string> = cookie ? { cookie } : {};
  const socket = io(app.url, { transports, extraHeaders, forceNew: true, reconnection: false });
  sockets.push(socket);
  return socket;
}

const refusal = (socket: Socket) =>
  new Promise<Error>((resolve) => socket.on("connect_error", resolve));

async function login(app: RunningApp, password = "changeit"): Promise<string> {
  const body = new URLSearchParams({ username: "john", password });
  const response = await fetch(`${app.url}/login`, { method: "POST", body });
  expect(response.status).toBe(password === "changeit" ? 204 : 401);
  return response.headers.getSetCookie()[0]!.split(";")[0]!;
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});

const transports = [
  ["long-polling", ["polling"]],
  ["WebSocket", ["websocket"]],
  ["the upgrade", ["polling", "websocket"]],
] as const;

describe("express-session and passport as middlewares of the engine", () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp(file);
  });
  afterAll(() => app.stop());

  test.each(transports)("give a socket its session and user over %s", async (_, names) => {
    const cookie = await login(app);
    const socket = connect(app, [...names], cookie);
    expect(await socket.emitWithAck("whoami")).toBe("john");
    expect(await socket.emitWithAck("count")).toBe(1);
    expect(await socket.emitWithAck("count")).toBe(2);
    const seen = await fetch(`${app.url}/session`, { headers: { cookie } });
    expect(await seen.json()).toEqual({ count: 2 });
  });

  test.each(transports)("share a session among the tabs of a user over %s", async (_, names) => {
    const cookie = await login(app);
    const [first, second] = [connect(app, [...names], cookie), connect(app, [...names], cookie)];
    expect(await first.emitWithAck("count")).toBe(1);
    expect(await second.emitWithAck("count")).toBe(2);
    expect(await first.emitWithAck("count")).toBe(3);
  });

  test.each(transports)("refuse who is not logged in over %s", async (_, names) => {
    const cookie = await login(app, "wrong");
    for (const known of [undefined, cookie]) {
      const socket = connect(app, [...names], known);
      expect((await refusal(socket)).message).toBe("unauthorized");
      expect(socket.connected).toBe(false);
    }
  });

  test("let a logout end the sockets of that session, and of no other", async () => {
    const [cookie, other] = [await login(app), await login(app)];
    const [socket, stays] = [connect(app, ["websocket"], cookie), connect(app, ["polling"], other)];
    await eventually(() => socket.connected && stays.connected).toBe(true);
    const gone = new Promise((resolve) => socket.on("disconnect", resolve));
    await fetch(`${app.url}/logout`, { method: "POST", headers: { cookie } });
    expect(await gone).toBe("io server disconnect");
    expect(await stays.emitWithAck("whoami")).toBe("john");
    expect((await refusal(connect(app, ["websocket"], cookie))).message).toBe("unauthorized");
  });

  test("set the cookie of a new session with the handshake", async () => {
    const response = await fetch(`${app.url}/socket.io/?EIO=4&transport=polling`);
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^connect\.sid=s%3A[^;]+; Path=\/; HttpOnly/,
    );
    const sid = /"sid":"([^"]+)"/.exec(await response.text())![1];
    const poll = `${app.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
    await fetch(poll, { method: "POST", body: "40" });
    expect((await fetch(poll)).headers.getSetCookie()).toEqual([]);
  });
});

describe("a middleware of the engine that answers for itself", () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp(file, { env: { REFUSE: "handshake" } });
  });
  afterAll(() => app.stop());

  test("refuses the handshake over long-polling and WebSocket, and lets the others in", async () => {
    const { status } = await fetch(`${app.url}/socket.io/?EIO=4&transport=polling`);
    expect(status).toBe(401);
    for (const names of [["polling"], ["websocket"]]) {
      const error = await refusal(connect(app, names));
      expect(error.message).toBe(names[0] === "polling" ? "xhr poll error" : "websocket error");
    }
    const socket = connect(app, ["websocket"], await login(app));
    expect(await socket.emitWithAck("whoami")).toBe("john");
  });
});
