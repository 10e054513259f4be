// Installs the npm packages of a folder's lockfile, when they are missing or older than it.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

/** @param {string} folder */
export function installPackages(folder) {
  const installed = join(folder, "node_modules/.package-lock.json");
  const lockfile = join(folder, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) {
    return;
  }
  console.log(`installing npm packages: npm ci, in ${folder}`);
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) {
    console.error("npm ci failed; its output above says why");
    process.exit(1);
  }
}
