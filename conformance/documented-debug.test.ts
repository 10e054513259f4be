import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  bundlePage,
  bundleServer,
  bundlesInChromium,
} from "../packages/client/test/bundle-page.ts";
import { until } from "../packages/testkit/src/waiting.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A client that connects, sends, is answered and leaves. */
const SCRIPT = `
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";
const io = new Server(0);
io.on("connection", (socket) => socket.on("question", (callback) => callback(42)));
const socket = connect("http://127.0.0.1:" + io.httpServer.address().port);
socket.emit("question", () => {
  socket.disconnect();
  io.close();
});`;

const NODE = [
  { name: "official", script: async () => SCRIPT },
  { name: "hawser", script: bundledScript },
];

/** The script with our sources in the place of the packages, since Node reads no TypeScript. */
async function bundledScript(): Promise<string> {
  const contents = SCRIPT.replace("socket.io-client", "@hawser/client").replace(
    "socket.io",
    "@hawser/server",
  );
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    absWorkingDir: ROOT,
    tsconfig: `${ROOT}tsconfig.json`,
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "es2022",
    external: ["ws", "cors", "cookie"],
  });
  return outputFiles[0]?.text ?? "";
}

/** Runs it as its user would, and returns the scopes of the lines that it wrote. */
function scopesOf(script: string, debug: string | undefined): Promise<string[]> {
  const child = spawn(process.execPath, ["--input-type=module", "-"], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, DEBUG: debug },
    stdio: ["pipe", "inherit", "pipe"],
  });
  onTestFinished(() => void child.kill());
  let written = "";
  child.stderr.on("data", (chunk) => {
    written += chunk;
  });
  child.stdin.end(script);
  return new Promise((resolve) => {
    child.on("close", () => {
      const lines = written.split("\n").filter((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z /.test(line));
      resolve([...new Set(lines.map((line) => line.split(" ")[1] ?? ""))].sort());
    });
  });
}

describe.each(NODE)("DEBUG, as documented, of $name", ({ script }) => {
  it("writes nothing unless it is asked to", async () => {
    expect(await scopesOf(await script(), undefined)).toEqual([]);
    expect(await scopesOf(await script(), "express:*")).toEqual([]);
  });

  it("shows one scope: `DEBUG=socket.io:client*`", async () => {
    expect(await scopesOf(await script(), "socket.io:client*")).toEqual(["socket.io:client"]);
  });

  it("shows several: `DEBUG=engine,socket.io*`", async () => {
    const scopes = await scopesOf(await script(), "engine,socket.io*");
    expect(scopes).toEqual(
      expect.arrayContaining([
        ...["engine", "socket.io:server", "socket.io:client", "socket.io:socket"],
        ...["socket.io-client:manager", "socket.io-client:socket"],
      ]),
    );
    expect(scopes).not.toContain("engine:socket");
  });

  it("shows everything but what is left out: `DEBUG=*,-socket.io*`", async () => {
    const scopes = await scopesOf(await script(), "*,-socket.io*");
    expect(scopes).toEqual(expect.arrayContaining(["engine:socket", "engine.io-client:socket"]));
    expect(scopes.filter((scope) => scope.startsWith("socket.io"))).toEqual([]);
  });
});

const shared = bundlesInChromium();
const BROWSER = [
  { name: "official", folder: () => `${ROOT}node_modules/socket.io-client/dist/` },
  { name: "hawser", folder: () => shared.folder },
];

describe.each(BROWSER)("localStorage.debug, as documented, of $name", ({ folder }) => {
  /** What the console shows of an event that the server sends. */
  async function consoleOf(file: string, debug: string): Promise<string[]> {
    const server = await bundleServer(folder(), (io) => {
      io.on("connection", (socket) => socket.emit("welcome", "aboard"));
    });
    const page = await bundlePage(shared.browser, server, file);
    const lines: string[] = [];
    page.on("console", (message) => lines.push(message.text()));
    await page.evaluate((value) => localStorage.setItem("debug", value), debug);
    await page.reload();
    await page.addScriptTag({ url: `/socket.io/${file}` });
    await page.evaluate("new Promise((done) => io().on('welcome', done))");
    return lines;
  }

  it("prints the events that the client receives, with `socket.io.js`", async () => {
    const lines = await consoleOf("socket.io.js", "socket.io-client:socket");
    await until(() => lines.some((line) => line.includes("welcome")));
    expect(lines.every((line) => line.includes("socket.io-client:socket"))).toBe(true);
  });

  it("prints nothing with `socket.io.min.js`, which is for production", async () => {
    expect(await consoleOf("socket.io.min.js", "*")).toEqual([]);
  });
});
