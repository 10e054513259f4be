import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Fetch, io, Manager } from "../src/index.ts";
import { disposable, officialServer } from "./official-server.ts";

interface ConnectError extends Error {
  code?: string;
  transport?: string;
  status?: number;
  hint?: string;
}

const quick = { forceNew: true, reconnection: false };

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.on("upgrade", (request, socket) => {
    const status = /status=(\d+)/.exec(request.url!)?.[1] ?? "404";
    socket.end(`HTTP/1.1 ${status} Nothing\r\ncontent-length: 0\r\n\r\n`);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function failure(url: string, options: Parameters<typeof io>[1] = {}): Promise<ConnectError> {
  const socket = disposable(io(url, { ...quick, transports: ["polling"], ...options }));
  return new Promise((resolve) => socket.on("connect_error", resolve));
}

test.each([
  [400, '{"code":1,"message":"Session ID unknown"}', /sticky sessions/],
  [400, '{"code":5,"message":"Unsupported protocol version"}', /EIO=4/],
  [403, "", /allowRequest/],
  [404, "", /option `path`/],
  [413, "", /maxHttpBufferSize/],
  [502, "", /proxy/],
  [503, "", /overloaded/],
])("polling answered with %i %s", async (status, body, hint) => {
  const url = await serve((_, response) => response.writeHead(status).end(body));
  expect(await failure(url)).toMatchObject({
    message: "xhr poll error",
    code: "TRANSPORT_ERROR",
    transport: "polling",
    status,
    hint: expect.stringMatching(hint),
  });
});

test("a WebSocket answered with 404 or 502", async () => {
  const url = await serve(() => {});
  for (const [status, hint] of [
    [404, /option `path`/],
    [502, /proxy/],
  ] as const) {
    const error = await failure(url, { transports: ["websocket"], query: { status } });
    expect(error).toMatchObject({
      message: "websocket error",
      code: "TRANSPORT_ERROR",
      transport: "websocket",
      status,
      hint: expect.stringMatching(hint),
    });
  }
});

test.each(["polling", "websocket", Fetch])(
  "a port that nothing listens at: %s",
  async (transport) => {
    const url = await serve(() => {});
    const free = url.replace(/\d+$/, "1");
    const error = await failure(free, { transports: [transport] });
    expect(error).toMatchObject({
      code: "TRANSPORT_ERROR",
      transport: transport === Fetch ? "polling" : transport,
      hint: expect.stringMatching(/nothing listens|no answer/),
    });
    expect(error.status).toBeUndefined();
  },
);

test.each(["polling", "websocket"])(
  "https where http is spoken, and the other way round: %s",
  async (transport) => {
    const url = await serve((_, response) => response.end());
    const secure = await failure(url.replace("http:", "https:"), { transports: [transport] });
    expect(secure.hint).toMatch(/http instead of https/);
    // What a TLS server says to a plain request.
    const tls = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]));
    });
    onTestFinished(() => void tls.close());
    await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
    const { port } = tls.address() as AddressInfo;
    const plain = await failure(`http://127.0.0.1:${port}`, { transports: [transport] });
    expect(plain.hint).toMatch(/https instead of http/);
  },
);

test("redirects are not followed, and headers not sent to where they lead", async () => {
  const seen: unknown[] = [];
  const other = await serve((request, response) => {
    seen.push(request.headers["x-secret"]);
    response.end();
  });
  const url = await serve((_, response) => response.writeHead(302, { location: other }).end());
  for (const transport of ["polling", Fetch]) {
    const error = await failure(url, {
      transports: [transport],
      extraHeaders: { "x-secret": "secret" },
    });
    expect(error).toMatchObject({ status: 302, hint: expect.stringMatching(/redirects/) });
  }
  expect(seen).toEqual([]);
});

test("what is no Socket.IO server, and who does not answer", async () => {
  const page = await serve((_, response) => response.end("<html>"));
  expect(await failure(page)).toMatchObject({
    message: "server error",
    transport: "polling",
    hint: expect.stringMatching(/no Socket.IO server/),
  });
  const mute = await serve(() => {});
  expect(await failure(mute, { timeout: 50 })).toMatchObject({
    code: "OPEN_TIMEOUT",
    transport: "polling",
    hint: expect.stringMatching(/no answer in time/),
  });
});

test("a response that is too large is a failed attempt: by http and fetch", async () => {
  const url = await serve((_, response) => {
    response.on("error", () => {});
    response.write("0");
    const timer = setInterval(() => response.write("x".repeat(100_000)), 1);
    response.on("close", () => clearInterval(timer));
  });
  for (const transport of ["polling", Fetch]) {
    const error = await failure(url, { transports: [transport], maxPayload: 1_000_000 });
    const { description, context } = error as ConnectError & {
      description: unknown;
      context?: { responseText?: string };
    };
    expect(`${description} ${context?.responseText}`).toMatch(/more than 1000000 bytes/);
  }
});

test("the official server's refusal of an unknown session", async () => {
  const { url } = await officialServer();
  const error = await failure(url, { query: { sid: "unknown" } });
  expect(error).toMatchObject({ status: 400, hint: expect.stringMatching(/sticky/) });
});

test("listeners of the Manager see the same", async () => {
  const url = await serve((_, response) => response.writeHead(404).end());
  const manager = new Manager(url, { ...quick, transports: ["polling"] });
  disposable(manager.socket("/"));
  const error = await new Promise<ConnectError>((resolve) => manager.on("error", resolve as never));
  expect(error).toMatchObject({ status: 404, transport: "polling" });
});
