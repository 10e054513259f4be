import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { ServerOptions } from "../src/index.ts";
import { fetchRaw, next, POLLING, start } from "./running-server.ts";

const A = "https://a.example";
const B = "https://b.example";

/** The status of a WebSocket handshake with these headers. */
function handshake(port: number, headers: Record<string, string>): Promise<number> {
  const url = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`;
  const ws = new WebSocket(url, { headers });
  ws.on("error", () => {});
  return new Promise((resolve) => {
    ws.once("open", () => {
      ws.terminate();
      resolve(101);
    });
    ws.once("unexpected-response", (request, response: IncomingMessage) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
  });
}

/** The statuses for pages of A, of B and of no origin, and for who is no page. */
async function statuses(options: Partial<ServerOptions>): Promise<number[]> {
  const { port } = await start(options);
  const found: number[] = [];
  for (const headers of [{ Origin: A }, { Origin: B }, { Origin: "null" }, {}]) {
    found.push(await handshake(port, headers as Record<string, string>));
  }
  return found;
}

describe("a WebSocket gets the decision of `cors`", () => {
  const onlyA = [101, 403, 403, 101];
  const everybody = [101, 101, 101, 101];
  test.each<[string, ServerOptions["cors"], number[]]>([
    ["true", true, everybody],
    ["no origin", {}, everybody],
    ["any origin", { origin: "*" }, everybody],
    ["whatever asks", { origin: true }, everybody],
    ["no other origin", { origin: false }, [403, 403, 403, 101]],
    ["a text", { origin: A }, onlyA],
    ["a pattern", { origin: /a\.example$/ }, onlyA],
    ["a list", { origin: ["https://c.example", /\/\/a\./] }, onlyA],
    ["an empty list", { origin: [] }, [403, 403, 403, 101]],
    ["a function", { origin: (origin, done) => done(null, origin === A) }, onlyA],
    ["a late function", { origin: (o, done) => void setTimeout(done, 5, null, o === A) }, onlyA],
    ["a delegate", (request, done) => done(null, { origin: request.headers.origin === A }), onlyA],
  ])("%s", async (_what, cors, expected) => {
    expect(await statuses({ cors })).toEqual(expected);
  });
});

test("an error of the function is one of a middleware, as for polling", async () => {
  const { port } = await start({ cors: { origin: (_o, done) => done(new Error("no")) } });
  expect(await handshake(port, { Origin: A })).toBe(400);
  expect((await fetchRaw(port, POLLING, { headers: { Origin: A } })).status).toBe(400);
});

test("without `cors` everybody may, with `checkOrigin` only pages of this server", async () => {
  expect(await statuses({})).toEqual([101, 101, 101, 101]);
  expect(await statuses({ checkOrigin: true })).toEqual([403, 403, 403, 101]);
  expect(await statuses({ checkOrigin: false, cors: { origin: A } })).toEqual([101, 101, 101, 101]);
});

test.each<[string, Record<string, string>, number]>([
  ["the host", { Origin: "https://chat.example", Host: "chat.example" }, 101],
  ["the host with its port", { Origin: "http://chat.example:81", Host: "chat.example:81" }, 101],
  ["the port that goes without saying", { Origin: "http://c.d", Host: "c.d:80" }, 101],
  ["another port", { Origin: "http://chat.example:81", Host: "chat.example:82" }, 403],
  ["a host within", { Origin: "http://chat.example.evil", Host: "chat.example" }, 403],
  ["a host around", { Origin: "http://example", Host: "chat.example" }, 403],
  ["the host, in capitals", { Origin: "http://c.d", Host: "C.D" }, 101],
  [
    "the host before the proxy",
    {
      Origin: "https://chat.example",
      Host: "10.0.0.1:3000",
      "X-Forwarded-Host": "chat.example, x",
    },
    101,
  ],
  ["the word of the browser", { Origin: A, "Sec-Fetch-Site": "same-origin" }, 101],
  ["another word of it", { Origin: A, "Sec-Fetch-Site": "same-site" }, 403],
  ["no URL", { Origin: "chat.example", Host: "chat.example" }, 403],
  ["nothing", { Origin: "", Host: "chat.example" }, 403],
])("takes for its own page: %s", async (_what, headers, expected) => {
  const { port } = await start({ checkOrigin: true });
  expect(await handshake(port, headers)).toBe(expected);
});

test("tells the application of the refusal, and polling goes on as it was", async () => {
  const { io, port } = await start({ cors: { origin: A } });
  const told = next(io.engine, "connection_error");
  await handshake(port, { Origin: B });
  expect(await told).toMatchObject([
    { code: 4, message: "Forbidden", context: { name: "ORIGIN_NOT_ALLOWED", origin: B } },
  ]);
  const { status, headers } = await fetchRaw(port, POLLING, { headers: { Origin: B } });
  expect([status, headers["access-control-allow-origin"]]).toEqual([200, A]);
});

test("can be changed while the server runs", async () => {
  const { io, port } = await start({ checkOrigin: true });
  io.engine.opts.checkOrigin = false;
  expect(await handshake(port, { Origin: A })).toBe(101);
});

test("is a boolean", async () => {
  await expect(start({ checkOrigin: "yes" as never })).rejects.toMatchObject({
    code: "INVALID_OPTION",
  });
});
