// Builds the packages when their sources are newer, for what runs on them as they are built.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const PACKAGES = ["engine-codec", "socket-codec", "server", "client"];

/** The newest file of a folder. @param {string} folder */
function newest(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const times = files
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(...times);
}

/** @param {string} root */
function isBuilt(root) {
  return PACKAGES.every((name) => {
    const folder = join(root, "packages", name);
    const built = join(folder, "dist", "index.mjs");
    return existsSync(built) && statSync(built).mtimeMs >= newest(join(folder, "src"));
  });
}

/** Ends the process when the build fails. @param {string} root @param {string} caller who says so */
export function buildPackages(root, caller) {
  if (isBuilt(root)) {
    return;
  }
  console.error(`${caller}: building, for the sources are newer than the packages`);
  const options = { cwd: root, stdio: "inherit" };
  if (spawnSync("npm", ["run", "--silent", "build"], options).status !== 0) {
    console.error(`${caller}: the build failed`);
    process.exit(1);
  }
}
