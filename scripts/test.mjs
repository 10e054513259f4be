// Runs all tests on real parts: installs what is missing, builds, tests, fuzzes, and ends with the totals.
// `npm test -- <vitest arguments>` runs some of them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages } from "./install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Debian packages by what shows that they are there. */
const DEBIAN = [
  { name: "chromium", there: () => existsSync("/usr/bin/chromium") },
  { name: "firefox-esr", there: () => existsSync("/usr/bin/firefox-esr") },
  { name: "openssl", there: () => existsSync("/usr/bin/openssl") },
  { name: "redis-server", there: () => existsSync("/usr/bin/redis-server") },
  { name: "postgresql", there: hasPostgres },
  ...["socketio", "engineio", "aiohttp", "requests", "websocket"].map((module) => ({
    name: `python3-${module}`,
    there: () => spawnSync("/usr/bin/python3", ["-c", `import ${module}`]).status === 0,
  })),
];

/** @param {string} command @param {string[]} args */
function run(command, args) {
  console.log(`test: ${command} ${args.join(" ")}`);
  // Debian packages must not ask questions.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { cwd: root, stdio: "inherit", env }).status === 0;
}

/** Its programs are in a folder named for the version. */
function hasPostgres() {
  const versions = "/usr/lib/postgresql";
  const isThere = (version) => existsSync(join(versions, version, "bin/postgres"));
  return existsSync(versions) && readdirSync(versions).some(isThere);
}

function installDebianPackages() {
  const missing = DEBIAN.filter(({ there }) => !there()).map(({ name }) => name);
  if (missing.length === 0) {
    return;
  }
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...missing];
  console.log(`test: missing Debian packages: ${missing.join(", ")}`);
  const may = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  const done =
    may && run("apt-get", ["update", "-q"]) && run(install[0], ["-q", ...install.slice(1)]);
  if (!done || DEBIAN.some(({ there }) => !there())) {
    console.error(
      `test: the tests need them; as root, type: apt-get update && ${install.join(" ")}`,
    );
    process.exit(1);
  }
}

installPackages(root);
installPackages(join(root, "ecosystem"));
installPackages(join(root, "bench"));
installDebianPackages();
if (!run("npm", ["run", "--silent", "build"])) {
  console.error("test: the build failed");
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "hawser-test-"));
const report = join(folder, "report.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const green = run("npx", ["--no-install", "vitest", "run", ...reporters, ...process.argv.slice(2)]);
if (!existsSync(report)) {
  console.error("test: the runner made no report");
  process.exit(1);
}
const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
rmSync(folder, { recursive: true });
// Only with all tests; it prints how to see again what it has found.
const isWhole = process.argv.length === 2;
const survived = !isWhole || run("npm", ["run", "--silent", "fuzz", "--", "--minutes", "2"]);
// A file that does not even load has no tests that could fail.
const failed = (green ? numFailedTests : Math.max(1, numFailedTests)) + (survived ? 0 : 1);
const passed = numPassedTests + (isWhole && survived ? 1 : 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1;
