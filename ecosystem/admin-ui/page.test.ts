import { launchChromium } from "@hawser/testkit";
import type { Browser, Page } from "playwright-core";
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { eventually } from "../apps/eventually.ts";
import type { RunningApp } from "../apps/running-app.ts";
import { PASSWORD, startInstrumented } from "./started.ts";

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

/** The page that the package ships, connected to the server that served it. */
async function openPage(app: RunningApp, password?: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  closers.push(() => page.close());
  // Its fonts and icons come from elsewhere.
  await page.route("**", (route) =>
    route.request().url().startsWith(app.url) ? route.continue() : route.abort(),
  );
  await page.goto(`${app.url}/ui/`);
  await page.getByLabel("Server URL").fill(app.url);
  if (password !== undefined) {
    await page.getByLabel("Username").fill("admin");
    await page.getByLabel("Password").fill(password);
  }
  await page.getByRole("button", { name: "Connect" }).click();
  return page;
}

async function connectClient({ url }: RunningApp): Promise<Socket> {
  const socket = io(url, { forceNew: true, auth: { name: "Ada" }, reconnection: false });
  closers.push(() => socket.disconnect());
  await eventually(() => socket.connected).toBe(true);
  await socket.emitWithAck("greet", "Bob");
  return socket;
}

const main = (page: Page) => page.locator("main").innerText();
const rows = (page: Page, text: string) => page.locator("main tr", { hasText: text });

/** Opens a page of the menu, for the namespace "/" where there is a choice. */
async function open(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name, exact: true }).click();
  if (["Sockets", "Rooms", "Events"].includes(name)) {
    await page.locator("main .v-select__slot").first().click();
    await page.locator("[role=listbox] [role=option]").getByText("/", { exact: true }).click();
  }
}

describe("the page of the admin UI", () => {
  test("logs in, and shows the server, the client, its data, rooms and events", async () => {
    const app = await startInstrumented({ mode: "development", auth: true });
    closers.push(app.stop);
    const page = await openPage(app, "wrong");
    await page.getByText("Invalid credentials").waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Connect" }).click();
    await page
      .getByText(/^\s*connected\s*$/i)
      .first()
      .waitFor();
    const client = await connectClient(app);
    const id = client.id!;

    await eventually(() => main(page)).toMatch(/Namespaces[\s\S]*\/\s+1\s[\s\S]*\/admin\s+1/);
    await open(page, "Servers");
    await eventually(() => rows(page, "first").innerText()).toContain("HEALTHY");
    await open(page, "Events");
    await rows(page, "Event name: greeted").waitFor();
    expect(await rows(page, "Event name: greet").count()).toBe(2);
    expect(await rows(page, "Room: lobby").innerText()).toContain(id);
    await open(page, "Rooms");
    await eventually(() => rows(page, "lobby").innerText()).toMatch(/PUBLIC\s+1/i);

    await open(page, "Sockets");
    await rows(page, id).click();
    await page.getByText("Socket details").waitFor();
    await eventually(() => main(page)).toContain('"name": "Ada"');
    expect(await main(page)).toContain(client.io.engine.id.slice(0, 12));
    expect(await page.getByRole("row", { name: "Transport WebSocket" }).count()).toBe(1);
    expect(await rows(page, "lobby").count()).toBe(1);

    // A room by the form, then the end by the button, each seen by the client or the page.
    await page.getByLabel("Join a room").fill("vip");
    await page.locator("main button[type=submit]").click();
    await rows(page, "vip").waitFor();
    const gone = new Promise((resolve) => client.on("disconnect", resolve));
    await page.locator("main button").first().click();
    expect(await gone).toMatch(/^(io server disconnect|transport close)$/);
    await rows(page, "DISCONNECTED").first().waitFor();
  });

  test("needs no password when there is none, and shows numbers only in production", async () => {
    const app = await startInstrumented({ mode: "production" });
    closers.push(app.stop);
    const page = await openPage(app);
    await page
      .getByText(/^\s*connected\s*$/i)
      .first()
      .waitFor();
    await connectClient(app);
    await eventually(() => main(page)).toMatch(/Namespaces[\s\S]*\/\s+1\s[\s\S]*\/admin\s+1/);
    expect(await page.getByRole("link", { name: "Sockets", exact: true }).count()).toBe(0);
  });
});
