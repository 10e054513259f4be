// `npm run bench`: Hawser, socket.io, bare ws and µWebSockets.js under the same load; bench/README.md.
// Installs and builds what is missing or out of date; the arguments go to bench/run.mjs.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages } from "./install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const PACKAGES = ["engine-codec", "socket-codec", "server", "client"];

/** The newest file of a folder. @param {string} folder */
function newest(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const times = files
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(...times);
}

/** What is measured are the packages as they are built. */
function isBuilt() {
  return PACKAGES.every((name) => {
    const folder = join(root, "packages", name);
    const built = join(folder, "dist", "index.mjs");
    return existsSync(built) && statSync(built).mtimeMs >= newest(join(folder, "src"));
  });
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status ?? 1;
}

installPackages(root);
installPackages(join(root, "bench"));
if (!isBuilt()) {
  console.error("bench: building, for the sources are newer than the packages");
  if (run("npm", ["run", "--silent", "build"]) !== 0) {
    console.error("bench: the build failed");
    process.exit(1);
  }
}
process.exitCode = run(process.execPath, [join(root, "bench/run.mjs"), ...process.argv.slice(2)]);
