// `node bench/report/shares.mjs`: where the servers' time went, by the profiles of `--profile`.
import { readdirSync, readFileSync } from "node:fs";

const PROFILES = new URL("../profiles/", import.meta.url);

/** The first that fits. A function of V8 or libuv has no file. */
const KINDS = [
  ["idle", ({ name }) => name === "(idle)"],
  ["collector", ({ name }) => name === "(garbage collector)"],
  [
    "start",
    ({ url }) => /^node:internal\/(modules|bootstrap|deps\/cjs)|^node:(vm|internal\/vm)/.test(url),
  ],
  ["writes", ({ name, url }) => url === "" && /^write/.test(name)],
  ["http", ({ url }) => /_http_|crypto/.test(url)],
  ["node", ({ url }) => url.startsWith("node:")],
  ["ws", ({ url }) => url.includes("/ws/lib/")],
  ["codecs", ({ url }) => /-codec\/|shared\/(packets|frames)/.test(url)],
  ["hawser", ({ url }) => /packages\/server|@hawser\/server/.test(url)],
  ["application", ({ url }) => url.includes("/bench/")],
  ["other", () => true],
];

/** @param {string} file @returns {Map<string, number>} microseconds by kind */
function sharesOf(file) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(new URL(file, PROFILES), "utf8"));
  const kinds = new Map(
    nodes.map(({ id, callFrame: { functionName, url } }) => [
      id,
      KINDS.find(([, fits]) => fits({ name: functionName, url }))[0],
    ]),
  );
  const shares = new Map(KINDS.map(([kind]) => [kind, 0]));
  samples.forEach((id, i) => {
    const kind = kinds.get(id);
    shares.set(kind, shares.get(kind) + timeDeltas[i]);
  });
  return shares;
}

const shown = KINDS.map(([kind]) => kind).filter((kind) => kind !== "idle" && kind !== "start");
console.log(`| profile | ${shown.join(" | ")} |`);
console.log(`| --- | ${shown.map(() => "--:").join(" | ")} |`);
for (const file of readdirSync(PROFILES).filter((name) => name.endsWith(".cpuprofile"))) {
  const shares = sharesOf(file);
  const total = shown.reduce((sum, kind) => sum + shares.get(kind), 0);
  const cells = shown.map((kind) => `${Math.round((100 * shares.get(kind)) / total)} %`);
  console.log(`| ${file.replace("-1.cpuprofile", "")} | ${cells.join(" | ")} |`);
}
