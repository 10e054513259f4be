import { afterEach, beforeEach, expect, it } from "vitest";
import { ExampleProcess, launchChromium } from "../../minimal/test/example-process.ts";

let server: ExampleProcess;
let url: string;

beforeEach(async () => {
  server = new ExampleProcess(new URL("../server.js", import.meta.url), { PORT: "0" });
  [url] = await server.prints(/http:\/\/localhost:\d+/);
}, 20_000);
afterEach(() => server.stop());

/** What the server prints is the same for the page and for Node. */
async function serverReceivedAll(): Promise<void> {
  await server.prints(/message \["thank you",2,{"three":\[null,true\]}\]\n/);
  await server.prints(/from-client true 010203ff\n/);
}

it("exchanges messages and bytes with a page", async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.locator("#events li").nth(2).waitFor();
    expect(await page.locator("#events li").allTextContents()).toEqual([
      'message ["welcome",2,{"three":["3"]}]',
      "from-server true bytes from the server",
      "reply 4 255,3,2,1",
    ]);
    await serverReceivedAll();
  } finally {
    await browser.close();
  }
}, 40_000);

it("exchanges messages and bytes with the Node client, which then ends by itself", async () => {
  const client = new ExampleProcess(new URL("../client.js", import.meta.url), { URL: url });
  expect(await client.exits()).toBe(0);
  expect(client.output).toBe(
    [
      'message ["welcome",2,{"three":["3"]}]\n',
      "from-server true bytes from the server\n",
      "reply 4 ff030201\n",
    ].join(""),
  );
  await serverReceivedAll();
}, 20_000);
