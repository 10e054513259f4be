import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Server } from "@hawser/server";
import type { Browser } from "playwright-core";
import msgpack from "socket.io-msgpack-parser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../../packages/testkit/src/chromium.ts";

const folder = fileURLToPath(new URL("../../packages/client/dist/", import.meta.url));
/** No code from text, no other origin, and no markup from text. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const BUNDLES = [
  { name: "socket.io.js", isModule: false, transports: ["polling", "websocket"] },
  { name: "socket.io.min.js", isModule: false, transports: ["polling", "websocket"] },
  { name: "socket.io.esm.min.js", isModule: true, transports: ["polling", "websocket"] },
  { name: "socket.io.msgpack.min.js", isModule: false, transports: ["polling", "websocket"] },
  { name: "socket.io.websocket.esm.min.js", isModule: true, transports: ["websocket"] },
];

/** Puts on the page what its client has seen: the echo, or what went wrong. */
const script = (transport: string) => `
  const say = (text) => { document.title = document.title || text; };
  document.addEventListener("securitypolicyviolation", (event) =>
    say("violation: " + event.violatedDirective + " " + event.blockedURI));
  const socket = io({ transports: ["${transport}"], reconnection: false });
  socket.on("connect_error", (error) => say("connect_error: " + error.message));
  socket.emit("echo", "text", 2, (...all) => say(socket.io.engine.transport.name + " " + all));
`;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function titleOf(bundle: (typeof BUNDLES)[number], transport: string): Promise<string> {
  const httpServer = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    const source = `/socket.io/${bundle.name}`;
    if (isScript) {
      response.end((bundle.isModule ? `import { io } from "${source}";` : "") + script(transport));
    } else {
      const type = bundle.isModule ? ' type="module"' : "";
      const before = bundle.isModule ? "" : `<script src="${source}"></script>`;
      response.end(`<!doctype html>${before}<script${type} src="/page.js"></script>`);
    }
  });
  // The strictest of the server's own settings too.
  const parser = bundle.name.includes("msgpack") ? { parser: msgpack } : {};
  const io = new Server(httpServer, { checkOrigin: true, ...parser });
  io.on("connection", (socket) => socket.on("echo", (...args) => args.pop()(...args)));
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${(httpServer.address() as AddressInfo).port}/`);
    // Waiting within the page is forbidden there, too.
    await expect.poll(() => page.title(), { timeout: 8000 }).not.toBe("");
    return await page.title();
  } finally {
    await page.close();
    await io.close();
  }
}

describe.each(BUNDLES)("$name under a strict Content-Security-Policy", (bundle) => {
  test.each(bundle.transports)("connects by %s", async (transport) => {
    expect(await titleOf(bundle, transport)).toBe(`${transport} text,2`);
  });
});

test("the policy is one that would notice", async () => {
  const page = await browser.newPage();
  await page.route("**/*", (route) =>
    route.request().url().endsWith(".js")
      ? route.fulfill({
          contentType: "text/javascript",
          body: "try { new Function('1')(); document.title = 'run'; } catch { document.title = 'stopped'; }",
        })
      : route.fulfill({
          headers: { "Content-Security-Policy": POLICY },
          contentType: "text/html",
          body: "<!doctype html><script src='/x.js'></script>",
        }),
  );
  await page.goto("http://page.test/");
  await expect.poll(() => page.title()).toBe("stopped");
  await page.close();
});

test("no bundle makes code of text", () => {
  const bundles = readdirSync(folder).filter((name) => /^socket\.io.*\.js$/.test(name));
  expect(bundles.sort()).toEqual(BUNDLES.map(({ name }) => name).sort());
  for (const name of bundles) {
    const text = readFileSync(`${folder}${name}`, "utf8");
    expect(text, name).not.toMatch(/\beval\s*\(|new Function\b|\bFunction\s*\(\s*["'`]/);
    expect(text, name).not.toMatch(/set(?:Timeout|Interval)\s*\(\s*["'`]/);
    expect(text, name).not.toMatch(/\.innerHTML\b|document\.write\b|createElement\(["']script/);
  }
});
