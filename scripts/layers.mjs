// Imports go from the user's side towards the wire, never back (ARCHITECTURE.md), and never in a circle.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

/** Folders of a package's src, from the wire to the user; a file may import its own and earlier ones. */
const STATIONS = {
  server: [
    "seams.ts",
    "clock",
    "stats",
    "limits",
    "http",
    "transport",
    "session",
    "uws",
    "connection",
    "room",
    "socket",
    "namespace",
    "server.ts",
    "index.ts",
    "require.ts",
  ],
  client: [
    "platform",
    "transport",
    "session",
    "manager",
    "socket",
    "legacy",
    "io.ts",
    "index.ts",
    "require.ts",
  ],
};

/** Node's modules may be imported only here: the rest runs on any runtime. */
const NODE_FREE = [
  /^packages\/(engine|socket)-codec\//,
  /^packages\/client\/src\/(manager|socket|session|legacy)\//,
  /^packages\/server\/src\/connection\//,
  /^packages\/metrics\//,
];

/** @param {string} folder @returns {string[]} */
function sources(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .sort();
}

/** @param {string} root */
export function checkLayers(root) {
  const problems = [];
  for (const name of readdirSync(join(root, "packages"))) {
    const src = join(root, "packages", name, "src");
    /** @type {Map<string, string[]>} */
    const graph = new Map();
    for (const file of sources(src)) {
      const text = readFileSync(join(src, file), "utf8");
      const imports = ts.preProcessFile(text, true, true).importedFiles.map((one) => one.fileName);
      graph.set(
        file,
        imports
          .filter((path) => path.startsWith("."))
          .map((path) => normalize(join(dirname(file), path))),
      );
      const path = `packages/${name}/src/${file}`;
      if (NODE_FREE.some((pattern) => pattern.test(path))) {
        for (const module of imports.filter((one) => one.startsWith("node:"))) {
          problems.push(`${path} imports ${module}, but must run on any runtime`);
        }
      }
    }
    problems.push(...cycles(graph, name), ...upward(graph, name));
  }
  for (const problem of problems) {
    console.error(`layers: ${problem}`);
  }
  return problems.length === 0;
}

/** @param {Map<string, string[]>} graph @param {string} name */
function upward(graph, name) {
  /** @type {string[] | undefined} */
  const stations = STATIONS[name];
  if (!stations) {
    return [];
  }
  /** @param {string} file */
  const level = (file) =>
    stations.indexOf(file.includes("/") ? file.slice(0, file.indexOf("/")) : file);
  return [...graph].flatMap(([file, imports]) =>
    imports
      .filter((other) => level(file) >= 0 && level(other) > level(file))
      .map((other) => `packages/${name}/src: ${file} imports ${other}, which is nearer the user`),
  );
}

/** @param {Map<string, string[]>} graph @param {string} name */
function cycles(graph, name) {
  const done = new Set();
  const found = [];
  /** @param {string} file @param {string[]} trail */
  const visit = (file, trail) => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      found.push(`packages/${name}/src: a circle: ${[...trail.slice(at), file].join(" -> ")}`);
    } else if (!done.has(file)) {
      for (const next of graph.get(file) ?? []) {
        visit(next, [...trail, file]);
      }
      done.add(file);
    }
  };
  for (const file of graph.keys()) {
    visit(file, []);
  }
  return found;
}
