import { request as httpRequest } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { launchChromium } from "@hawser/testkit";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeCertificate } from "../../packages/testkit/src/certificate.ts";
import { eventually } from "../apps/eventually.ts";
import { type RunningApp, startApp } from "../apps/running-app.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { key, cert } = makeCertificate();
const env = { KEY: key.toString(), CERT: cert.toString() };

function start(name: string, scheme: "http" | "https"): Promise<RunningApp> {
  const file = fileURLToPath(new URL(`./servers/${name}.js`, import.meta.url));
  return startApp(file, { env, scheme });
}

/** One request over HTTP/1.1, with JSON when there is a body. */
async function ask(url: string, body?: unknown): Promise<{ status: number; text: string }> {
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  const request = send(url, {
    method: body === undefined ? "GET" : "POST",
    headers: body === undefined ? {} : { "content-type": "application/json" },
    rejectUnauthorized: false,
  });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) =>
    request.once("response", resolve).once("error", reject),
  );
  return { status: response.statusCode!, text: await text(response) };
}

describe.each([
  ["express", "http"],
  ["fastify", "http"],
  ["koa", "http"],
  ["http", "http"],
  ["https", "https"],
  ["http2", "https"],
] as const)("a server of %s", (name, scheme) => {
  let app: RunningApp;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    app = await start(name, scheme);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await app.stop();
  });

  async function connect(transports: string[]): Promise<Socket> {
    const socket = io(app.url, { transports, forceNew: true, rejectUnauthorized: false });
    sockets.push(socket);
    await eventually(() => socket.connected).toBe(true);
    return socket;
  }

  test("keeps its routes, its bodies and its 404", async () => {
    expect(await ask(`${app.url}/hello`)).toEqual({ status: 200, text: `hello from ${name}` });
    expect(await ask(`${app.url}/double`, { number: 21 })).toEqual({ status: 200, text: "42" });
    expect((await ask(`${app.url}/nothing`)).status).toBe(404);
    expect((await ask(`${app.url}/socket.io-not`)).status).toBe(404);
  });

  test("serves the client", async () => {
    const { status, text } = await ask(`${app.url}/socket.io/socket.io.min.js`);
    expect(status).toBe(200);
    expect(text).toMatch(/^\/\*! Hawser/);
    expect(text.length).toBeGreaterThan(20_000);
  });

  test.each([
    ["long-polling", ["polling"], "polling"],
    ["WebSocket", ["websocket"], "websocket"],
    ["the upgrade", ["polling", "websocket"], "websocket"],
  ])("talks over %s", async (_, transports, last) => {
    const [first, second] = [await connect(transports), await connect(transports)];
    const news = new Promise((resolve) => first.on("news", (...args) => resolve(args)));
    expect(await first.emitWithAck("join", transports.join())).toBe(1);
    const sent = ["héllo ☃", { deep: [Buffer.from([1, 2, 255])] }];
    const echoed = await new Promise((resolve) =>
      second.emit("echo", ...sent, (...args: unknown[]) => resolve(args)),
    );
    expect(echoed).toEqual(sent);
    second.emit("tell", transports.join(), ...sent);
    expect(await news).toEqual(sent);
    await eventually(() => first.io.engine.transport.name).toBe(last);
  });

  test("still answers its routes while sockets are connected", async () => {
    expect(sockets.some((socket) => socket.connected)).toBe(true);
    expect(await ask(`${app.url}/hello`)).toEqual({ status: 200, text: `hello from ${name}` });
  });
});

describe("a server of http2", () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start("http2", "https");
  });
  afterAll(() => app.stop());

  test("shakes hands over HTTP/2", async () => {
    const session = connectHttp2(app.url, { rejectUnauthorized: false });
    const stream = session.request({ ":path": "/socket.io/?EIO=4&transport=polling" });
    const headers = await new Promise<Record<string, unknown>>((resolve) =>
      stream.on("response", resolve),
    );
    expect(headers[":status"]).toBe(200);
    expect(await text(stream)).toMatch(/^0\{"sid":"[\w-]{20}","upgrades":\["websocket"\]/);
    session.close();
  });

  test("polls over HTTP/2 and upgrades over HTTP/1.1 with Chromium", async () => {
    const browser = await launchChromium();
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    await page.goto(`${app.url}/page`);
    const seen = await page.evaluate(`new Promise((resolve) => {
      const socket = io();
      const protocols = () => performance.getEntriesByType("resource")
        .filter(({ name }) => name.includes("transport=polling"))
        .map(({ nextHopProtocol }) => nextHopProtocol);
      socket.io.engine.on("upgrade", ({ name }) => {
        socket.emit("echo", "hi", (answer) =>
          resolve({ answer, name, protocols: [...new Set(protocols())] }));
      });
    })`);
    await browser.close();
    expect(seen).toEqual({ answer: "hi", name: "websocket", protocols: ["h2"] });
  });
});
