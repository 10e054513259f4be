import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket as TcpSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server, type ServerOptions } from "@hawser/server";
import { freePort, launchChromium } from "@hawser/testkit";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { Io, Manager } from "../src/browser.ts";

/** What a bundle puts on the page, whatever its form. */
export interface Loaded {
  io: Io;
  Manager: typeof Manager;
}

/** Builds the bundles from the present sources and starts a browser, once for a test file. */
export function bundlesInChromium(): { folder: string; browser: Browser } {
  const shared = {} as { folder: string; browser: Browser };
  beforeAll(async () => {
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const script = new URL("../../../scripts/bundles.mjs", import.meta.url).href;
    const { buildBundles } = (await import(script)) as {
      buildBundles(root: string, folder: string): Promise<void>;
    };
    shared.folder = `${await mkdtemp(join(tmpdir(), "hawser-bundles-"))}/`;
    await buildBundles(root, shared.folder);
    shared.browser = await launchChromium();
  });
  afterAll(async () => {
    await shared.browser?.close();
    await rm(shared.folder, { recursive: true });
  });
  return shared;
}

export interface BundleServer {
  io: Server;
  url: string;
  /** Stops it, connections included, and starts another one on the same port. */
  restart(): Promise<void>;
}

/** Our server, with the bundles beside its own requests, and an empty page. */
export async function bundleServer(
  folder: string,
  set: (io: Server) => void,
  options: Partial<ServerOptions> = {},
): Promise<BundleServer> {
  const port = await freePort();
  let running = await listen();
  onTestFinished(() => running.stop());

  async function listen() {
    const http = createServer();
    const tcp = new Set<TcpSocket>();
    http.on("connection", (socket) => {
      tcp.add(socket);
      socket.on("close", () => tcp.delete(socket));
    });
    const io = new Server(http, { serveClient: false, ...options });
    set(io);
    const engine = http.listeners("request") as ((
      request: IncomingMessage,
      response: ServerResponse,
    ) => void)[];
    http.removeAllListeners("request");
    http.on("request", (request, response) => {
      const file = /^\/socket\.io\/(socket\.io[\w.]*\.js)$/.exec(request.url ?? "")?.[1];
      if (file) {
        response.setHeader("content-type", "application/javascript; charset=utf-8");
        response.end(readFileSync(folder + file));
      } else if (request.url === "/") {
        response.setHeader("content-type", "text/html");
        response.end("<!doctype html><title>bundle</title>");
      } else {
        for (const listener of engine) {
          listener(request, response);
        }
      }
    });
    await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
    const stop = async (): Promise<void> => {
      const closed = io.close();
      for (const socket of tcp) {
        socket.destroy();
      }
      await closed;
    };
    return { io, stop };
  }

  return {
    get io() {
      return running.io;
    },
    url: `http://127.0.0.1:${port}/`,
    async restart() {
      await running.stop();
      running = await listen();
    },
  };
}

/** A page with the bundle loaded, as `loaded` on `window`. Errors in the page fail the test. */
export async function bundlePage(
  browser: Browser,
  { url }: { url: string },
  file: string,
): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const mistakes: string[] = [];
  page.on("pageerror", (error) => mistakes.push(error.message));
  onTestFinished(async () => {
    await context.close();
    if (mistakes.length > 0) {
      throw new Error(mistakes.join("\n"));
    }
  });
  await page.goto(url);
  if (file.includes(".esm.")) {
    await page.addScriptTag({
      type: "module",
      content: `import * as loaded from "/socket.io/${file}"; window.loaded = loaded;`,
    });
  } else {
    await page.addScriptTag({ url: `/socket.io/${file}` });
    await page.evaluate("window.loaded = window.io");
  }
  await page.waitForFunction("window.loaded");
  return page;
}
