import { createServer } from "node:http";
import { expect, it } from "vitest";
import { launchChromium } from "../src/chromium.ts";
import { freePort } from "../src/ports.ts";

it("launches Chromium and loads a page from a free port", async () => {
  const port = await freePort();
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThanOrEqual(32_767);
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end("<script>document.title = 'ran ' + (1 + 1)</script>");
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    expect(await page.title()).toBe("ran 2");
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
  }
});
