// `npm start`: from a fresh clone to the running demo. Installs and builds only what is missing or
// out of date, and says what it does.
//   PORT  port of the demo, default 3000
//   HOST  address to listen on, default all

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages } from "./install.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OLDEST_NODE = [20, 19];

/** Ends the whole command; the reason is all that is shown. */
class Stop extends Error {}

// Ctrl-C reaches the running step as well, and this process ends after it.
process.on("SIGINT", () => {});
/** @type {import("node:child_process").ChildProcess | undefined} */
let running;
process.on("SIGTERM", () => running?.kill("SIGTERM"));

try {
  process.exitCode = await start();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function start() {
  checkNode();
  const port = portWanted();
  await checkPort(port, process.env.HOST || undefined);
  installPackages(ROOT);
  if (!isBuilt()) await build();
  console.log("starting the demo; Ctrl-C ends it");
  const env = { ...process.env, PORT: String(port) };
  const { code } = await run(process.execPath, [join(ROOT, "apps/demo/src/server.js")], { env });
  return code ?? 1;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = OLDEST_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new Stop(`Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.version}.`);
}

function portWanted() {
  const text = process.env.PORT || "3000";
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Stop(`PORT=${text} is no port.`);
  return port;
}

/** Found out before minutes go into installing and building. */
async function checkPort(port, host) {
  const probe = createServer().listen(port, host);
  try {
    await once(probe, "listening");
    await new Promise((resolve) => probe.close(resolve));
  } catch (error) {
    if (error.code !== "EADDRINUSE")
      throw new Stop(`Cannot listen on port ${port}: ${error.message}`);
    throw new Stop(`Port ${port} is taken. Choose another one: PORT=${port + 1} npm start`);
  }
}

/** Whether every published package is built, and later than the newest source of any of them. */
function isBuilt() {
  const folders = readdirSync(join(ROOT, "packages")).map((name) => join(ROOT, "packages", name));
  const packages = folders.filter((folder) => existsSync(join(folder, "package.json")));
  const sources = packages.flatMap((folder) => [join(folder, "src"), join(folder, "package.json")]);
  const outputs = packages.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (manifest.private) return [];
    const others = (manifest.files ?? []).filter((file) => file === "client-dist");
    return ["dist", ...others].map((name) => join(folder, name));
  });
  const newestSource = Math.max(
    ...sources.map(newest),
    newest(join(ROOT, "scripts/build.mjs")),
    newest(join(ROOT, "scripts/bundles.mjs")),
  );
  return outputs.every((output) => newest(output) > newestSource);
}

/** When the newest file in a folder was written, ms since 1970; 0 when there is none. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

async function build() {
  console.log("building the packages: npm run build");
  // Under `npm start`, npm tells where it is; Windows cannot spawn its .cmd without a shell.
  const npm = process.env.npm_execpath;
  const { code, signal } = npm?.endsWith(".js")
    ? await run(process.execPath, [npm, "run", "build"])
    : await run("npm", ["run", "build"], { shell: process.platform === "win32" });
  if (signal) throw new Stop("Stopped.");
  if (code !== 0) throw new Stop("npm run build failed; its output above says why.");
}

/** Runs a command to its end, its output on this terminal. */
async function run(command, args, options = {}) {
  running = spawn(command, args, { cwd: ROOT, stdio: "inherit", ...options });
  const [code, signal] = await once(running, "exit");
  return { code, signal };
}
