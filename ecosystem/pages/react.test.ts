import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { launchChromium } from "@hawser/testkit";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { eventually } from "../apps/eventually.ts";
import { type RunningApp, startApp } from "../apps/running-app.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const source = fileURLToPath(new URL("./react", import.meta.url));
const vite = fileURLToPath(new URL("../node_modules/.bin/vite", import.meta.url));
const server = fileURLToPath(new URL("./server.js", import.meta.url));
const builds = mkdtempSync(join(tmpdir(), "hawser-react-"));

/** Builds the page as `vite build --mode` does; React doubles effects in development only. */
function build(mode: "development" | "production"): string {
  const outDir = join(builds, mode);
  const options = ["--mode", mode, "--outDir", outDir, "--sourcemap", "--logLevel", "error"];
  execFileSync(vite, ["build", ...options], {
    cwd: source,
    env: { ...process.env, NODE_ENV: mode },
    stdio: "pipe",
  });
  return outDir;
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  rmSync(builds, { recursive: true });
});

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(folder: string, port?: number): Promise<RunningApp> {
  const app = await startApp(server, { env: { PAGE: folder }, port });
  closers.push(app.stop);
  return app;
}

async function open({ url }: RunningApp): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  closers.push(() => page.close());
  await page.goto(url);
  await eventually(() => page.textContent("#state")).toBe("connected");
  return page;
}

const messages = (page: Page) => page.locator("li").allTextContents();

async function send(page: Page, text: string): Promise<void> {
  await page.fill("input", text);
  await page.click("button");
}

describe("a page of Vite and React in production", () => {
  let folder: string;
  beforeAll(() => {
    folder = build("production");
  });

  test("bundles the client's build for browsers, and nothing of Node", () => {
    const assets = join(folder, "assets");
    const files = readdirSync(assets);
    const map = JSON.parse(
      readFileSync(join(assets, files.find((file) => file.endsWith(".js.map"))!), "utf8"),
    ) as { sources: string[] };
    const sources = map.sources.join("\n");
    expect(sources).toContain("/packages/client/dist/browser.mjs");
    expect(sources).not.toMatch(/\/ws\/|\/dist\/index\.mjs$|node:/m);
    const script = readFileSync(join(assets, files.find((file) => file.endsWith(".js"))!));
    expect(script.toString()).not.toMatch(/\b(from|require\()\s*["'`]node:/);
    // React and the page take 65 kB of it.
    expect(gzipSync(script).length).toBeLessThan(85_000);
  });

  test("shows messages both ways", async () => {
    const app = await start(folder);
    const [ada, bob] = [await open(app), await open(app)];
    await send(ada, "héllo");
    await eventually(() => messages(bob)).toEqual(["welcome, you are 2", "héllo"]);
    await eventually(() => messages(ada)).toEqual(["welcome, you are 1", "me: héllo (1)"]);
  });

  test("comes back when the server was away, and sends what was said meanwhile", async () => {
    const app = await start(folder);
    const page = await open(app);
    await app.stop();
    await eventually(() => page.textContent("#state")).toBe("disconnected");
    await send(page, "anybody?");
    await start(folder, app.port);
    await eventually(() => page.textContent("#state")).toBe("connected");
    // The answer to what was buffered and the server's welcome come in either order.
    await eventually(async () => (await messages(page)).sort()).toEqual([
      "me: anybody? (1)",
      "welcome, you are 1",
      "welcome, you are 1",
    ]);
  });
});

describe("a page of Vite and React in StrictMode", () => {
  test("runs its effect twice, and listens and connects once", async () => {
    const app = await start(build("development"));
    const [ada, bob] = [await open(app), await open(app)];
    expect(await ada.textContent("#effects")).toBe("2");
    expect(await ada.textContent("#listeners")).toBe("1");
    await send(ada, "hello");
    await eventually(() => messages(ada)).toEqual(["welcome, you are 1", "me: hello (1)"]);
    expect(await messages(bob)).toEqual(["welcome, you are 2", "hello"]);
    await eventually(async () => (await fetch(`${app.url}/connections`)).json()).toBe(2);
  });
});
