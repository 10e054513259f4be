import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "@hawser/testkit";

export interface RunningApp {
  port: number;
  url: string;
  /** What it has printed so far. */
  output(): string;
  /** Ends it by SIGTERM, and by SIGKILL after 3 s. */
  stop(): Promise<void>;
}

interface StartOptions {
  /** What runs the file; Node when left out. */
  command?: string;
  env?: Record<string, string>;
  /** A free one when left out. */
  port?: number;
  scheme?: "http" | "https";
}

/**
 * Starts an application as its user would: in a process of its own, which takes its port from
 * `PORT` and prints "listening" when it is there. Throws with its output when it ends before.
 */
export async function startApp(file: string, options: StartOptions = {}): Promise<RunningApp> {
  const port = options.port ?? (await freePort());
  const child = spawn(options.command ?? process.execPath, [file], {
    env: { ...process.env, NODE_ENV: "production", ...options.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = `${options.scheme ?? "http"}://127.0.0.1:${port}`;
  let output = "";
  const listening = new Promise<void>((resolve, reject) => {
    const onData = (chunk: string) => {
      output += chunk;
      if (/listening/i.test(output)) resolve();
    };
    child.stdout.setEncoding("utf8").on("data", onData);
    child.stderr.setEncoding("utf8").on("data", onData);
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`${file} ended with ${code}: ${output}`)));
  });
  await listening;
  return { port, url, output: () => output, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
  await closed;
  clearTimeout(timer);
}
