import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { io as ours } from "@hawser/client";
import { build } from "esbuild";
import { io as connect, type ManagerOptions, type Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { ServerStats } from "../packages/server/src/index.ts";
import { pause } from "../packages/testkit/src/waiting.ts";
import { http, type WireResponse } from "../packages/testkit/src/wire.ts";
import type { Load } from "./overload-server.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const HANDSHAKE = "/socket.io/?EIO=4&transport=polling";
const CLIENTS = 8;

describe("a server in a process of its own, that has too much to do", () => {
  let file: string;
  let child: ChildProcess;
  let port: number;
  let clients: Socket[];

  beforeEach(async () => {
    const folder = `${root}node_modules/.cache/hawser-overload`;
    mkdirSync(folder, { recursive: true });
    file = `${folder}/server-${process.pid}.mjs`;
    await build({
      absWorkingDir: root,
      entryPoints: ["conformance/overload-server.ts"],
      outfile: file,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      packages: "external",
      tsconfig: "tsconfig.json",
      logLevel: "error",
    });
    clients = [];
  });

  afterEach(() => {
    for (const client of clients) client.disconnect();
    child?.kill("SIGKILL");
    rmSync(file, { force: true });
  });

  async function start(pingTimeout: number): Promise<void> {
    child = fork(file, [String(pingTimeout)]);
    ({ port } = await answer<{ port: number }>());
  }

  function answer<T>(): Promise<T> {
    return new Promise((resolve) => child.once("message", (message) => resolve(message as T)));
  }

  function tell(load: Load): Promise<ServerStats> {
    const state = answer<ServerStats>();
    child.send(load);
    return state;
  }

  function client(options: Partial<ManagerOptions>): Socket {
    const made = connect(`http://127.0.0.1:${port}`, { forceNew: true, ...options });
    clients.push(made);
    return made;
  }

  /** Clients that are in; the answer tells which of them were lost. */
  async function connected(): Promise<string[]> {
    const lost: string[] = [];
    // All at once, so that their pings leave together.
    const arrivals = Array.from({ length: CLIENTS }, async (_, index) => {
      const transports = index % 4 === 0 ? ["polling"] : ["websocket"];
      const one = client({ transports, reconnection: false });
      await next(one, "connect");
      one.on("disconnect", (reason) => lost.push(`${transports}: ${reason}`));
    });
    await Promise.all(arrivals);
    return lost;
  }

  /** Asks for a session until the answer has that status. */
  async function until(status: number): Promise<WireResponse> {
    for (const end = Date.now() + 8000; ; await pause(20)) {
      const response = await http({ port, path: HANDSHAKE });
      if (response.status === status) return response;
      if (Date.now() > end) throw new Error(`no ${status}: the last was ${response.status}`);
    }
  }

  test("turns newcomers away, keeps those who are in, and serves newcomers later", async () => {
    await start(8000);
    const lost = await connected();
    await tell({ turns: 250 });
    const refused = await until(503);
    expect(JSON.parse(refused.text)).toEqual({ code: 6, message: "Server overloaded" });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);

    const reconnectionDelayMax = 500;
    const newcomers = [
      client({ transports: ["websocket"], reconnectionDelayMax }),
      ours(`http://127.0.0.1:${port}`, { forceNew: true, reconnectionDelayMax }),
    ];
    onTestFinished(() => void newcomers[1]?.disconnect());
    await Promise.all(newcomers.map((one) => next(one, "connect_error")));
    // Several pings long.
    for (let i = 0; i < 2; i++) {
      const echoed = clients
        .slice(0, CLIENTS)
        .map((one) => one.timeout(15_000).emitWithAck("echo", i));
      expect(await Promise.all(echoed)).toEqual(Array(CLIENTS).fill(i));
    }
    expect(lost).toEqual([]);

    const { refused: counted, lag } = await tell("idle");
    expect(counted.OVERLOADED).toBeGreaterThan(1);
    expect(lag.mean).toBeGreaterThan(100);
    await until(200);
    await Promise.all(newcomers.map((one) => one.connected || next(one, "connect")));
    expect(lost).toEqual([]);
  }, 60_000);

  test("one that is blocked for longer than pingTimeout reads the pongs before it judges", async () => {
    await start(2000);
    const lost = await connected();
    await tell({ whenPinged: 2400 });
    const end = Date.now() + 6000;
    while (Date.now() < end) {
      await pause(50);
    }
    const { connections, lag } = await tell("idle");
    expect(lag.max).toBeGreaterThan(2000);
    expect(lost).toEqual([]);
    expect(connections.total).toBe(CLIENTS);
  }, 30_000);
});

function next(
  emitter: { once(event: "connect" | "connect_error", listener: () => void): unknown },
  event: "connect" | "connect_error",
): Promise<void> {
  return new Promise((resolve) => emitter.once(event, () => resolve()));
}
