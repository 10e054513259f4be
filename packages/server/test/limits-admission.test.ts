import { type IncomingMessage, request } from "node:http";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { FakeClock } from "../../testkit/src/fake-clock.ts";
import { fetchRaw, next, openWebSocket, POLLING, start } from "./running-server.ts";

const WEBSOCKET = POLLING.replace("polling", "websocket");

/** What an upgrade is refused with. */
function refusal(
  port: number,
  path = WEBSOCKET,
  headers: Record<string, string> = {},
): Promise<{ status: number; retryAfter: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
    const key = { "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" };
    request({ host: "127.0.0.1", port, path, headers: { ...upgrade, ...key, ...headers } })
      .on("response", (response: IncomingMessage) => {
        let body = "";
        response.on("data", (chunk: Buffer) => {
          body += chunk;
        });
        response.on("end", () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, retryAfter: headers["retry-after"], body });
        });
      })
      .on("upgrade", (_response, socket) => {
        socket.destroy();
        reject(new Error("the upgrade was accepted"));
      })
      .on("error", reject)
      .end();
  });
}

describe("limits.connections", () => {
  test("refuses the next handshake with 503 and Retry-After, over every transport", async () => {
    const { io, port } = await start({ limits: { connections: 2 } });
    const refusals: unknown[] = [];
    io.engine.on("connection_error", ({ code, message, context }) =>
      refusals.push([code, message, context.limit]),
    );
    const first = await openWebSocket(port);
    await fetchRaw(port, POLLING);

    const polling = await fetchRaw(port, POLLING);
    expect(polling.status).toBe(503);
    expect(JSON.parse(polling.body)).toEqual({ code: 7, message: "Too many connections" });
    expect(Number(polling.headers["retry-after"])).toBeGreaterThan(0);

    const upgrade = await refusal(port);
    expect(upgrade.status).toBe(503);
    expect(JSON.parse(upgrade.body)).toEqual({ code: 7, message: "Too many connections" });
    expect(Number(upgrade.retryAfter)).toBeGreaterThan(0);

    expect(refusals).toEqual([
      [7, "Too many connections", "connections"],
      [7, "Too many connections", "connections"],
    ]);
    expect(io.engine.counters.limits.get("connections")).toBe(2);

    first.ws.terminate();
    await expect.poll(() => io.engine.clientsCount).toBe(1);
    expect((await fetchRaw(port, POLLING)).status).toBe(200);
  });

  test("lets those who are connected go on, and change their transport", async () => {
    const { io, port } = await start({ limits: { connections: 1 } });
    const { body } = await fetchRaw(port, POLLING);
    const path = `${POLLING}&sid=${JSON.parse(body.slice(1)).sid}`;
    expect((await fetchRaw(port, path, { method: "POST", body: "40" })).status).toBe(200);
    const { ws, read } = await openWebSocket(port, `&sid=${new URLSearchParams(path).get("sid")}`);
    ws.send("2probe");
    expect(await read()).toBe("3probe");
    expect(io.engine.clientsCount).toBe(1);
  });

  test("holds although the application takes its time to decide", async () => {
    const { io, port } = await start({
      limits: { connections: 2 },
      allowRequest: (_request, callback) => void setTimeout(() => callback(null, true), 20),
    });
    const replies = await Promise.all(Array.from({ length: 6 }, () => fetchRaw(port, POLLING)));
    const upgrades = await Promise.all([refusal(port), refusal(port)]);
    const statuses = [...replies, ...upgrades].map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 503, 503, 503, 503, 503, 503]);
    expect(io.engine.clientsCount).toBe(2);
  });
});

describe("limits.connectionsPerAddress", () => {
  test("refuses with 429, until a connection of that address has ended", async () => {
    const { io, port } = await start({ limits: { connectionsPerAddress: 2 } });
    const first = await openWebSocket(port);
    await fetchRaw(port, POLLING);
    const polling = await fetchRaw(port, POLLING);
    expect(polling.status).toBe(429);
    expect(JSON.parse(polling.body)).toEqual({ code: 8, message: "Too many requests" });
    expect(Number(polling.headers["retry-after"])).toBeGreaterThan(0);
    expect(await refusal(port)).toMatchObject({ status: 429, retryAfter: expect.any(String) });
    expect(io.engine.counters.limits.get("connectionsPerAddress")).toBe(2);
    first.ws.terminate();
    await expect.poll(() => io.engine.clientsCount).toBe(1);
    expect((await fetchRaw(port, POLLING)).status).toBe(200);
  });

  test("holds although the application takes its time to decide", async () => {
    const { port } = await start({
      limits: { connectionsPerAddress: 1 },
      allowRequest: (_request, callback) => void setTimeout(() => callback(null, true), 20),
    });
    const replies = await Promise.all(Array.from({ length: 4 }, () => fetchRaw(port, POLLING)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 429, 429, 429]);
  });

  test("counts the address that trusted proxies tell", async () => {
    const limits = { connectionsPerAddress: 1, trustedProxies: 1 };
    const { port } = await start({ limits });
    const from = async (forwarded: string) => {
      const headers = { "X-Forwarded-For": forwarded };
      return (await fetchRaw(port, POLLING, { headers })).status;
    };
    expect(await from("1.1.1.1")).toBe(200);
    expect(await from("2.2.2.2")).toBe(200);
    // What a client writes there itself does not help it.
    expect(await from("9.9.9.9, 1.1.1.1")).toBe(429);
    expect(await refusal(port, WEBSOCKET, { "X-Forwarded-For": "2.2.2.2" })).toMatchObject({
      status: 429,
    });
  });

  test("believes nobody otherwise", async () => {
    const { port } = await start({ limits: { connectionsPerAddress: 1 } });
    const from = async (forwarded: string) => {
      const headers = { "X-Forwarded-For": forwarded };
      return (await fetchRaw(port, POLLING, { headers })).status;
    };
    expect([await from("1.1.1.1"), await from("2.2.2.2")]).toEqual([200, 429]);
  });
});

describe("limits.handshakesPerSecond", () => {
  test("refuses with 429 and the time until the next one, and counts no other requests", async () => {
    const clock = new FakeClock();
    const { io, port } = await start({ clock, limits: { handshakesPerSecond: 2 } });
    const { body } = await fetchRaw(port, POLLING);
    const path = `${POLLING}&sid=${JSON.parse(body.slice(1)).sid}`;
    for (let i = 0; i < 5; i++) {
      expect((await fetchRaw(port, path, { method: "POST", body: "40" })).status).toBe(200);
    }
    expect((await fetchRaw(port, POLLING)).status).toBe(200);
    const refused = await fetchRaw(port, POLLING);
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "1"]);
    expect(await refusal(port)).toMatchObject({ status: 429, retryAfter: "1" });
    clock.advance(500);
    expect((await fetchRaw(port, POLLING)).status).toBe(200);
    expect((await fetchRaw(port, POLLING)).status).toBe(429);
    expect(io.engine.counters.limits.get("handshakesPerSecond")).toBe(3);
  });
});

describe("limits.urlLength", () => {
  test("refuses longer URLs with 414, of sessions too", async () => {
    const { io, port } = await start({ limits: { urlLength: 200 } });
    const long = `&a=${"a".repeat(200)}`;
    for (const path of [POLLING + long, `${POLLING}&sid=x${long}`]) {
      const { status, body } = await fetchRaw(port, path);
      expect([status, JSON.parse(body)]).toEqual([414, { code: 9, message: "URI too long" }]);
    }
    expect(await refusal(port, WEBSOCKET + long)).toMatchObject({ status: 414 });
    expect((await fetchRaw(port, POLLING)).status).toBe(200);
    expect(io.engine.counters.limits.get("urlLength")).toBe(3);
  });
});

describe("limits.pollGap", () => {
  test("ends a polling session that does not poll", async () => {
    const clock = new FakeClock();
    const { io, port } = await start({ clock, limits: { pollGap: 2000 } });
    const session = next(io.engine, "connection") as Promise<[WatchedSession]>;
    const { body } = await fetchRaw(port, POLLING);
    const path = `${POLLING}&sid=${JSON.parse(body.slice(1)).sid}`;
    const closed = next((await session)[0], "close");

    clock.advance(1500);
    await fetchRaw(port, path, { method: "POST", body: "40" });
    await fetchRaw(port, path);
    clock.advance(1500);
    expect(io.engine.clientsCount).toBe(1);
    // While it waits for packets, it may take as long as it likes.
    const poll = fetchRaw(port, path);
    await expect.poll(() => io.engine.clients[sidOf(path)]?.transport.writable).toBe(true);
    clock.advance(5000);
    expect(io.engine.clientsCount).toBe(1);
    io.emit("event");
    await poll;
    clock.advance(1999);
    expect(io.engine.clientsCount).toBe(1);
    clock.advance(1);
    expect(io.engine.clientsCount).toBe(0);
    const [reason, description] = await closed;
    expect(reason).toBe("transport error");
    expect(description).toMatchObject({ code: "LIMIT_EXCEEDED", limit: "pollGap", max: 2000 });
    expect(io.engine.counters.limits.get("pollGap")).toBe(1);
  });

  test("is none of a session that has changed to WebSocket", async () => {
    const clock = new FakeClock();
    const { io, port } = await start({ clock, limits: { pollGap: 2000 } });
    const { body } = await fetchRaw(port, POLLING);
    const { ws, read } = await openWebSocket(port, `&sid=${JSON.parse(body.slice(1)).sid}`);
    ws.send("2probe");
    expect(await read()).toBe("3probe");
    ws.send("5");
    await expect.poll(() => Object.values(io.engine.clients)[0]?.upgraded).toBe(true);
    clock.advance(10_000);
    expect(io.engine.clientsCount).toBe(1);
  });
});

interface WatchedSession {
  once(event: string, listener: (...args: unknown[]) => void): unknown;
}

function sidOf(path: string): string {
  return new URLSearchParams(path).get("sid") as string;
}

test("a limit that is met does not reach into other connections", async () => {
  const { io, port } = await start({ limits: { connections: 1 } });
  const { ws, read } = await openWebSocket(port);
  await read();
  ws.send("40");
  expect(await read()).toMatch(/^40/);
  for (let i = 0; i < 20; i++) {
    expect((await fetchRaw(port, POLLING)).status).toBe(503);
  }
  io.emit("event");
  expect(await read()).toBe('42["event"]');
  expect(ws.readyState).toBe(WebSocket.OPEN);
});
