// Where and on what a run was made.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import os from "node:os";

const ROOT = new URL("..", import.meta.url);

function git(...args) {
  try {
    return execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

/** Versions as they are installed for the run. */
function versions() {
  const packages = createRequire(ROOT);
  const version = (name) => {
    try {
      return packages(`${name}/package.json`).version;
    } catch {
      return undefined;
    }
  };
  const names = {
    hawser: "@hawser/server",
    "socket.io": "socket.io",
    ws: "ws",
    uws: "uwebsockets",
  };
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, version(name)]));
}

export function describeMachine() {
  return {
    date: new Date().toISOString(),
    commit: git("rev-parse", "--short", "HEAD"),
    changed: git("status", "--porcelain", "--", "../packages", ".") !== "",
    node: process.version,
    cpu: os.cpus()[0]?.model,
    cores: os.cpus().length,
    kernel: `${os.type()} ${os.release()}`,
    load: os.loadavg(),
    versions: versions(),
  };
}
