// An example as a reader starts it: a process of its own, on a port of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type Browser, chromium } from "playwright-core";

export class ExampleProcess {
  /** All that the process has printed. */
  output = "";
  readonly #child: ChildProcess;

  /** @param script the file to run  @param env added to the environment */
  constructor(script: URL, env: Record<string, string> = {}) {
    this.#child = spawn(process.execPath, [script.pathname], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
  }

  /** Waits until the process has printed this, at most 10 s. */
  async prints(pattern: RegExp): Promise<RegExpMatchArray> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const match = this.output.match(pattern);
      if (match) return match;
      if (Date.now() > deadline) throw new Error(`${pattern} is not in:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async exits(): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return this.#child.exitCode;
    const [code] = await once(this.#child, "exit");
    return code;
  }

  async stop(): Promise<void> {
    this.#child.kill();
    await this.exits();
  }
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
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
