import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { fetchRaw, openPolling, POLLING, start } from "./running-server.ts";

/** The headers of the 101. */
async function upgradeHeaders(
  port: number,
  headers: Record<string, string> = {},
  query = "",
): Promise<IncomingHttpHeaders> {
  const url = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket${query}`;
  const ws = new WebSocket(url, { headers });
  const response = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
    ws.on("upgrade", (answer) => resolve(answer.headers));
    ws.on("error", reject);
  });
  ws.terminate();
  return response;
}

describe("headers and initial_headers", () => {
  test("add to the responses: the first one of a session, and all", async () => {
    const { io, port } = await start();
    io.engine.on("initial_headers", (headers, req) => {
      headers["x-initial"] = req.url;
      headers["set-cookie"] = ["a=1", "b=2"];
    });
    io.engine.on("headers", (headers, req) => {
      headers["x-each"] = req.method;
    });
    const first = await fetchRaw(port, POLLING);
    expect(first.headers).toMatchObject({
      "x-initial": POLLING,
      "x-each": "GET",
      "set-cookie": ["a=1", "b=2"],
    });
    const path = `${POLLING}&sid=${JSON.parse(first.body.slice(1)).sid}`;
    const posted = await fetchRaw(port, path, { method: "POST", body: "40" });
    expect(posted.headers).toMatchObject({ "x-each": "POST" });
    expect(posted.headers).not.toHaveProperty("x-initial");
    expect((await fetchRaw(port, path)).headers).not.toHaveProperty("x-initial");
  });

  test("add to the 101 of a session that begins with it", async () => {
    const { io, port } = await start();
    io.engine.on("initial_headers", (headers) => {
      headers["x-initial"] = "1";
      headers["set-cookie"] = ["a=1", "b=2"];
    });
    io.engine.on("headers", (headers) => {
      headers["x-each"] = "1";
    });
    expect(await upgradeHeaders(port)).toMatchObject({
      "x-initial": "1",
      "x-each": "1",
      "set-cookie": ["a=1", "b=2"],
    });
  });

  test("add to the 101 of an upgrade only what is for all", async () => {
    const { io, port } = await start();
    io.engine.on("initial_headers", (headers) => {
      headers["x-initial"] = "1";
    });
    io.engine.on("headers", (headers) => {
      headers["x-each"] = "1";
    });
    const sid = new URLSearchParams(await openPolling(port)).get("sid");
    const headers = await upgradeHeaders(port, {}, `&sid=${sid}`);
    expect(headers).toHaveProperty("x-each");
    expect(headers).not.toHaveProperty("x-initial");
  });
});

describe("cookie", () => {
  test("is not set unless asked for", async () => {
    const { port } = await start();
    expect((await fetchRaw(port, POLLING)).headers).not.toHaveProperty("set-cookie");
  });

  test("has its documented defaults, and is set by the first polling response only", async () => {
    const { port } = await start({ cookie: true });
    const first = await fetchRaw(port, POLLING);
    const { sid } = JSON.parse(first.body.slice(1));
    expect(first.headers["set-cookie"]).toEqual([`io=${sid}; Path=/; HttpOnly; SameSite=Lax`]);
    const posted = await fetchRaw(port, `${POLLING}&sid=${sid}`, { method: "POST", body: "40" });
    expect(posted.headers).not.toHaveProperty("set-cookie");
    expect(await upgradeHeaders(port)).not.toHaveProperty("set-cookie");
  });

  test("takes a name and what the cookie package takes", async () => {
    const cookie = { name: "sticky", path: "/x", httpOnly: false, maxAge: 60, secure: true };
    const { port } = await start({ cookie });
    const { headers, body } = await fetchRaw(port, POLLING);
    const [value] = headers["set-cookie"] ?? [];
    const parts = value?.split("; ");
    expect(parts?.[0]).toBe(`sticky=${JSON.parse(body.slice(1)).sid}`);
    expect(parts?.slice(1).sort()).toEqual(["Max-Age=60", "Path=/x", "SameSite=Lax", "Secure"]);
  });
});

describe("cors", () => {
  const origin = "https://a.test";

  test("is off by default", async () => {
    const { port } = await start();
    const { headers } = await fetchRaw(port, POLLING, { headers: { origin } });
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("is in polling responses and in the 101", async () => {
    const { port } = await start({ cors: { origin: [origin], credentials: true } });
    const expected = {
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      vary: "Origin",
    };
    expect((await fetchRaw(port, POLLING, { headers: { origin } })).headers).toMatchObject(
      expected,
    );
    expect(await upgradeHeaders(port, { origin })).toMatchObject(expected);
  });

  test("answers preflights", async () => {
    const { io, port } = await start({ cors: { origin } });
    const { status, headers } = await fetchRaw(port, POLLING, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-a",
      },
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      "content-length": "0",
      "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
      "access-control-allow-headers": "x-a",
    });
    expect(io.engine.clientsCount).toBe(0);
  });

  test("refuses no polling: other origins are served without the header", async () => {
    const { port } = await start({ cors: { origin: [origin] } });
    const other = { origin: "https://b.test" };
    const { status, headers } = await fetchRaw(port, POLLING, { headers: other });
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty("access-control-allow-origin");
    await expect(upgradeHeaders(port, other)).rejects.toThrow("403");
  });

  test("may be decided by a function for each request", async () => {
    const { port } = await start({
      cors: (req, answer) => answer(null, { origin: req.headers.origin === origin }),
    });
    const { headers } = await fetchRaw(port, POLLING, { headers: { origin } });
    expect(headers["access-control-allow-origin"]).toBe(origin);
  });

  test("is in errors too, so that browsers can read them", async () => {
    const { port } = await start({ cors: { origin } });
    const { status, headers } = await fetchRaw(port, `${POLLING}&sid=unknown`, {
      headers: { origin },
    });
    expect(status).toBe(400);
    expect(headers["access-control-allow-origin"]).toBe(origin);
  });
});
