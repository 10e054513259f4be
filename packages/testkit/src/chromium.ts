import type { Browser } from "playwright-core";

/**
 * Starts the Chromium installed on the system, headless and without traffic of its own. One per
 * test file is enough: open a context per test. The caller closes it.
 */
export async function launchChromium(executablePath = "/usr/bin/chromium"): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
