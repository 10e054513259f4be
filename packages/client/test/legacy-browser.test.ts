import { createServer } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import { fileURLToPath } from "node:url";
import { launchChromium } from "@hawser/testkit";
import { buildSync } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Io } from "../src/browser.ts";
import type { CreateRevision } from "../src/legacy.ts";

/** What the scripts below put on the page. */
interface Loaded {
  io: Io;
  anyRevision: CreateRevision;
  revision3: CreateRevision;
}

/** What is used of the server of Socket.IO 2. */
interface OldSocket {
  handshake: { query: Record<string, string> };
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}
interface OldServer {
  of(name: string): {
    use(middleware: (socket: OldSocket, next: (error?: Error) => void) => void): unknown;
    on(event: "connection", listener: (socket: OldSocket) => void): unknown;
  };
  close(): void;
}

const source = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** As a bundler makes it of an application that imports these. */
function bundle(...imports: string[]): string {
  const { outputFiles } = buildSync({
    stdin: { contents: imports.join("\n"), resolveDir: source("."), loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    tsconfig: source("../../tsconfig.json"),
  });
  return outputFiles[0]!.text;
}

const LEGACY = `export { anyRevision, revision3 } from "./src/legacy.ts";`;
const FULL = `export { io } from "./src/browser.ts";`;
const SMALL = `export { io } from "./src/browser-websocket.ts";`;

let browser: Browser;
const scripts: Record<string, string> = {};

beforeAll(async () => {
  scripts.full = bundle(FULL, LEGACY);
  scripts.small = bundle(SMALL, LEGACY);
  scripts.without = bundle(FULL);
  scripts.smallWithout = bundle(SMALL);
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** An HTTP server with an empty page and the scripts; `requests` has the others. */
async function listen() {
  const http = createServer();
  const tcp = new Set<TcpSocket>();
  const requests: string[] = [];
  http.on("connection", (socket) => {
    tcp.add(socket);
    socket.on("close", () => tcp.delete(socket));
  });
  http.on("request", ({ method, url = "" }, response) => {
    const script = scripts[url.slice(1)];
    if (script) {
      response.setHeader("content-type", "text/javascript").end(script);
    } else if (url === "/") {
      response.setHeader("content-type", "text/html").end("<!doctype html><title>old</title>");
    } else {
      requests.push(`${method} ${url}`);
    }
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of tcp) {
      socket.destroy();
    }
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  return { http, requests, url: `http://127.0.0.1:${port}/` };
}

/** The official server 2.5.1: echoes, and refuses `/closed`. */
async function oldServer() {
  const listening = await listen();
  const create = (await import("socket.io-2" as string)).default as (http: unknown) => OldServer;
  const io = create(listening.http);
  for (const nsp of ["/", "/chat"]) {
    io.of(nsp).on("connection", (socket) => {
      socket.on("echo", (...args) => {
        const last: unknown = args.at(-1);
        return typeof last === "function"
          ? last(...args.slice(0, -1))
          : socket.emit("echo", ...args);
      });
      socket.on("token", (reply) =>
        (reply as (token?: string) => void)(socket.handshake.query.token),
      );
    });
  }
  io.of("/closed").use((_, next) => next(new Error("not today")));
  onTestFinished(() => io.close());
  return listening;
}

/** A page that has loaded a script; errors in it fail the test. */
async function pageWith(url: string, script: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const mistakes: string[] = [];
  page.on("pageerror", (error) => mistakes.push(error.message));
  onTestFinished(async () => {
    await context.close();
    expect(mistakes).toEqual([]);
  });
  await page.goto(url);
  await page.addScriptTag({
    type: "module",
    content: `import * as loaded from "/${script}"; window.loaded = loaded;`,
  });
  await page.waitForFunction("window.loaded");
  return page;
}

/** Runs in the page. */
async function talk({
  url,
  transports,
  revision,
}: {
  url: string;
  transports: string[];
  revision: "anyRevision" | "revision3";
}) {
  const loaded = (window as unknown as { loaded: Loaded }).loaded;
  const options = { transports, revision: loaded[revision], forceNew: true };
  const socket = loaded.io(url, options);
  const next = (event: string) =>
    new Promise<unknown[]>((resolve) => socket.once(event, (...args) => resolve(args)));
  const list = (value: unknown) => [...new Uint8Array(value as ArrayBuffer)];

  await next("connect");
  const bytes = Uint8Array.of(0, 200, 255);
  socket.emit("echo", "text é", { n: 1.5 }, bytes);
  const [text, object, echoed] = await next("echo");
  const answer = await socket.emitWithAck("echo", { deep: [bytes.buffer] });
  const blob = await socket.emitWithAck("echo", new Blob([bytes]));
  if (transports.length > 1 && socket.io.engine.transport.name !== "websocket") {
    await new Promise((resolve) => socket.io.engine.once("upgrade", resolve));
  }
  const after = await socket.emitWithAck("echo", bytes);
  const isSame = socket.id === socket.io.engine.id;

  const chat = loaded.io(`${url}chat`, { ...options, auth: { token: "ü&,1" } });
  const token = await chat.emitWithAck("token");
  const isDerived = chat.id === `/chat#${chat.io.engine.id}`;
  const closed = loaded.io(`${url}closed`, options);
  const refusal = await new Promise<Error>((resolve) => closed.once("connect_error", resolve));
  const { name } = socket.io.engine.transport;
  for (const each of [socket, chat, closed]) {
    each.disconnect();
  }
  return {
    name,
    plain: [text, object],
    bytes: [list(echoed), list((answer as { deep: unknown[] }).deep[0]), list(blob), list(after)],
    ids: [isSame, isDerived],
    token,
    refusal: refusal.message,
  };
}

const heard = (name: string | undefined) => ({
  name,
  plain: ["text é", { n: 1.5 }],
  bytes: [
    [0, 200, 255],
    [0, 200, 255],
    [0, 200, 255],
    [0, 200, 255],
  ],
  ids: [true, true],
  token: "ü&,1",
  refusal: "not today",
});

describe.each(["anyRevision", "revision3"] as const)("with %s", (revision) => {
  test.each([
    { way: "polling", transports: ["polling"] },
    { way: "websocket", transports: ["websocket"] },
    { way: "polling, then websocket", transports: ["polling", "websocket"] },
  ])("a server of Socket.IO 2 is understood by $way", async ({ transports }) => {
    const { url } = await oldServer();
    const page = await pageWith(url, "full");
    expect(await page.evaluate(talk, { url, transports, revision })).toEqual(
      heard(transports.at(-1)),
    );
  });

  test("the client without long-polling understands it too", async () => {
    const { url } = await oldServer();
    const page = await pageWith(url, "small");
    expect(await page.evaluate(talk, { url, transports: ["websocket"], revision })).toEqual(
      heard("websocket"),
    );
  });

  test("a page of another origin has to ask for no permission", async () => {
    const [home, { url, requests }] = await Promise.all([listen(), oldServer()]);
    const page = await pageWith(home.url, "full");
    expect(await page.evaluate(talk, { url, transports: ["polling"], revision })).toEqual(
      heard("polling"),
    );
    expect(requests.filter((request) => !/^(GET|POST) /.test(request))).toEqual([]);
  });
});

test.each([
  ["polling", "without"],
  ["websocket", "without"],
  ["websocket", "smallWithout"],
])("without the import, %s (%s) says what is missing", async (transport, script) => {
  const { url } = await oldServer();
  const page = await pageWith(url, script);
  const error = await page.evaluate(
    async ({ url, transport }) => {
      const { io } = (window as unknown as { loaded: Loaded }).loaded;
      const socket = io(url, { transports: [transport] });
      const { message, code } = await new Promise<Error & { code?: string }>((resolve) =>
        socket.once("connect_error", resolve),
      );
      const { active } = socket;
      socket.disconnect();
      return { message, code, active };
    },
    { url, transport },
  );
  expect(error).toEqual({
    message: "server speaks Socket.IO 2: use @hawser/client/legacy",
    code: "INCOMPATIBLE_SERVER",
    active: true,
  });
});
