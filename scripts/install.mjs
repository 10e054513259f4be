// Installs the npm packages of the lockfile, when they are missing or older than it.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

/** @param {string} root */
export function installPackages(root) {
  const installed = join(root, "node_modules/.package-lock.json");
  const lockfile = join(root, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) {
    return;
  }
  console.log("installing npm packages: npm ci");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) {
    console.error("npm ci failed; its output above says why");
    process.exit(1);
  }
}
