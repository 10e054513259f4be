import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { launchChromium } from "../packages/testkit/src/chromium.ts";
import { freePort } from "../packages/testkit/src/ports.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The code block of the README that begins with the name of a file. */
function codeOf(name: string): string {
  const blocks = readFileSync(join(root, "README.md"), "utf8").matchAll(/```\w+\n([\s\S]*?)```/g);
  const code = [...blocks]
    .map((match) => match[1]!)
    .find((one) => one.split("\n", 1)[0]!.includes(name));
  return code ?? expect.fail(`README.md shows no ${name}`);
}

async function reached(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    expect(server.exitCode, "the server of the README ended").toBe(null);
    const there = await fetch(url).then(
      () => true,
      () => false,
    );
    if (there) {
      return;
    }
  }
}

test("the chat of the README works as it is printed", async () => {
  const port = await freePort();
  // Below the root, so that the package is found as it would be in an application.
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  const folder = mkdtempSync(join(root, "node_modules/.cache/readme-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "server.mjs"), codeOf("server.js").replace("3000", String(port)));
  writeFileSync(join(folder, "index.html"), codeOf("index.html"));
  const server = spawn(process.execPath, ["server.mjs"], { cwd: folder, stdio: "inherit" });
  onTestFinished(() => void server.kill());
  const url = `http://localhost:${port}/`;
  await reached(url, server);

  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const [ada, ben] = [await browser.newPage(), await browser.newPage()];
  await ada.goto(url);
  await ben.goto(url);
  await ben.waitForFunction("socket.connected");
  await ada.fill("input", "hello");
  await ada.press("input", "Enter");
  await ben
    .locator("li")
    .filter({ hasText: /^hello$/ })
    .waitFor();
  await ada
    .locator("li")
    .filter({ hasText: /^me: hello$/ })
    .waitFor();
}, 60_000);

test("the chat of the README has about twenty lines", () => {
  const lines = codeOf("server.js").trim().split("\n").length;
  expect(lines).toBeLessThanOrEqual(20);
});
