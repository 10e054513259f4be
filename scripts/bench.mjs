// `npm run bench`: Hawser, socket.io, bare ws and µWebSockets.js under the same load; bench/README.md.
// Installs and builds what is missing or out of date; the arguments go to bench/run.mjs.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackages } from "./built.mjs";
import { installPackages } from "./install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

installPackages(root);
installPackages(join(root, "bench"));
buildPackages(root, "bench");
const args = [join(root, "bench/run.mjs"), ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;
