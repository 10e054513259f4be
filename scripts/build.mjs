// Builds every published package into its dist/, and the browser bundles, also into the server's client-dist/.
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";
import { buildBundles } from "./bundles.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Entries by package, in the order of their dependencies; `require` has what require() answers in their place. */
const PACKAGES = [
  { name: "engine-codec", entries: ["index", "frames"], platform: "neutral" },
  { name: "socket-codec", entries: ["index", "packets"], platform: "neutral" },
  {
    name: "server",
    entries: ["index", "engine", "adapter", "events"],
    require: { index: "require" },
    // A server made by an ES module is given to packages of others that are CommonJS.
    oneSetOfTypes: true,
    platform: "node",
  },
  { name: "metrics", entries: ["index"], platform: "neutral" },
  {
    name: "client",
    entries: [
      ...["index", "browser", "websocket", "browser-websocket"],
      ...["engine", "browser-engine", "legacy", "browser-debug"],
    ],
    require: { index: "require", browser: "global", "browser-debug": "global-debug" },
    platform: "node",
  },
];

/** @param {{ name: string, entries: string[], require?: Record<string, string>, oneSetOfTypes?: boolean, platform: string }} description */
async function buildPackage({ name, entries, require, oneSetOfTypes = false, platform }) {
  const cwd = `${root}packages/${name}`;
  rmSync(`${cwd}/dist`, { recursive: true, force: true });
  const entry = Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`]));
  const common = {
    cwd,
    config: false,
    clean: false,
    platform,
    target: "es2022",
    shims: true,
    hash: false,
    fixedExtension: true,
    sourcemap: true,
    logLevel: "warn",
    inputOptions: { checks: { mixedExports: false, pluginTimings: false } },
    // In a folder of their own: a shared chunk takes its name from an entry, and so its place.
    outputOptions: (options) => ({
      ...options,
      chunkFileNames: options.chunkFileNames.replace("[name]", "shared/[name]"),
    }),
    tsconfig: `${root}tsconfig.build.json`,
  };
  await build({ ...common, entry, format: "esm", dts: !oneSetOfTypes });
  await build({ ...common, entry, format: "cjs", dts: true });
  if (oneSetOfTypes) {
    for (const entry of entries) {
      writeFileSync(`${cwd}/dist/${entry}.d.mts`, `export * from "./${entry}.cjs";\n`);
    }
  }
  if (require) {
    // Beside the names, require() of the package answers a function; its types are those of the names.
    const functions = Object.entries(require).map(([name, file]) => [name, `src/${file}.ts`]);
    await build({
      ...common,
      entry: { ...entry, ...Object.fromEntries(functions) },
      format: "cjs",
      dts: false,
    });
  }
}

for (const description of PACKAGES) {
  console.log(`build: packages/${description.name}`);
  await buildPackage(description);
}

console.log("build: browser bundles");
await buildBundles(root);
const bundles = `${root}packages/client/dist/`;
// Beside modules whose endings say what they are, `.js` is for script tags and old loaders.
writeFileSync(`${bundles}package.json`, '{ "type": "commonjs" }\n');
const served = `${root}packages/server/client-dist/`;
rmSync(served, { recursive: true, force: true });
mkdirSync(served);
for (const file of readdirSync(bundles)) {
  if (file.startsWith("socket.io.")) {
    copyFileSync(bundles + file, served + file);
  }
}
