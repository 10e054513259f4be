import { launchChromium } from "../chromium.ts";
import { launchFirefox } from "../firefox.ts";
import { RemotePage } from "../page/remote-page.ts";
import type { ClientPeer, Lacks, RunningServer, ServerPeer } from "./contract.ts";
import { hawserServer, REFUSES_OVERSIZED } from "./hawser.ts";
import type { JsClientModule } from "./js-api.ts";
import { jsClientPeer } from "./js-client.ts";

interface Description {
  readonly browser: "chromium" | "firefox";
  /** One of the files that servers serve, such as `socket.io.min.js`. */
  readonly bundle: string;
  readonly lacks?: Lacks;
}

interface Opened {
  readonly page: RemotePage;
  readonly server: RunningServer;
  closeBrowser(): Promise<void>;
}

/**
 * A bundle in a real browser, loaded from a server that serves it. All clients of a test file share a
 * page; what goes wrong in it by itself fails the file when the peer is disposed of.
 */
export function browserClient({ browser, bundle, lacks }: Description): ClientPeer {
  let opening: Promise<Opened> | undefined;
  const peer = jsClientPeer({
    name: `${browser} ${bundle}`,
    lacks: {
      "client.headers": "browsers send no headers of pages over WebSocket",
      // The smallest bundle leaves it to the server.
      ...(bundle.includes("websocket") ? {} : REFUSES_OVERSIZED),
      ...lacks,
    },
    async load() {
      opening ??= open(browser, bundle);
      return (await opening).page.exports as JsClientModule;
    },
  });
  return {
    ...peer,
    async dispose() {
      const opened = await opening;
      opening = undefined;
      if (!opened) return;
      await opened.closeBrowser();
      await opened.page.close();
      await opened.server.stop();
      if (opened.page.mistakes.length > 0) throw new Error(opened.page.mistakes.join("\n"));
    },
  };
}

/** A server for pages of any origin, which take no part in the origin of the server. */
export function forPages(peer: ServerPeer, api: Record<string, unknown> = {}): ServerPeer {
  return {
    ...peer,
    start: (options = {}) =>
      peer.start({ ...options, api: { cors: { origin: true }, ...api, ...options.api } }),
  };
}

async function open(browser: Description["browser"], bundle: string): Promise<Opened> {
  const server = await forPages(hawserServer).start();
  const page = new RemotePage();
  const { goto, close } = await (browser === "chromium" ? chromium() : firefox());
  await page.open(`${server.url}/socket.io/${bundle}`, goto);
  return { page, server, closeBrowser: close };
}

async function chromium() {
  const browser = await launchChromium();
  const page = await browser.newPage();
  return { goto: (url: string) => page.goto(url), close: () => browser.close() };
}

async function firefox() {
  const browser = await launchFirefox();
  const page = await browser.newPage();
  return { goto: (url: string) => page.goto(url), close: () => browser.close() };
}
