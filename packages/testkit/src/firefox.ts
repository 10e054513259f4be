import type { Browser } from "puppeteer-core";

/** Starts the Firefox ESR installed on the system, headless. The caller closes it. */
export async function launchFirefox(executablePath = "/usr/bin/firefox-esr"): Promise<Browser> {
  const { launch } = await import("puppeteer-core");
  return launch({
    browser: "firefox",
    executablePath,
    headless: true,
    // A page whose WebSocket failed waits seconds for the next one to the same host; tests do not.
    extraPrefsFirefox: { "network.websocket.delay-failed-reconnects": false },
  });
}
