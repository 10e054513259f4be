// Runs the whole compatibility matrix against real peers and writes docs/compatibility.md.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compatibility } from "./compatibility.mjs";
import { installPackages } from "./install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = "import socketio, engineio, aiohttp, requests, websocket";

installPackages(root);
if (spawnSync("/usr/bin/python3", ["-c", modules]).status !== 0) {
  console.error("conformance: Debian's python3-socketio is missing; npm test installs it");
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "hawser-conformance-"));
const report = join(folder, "report.json");
const { status } = spawnSync(
  "npx",
  [
    ...["--no-install", "vitest", "run", "--config", "conformance/vitest.config.ts"],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: "inherit" },
);
const files = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")).testResults : [];
rmSync(folder, { recursive: true });

const results = files.flatMap(({ assertionResults: tests }) =>
  tests.filter(({ meta }) => meta?.pair).map(({ meta }) => ({ ...meta.pair, tests })),
);
if (process.argv.length > 2) {
  console.log("conformance: only a part was run, so docs/compatibility.md stays as it is");
  process.exit(status ?? 1);
}
const wanted = ["matrix", "control"]
  .flatMap((name) => readdirSync(join(root, "conformance", name)))
  .filter((name) => /\.(test|pair)\.ts$/.test(name));
const reported = new Set(files.map(({ name }) => basename(name)));
const missing = wanted.filter((name) => !reported.has(name));
if (missing.length > 0 || results.length < wanted.length) {
  console.error(`conformance: no result of ${missing.join(", ") || "some pairs"}`);
  process.exit(1);
}
writeFileSync(join(root, "docs/compatibility.md"), compatibility(results, new Date()));
console.log("conformance: docs/compatibility.md is written");
process.exitCode = status ?? 1;
