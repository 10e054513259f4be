// The demo as a person starts it: a process of its own, which can be stopped and started again.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("../src/server.js", import.meta.url));

export class DemoProcess {
  readonly port: number;
  readonly url: string;
  readonly #data: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, data: string) {
    this.port = port;
    this.url = `http://localhost:${port}`;
    this.#data = data;
  }

  static async start(): Promise<DemoProcess> {
    const data = await mkdtemp(join(tmpdir(), "hawser-demo-"));
    const demo = new DemoProcess(await freePort(), data);
    await demo.start();
    return demo;
  }

  async start(): Promise<void> {
    const { child, output } = this.#spawn();
    this.#child = child;
    const ended = once(child, "exit");
    while (!output.text.includes("http://localhost")) {
      await Promise.race([once(child.stdout!, "data"), ended]);
      if (child.exitCode !== null) throw new Error(`The demo did not start: ${output.text}`);
    }
  }

  /** Starts another server on the same port and waits for its end. */
  async startSecond(): Promise<{ code: number | null; text: string }> {
    const { child, output } = this.#spawn();
    const [code] = await once(child, "close");
    return { code, text: output.text };
  }

  /** SIGTERM lets the server put its rooms away; SIGKILL is a crash. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  async end(): Promise<void> {
    await this.stop();
    await rm(this.#data, { recursive: true, force: true });
  }

  #spawn(): { child: ChildProcess; output: { text: string } } {
    const env = { ...process.env, PORT: String(this.port), HOST: "", DATA: this.#data };
    const child = spawn(process.execPath, [SERVER], { env, stdio: ["ignore", "pipe", "pipe"] });
    const output = { text: "" };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output.text += text;
      });
    }
    return { child, output };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}
