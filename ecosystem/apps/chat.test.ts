import { createRequire } from "node:module";
import { join } from "node:path";
import { launchChromium } from "@hawser/testkit";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { eventually } from "./eventually.ts";
import { type RunningApp, startApp } from "./running-app.ts";
import { onHawser, onOfficial, servedVersion, type Variant } from "./variant.ts";

vi.setConfig({ testTimeout: 60_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(variant: Variant): Promise<RunningApp> {
  const app = await startApp(join(variant.folder, "server.js"));
  closers.push(variant.remove, app.stop);
  expect(await servedVersion(app.url)).toBe(variant.version);
  return app;
}

async function enter({ url }: RunningApp, name: string): Promise<Page> {
  const page = await browser.newPage();
  closers.push(() => page.close());
  await page.goto(url);
  await page.fill("#name", name);
  await page.click("#login button");
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  await page.fill("#text", text);
  await page.click("#say button");
}

const lines = (page: Page, list: string) => page.locator(`${list} li`).allTextContents();

describe.each([
  { name: "Hawser", variant: () => onHawser("chat") },
  { name: "the official packages", variant: () => onOfficial("chat") },
])("a chat written for Socket.IO 2, on $name", ({ variant }) => {
  test("has a list of users, messages, typing and whispers", async () => {
    const app = await start(variant());
    const ada = await enter(app, "Ada");
    await ada.waitForSelector("#users li");
    const bob = await enter(app, "Bob");
    const cyd = await enter(app, "Cyd");
    for (const page of [ada, bob, cyd]) {
      await eventually(() => lines(page, "#users")).toEqual(["Ada", "Bob", "Cyd"]);
    }

    await ada.fill("#text", "he");
    await eventually(() => bob.textContent("#typing")).toBe("Ada is typing");
    await say(ada, "hello");
    await eventually(() => bob.textContent("#typing")).toBe("");
    await say(bob, "/w Ada psst");
    await say(bob, "/w Eve psst");
    await eventually(() => bob.textContent("#problem")).toBe("nobody here is called Eve");
    await cyd.close();

    await eventually(() => lines(ada, "#messages")).toEqual([
      "Bob joined",
      "Cyd joined",
      "Ada: hello",
      "Bob (to you): psst",
      "Cyd left",
    ]);
    await eventually(() => lines(bob, "#messages")).toEqual([
      "Cyd joined",
      "Ada: hello",
      "Cyd left",
    ]);
    await eventually(() => lines(bob, "#users")).toEqual(["Ada", "Bob"]);
  });

  test("refuses a name that is taken", async () => {
    const app = await start(variant());
    await (await enter(app, "Ada")).waitForSelector("#users li");
    const second = await enter(app, "Ada");
    await eventually(() => second.textContent("#problem")).toBe("This name is taken");
  });
});

/** What the tests use of the client of Socket.IO 2. */
interface Client2 {
  on(event: string, listener: (...args: never[]) => void): void;
  emit(event: string, ...args: unknown[]): void;
  close(): void;
}

describe("the same chat on Hawser, for a client of Socket.IO 2 that nobody has updated", () => {
  const connect = createRequire(new URL("../../packages/testkit/src/index.ts", import.meta.url))(
    "socket.io-client-2",
  ) as (url: string, options: object) => Client2;

  test.each([
    ["long-polling", ["polling"]],
    ["WebSocket", ["websocket"]],
    ["the upgrade", ["polling", "websocket"]],
  ])("goes on over %s", async (_, transports) => {
    const app = await start(onHawser("chat"));
    const page = await enter(app, "Ada");
    await page.waitForSelector("#users li");

    const old = connect(app.url, { transports, forceNew: true });
    closers.push(() => old.close());
    const seen: unknown[] = [];
    for (const event of ["users", "chat message", "typing", "private message"]) {
      old.on(event, (value) => seen.push([event, value]));
    }
    const free = await new Promise((resolve) => old.emit("add user", "Old", resolve));
    expect(free).toBe(true);
    old.emit("chat message", "still here ☃");
    await eventually(() => lines(page, "#messages")).toContain("Old: still here ☃");
    await page.fill("#text", "/w Old psst");
    await eventually(() => seen).toContainEqual(["typing", "Ada"]);
    await page.click("#say button");
    await eventually(() => seen).toEqual([
      ["users", ["Ada", "Old"]],
      ["chat message", { from: "Old", text: "still here ☃" }],
      ["typing", "Ada"],
      ["private message", { from: "Ada", text: "psst" }],
    ]);
  });
});
