// Runs every check that CI runs; `npm run check -- types` runs one. Builds first where packages are needed.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages } from "./install.mjs";
import { checkLayers } from "./layers.mjs";
import { checkSize } from "./size.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const PUBLISHED = ["engine-codec", "socket-codec", "server", "metrics", "client"];

/** @type {Record<string, string[]>} */
const ATTW = {
  client: [
    // Bundles for script tags have no types.
    ...["--entrypoints", ".", "./engine", "./websocket", "./legacy", "./debug"],
    // As in socket.io-client: require() answers the function itself, and TypeScript's interop takes
    // that for the default export, so that existing imports compile and run.
    ...["--ignore-rules", "false-export-default"],
  ],
};

/** @param {string} command */
function run(command, ...args) {
  const { status } = spawnSync("npx", ["--no-install", command, ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, FORCE_COLOR: process.env.CI ? "0" : process.env.FORCE_COLOR },
  });
  return status === 0;
}

/** Whether CommonJS uses the internals of the codecs as they are: a namespace makes a slow call of each use. */
function usesCodecsDirectly(name) {
  const dist = join(root, "packages", name, "dist");
  const wrapped = readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".cjs"))
    .filter((file) =>
      /codec_(frames|packets) = .*__toESM/.test(readFileSync(join(dist, file), "utf8")),
    );
  for (const file of wrapped) {
    console.error(`package: ${name}/dist/${file} imports a codec's internals as a namespace`);
  }
  return wrapped.length === 0;
}

/** @type {Record<string, () => boolean>} */
const CHECKS = {
  lint: () => run("biome", "ci", "."),
  types: () => {
    const own = run("tsc", "-p", "tsconfig.json");
    // There the types are those of the built packages, as users see them.
    installPackages(join(root, "ecosystem"));
    return run("tsc", "-p", "ecosystem/tsconfig.json") && own;
  },
  layers: () => checkLayers(root),
  package: () =>
    PUBLISHED.map((name) => {
      const folder = `packages/${name}`;
      const shape = run("publint", "--strict", folder);
      // Node 10 and its resolution are out of support; everything since must find code and types.
      const types = ["--pack", folder, "--profile", "node16", "--quiet", ...(ATTW[name] ?? [])];
      return run("attw", ...types) && usesCodecsDirectly(name) && shape;
    }).every(Boolean),
  size: () => checkSize(root),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(
    `check: unknown: ${unknown.join(", ")}; there are: ${Object.keys(CHECKS).join(", ")}`,
  );
  process.exit(2);
}
const names = chosen.length > 0 ? chosen : Object.keys(CHECKS);
if (!existsSync(`${root}packages/client/dist/index.mjs`)) {
  await import("./build.mjs");
}
const failed = names.filter((name) => {
  console.log(`check: ${name}`);
  return !CHECKS[name]();
});
console.log(failed.length > 0 ? `check: failed: ${failed.join(", ")}` : "check: all passed");
process.exitCode = failed.length > 0 ? 1 : 0;
