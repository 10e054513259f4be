// What a client costs that has stopped reading: writes the tables of docs/backpressure.md; bench/README.md.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runFeed } from "../conformance/slow-readers/feed.mjs";

const { values } = parseArgs({
  options: { only: { type: "string" }, write: { type: "boolean", default: false } },
});
const DOCUMENT = fileURLToPath(new URL("../docs/backpressure.md", import.meta.url));
const BYTES = 10_000;
const MIB = 1024 * 1024;
const BUDGET = 4 * MIB;
const POLICIES = ["disconnect", "drop-new", "drop-old", "latest", "block"];

/** @typedef {Awaited<ReturnType<typeof runFeed>>} Outcome */

const mib = (bytes) => `${(bytes / MIB).toFixed(1)} MiB`;
const thousands = (n) => n.toLocaleString("en");

/** @param {Outcome} outcome @param {number} count */
function isComplete({ healthy, run, after }, clients, count) {
  const isRight = healthy.complete === clients && healthy.disordered === 0;
  const failures = [...run.failures, ...after.failures];
  if (!isRight || failures.length > 0) {
    throw new Error(`not all have received all ${count}: ${JSON.stringify({ healthy, failures })}`);
  }
}

async function compare() {
  const [clients, count] = [100, 2000];
  const feed = { clients, count, bytes: BYTES };
  const lines = [];
  for (const slowBy of ["websocket", "polling"]) {
    const control = await runFeed(feed);
    isComplete(control, clients, count);
    for (const policy of [...POLICIES, undefined]) {
      const outcome = await runFeed({
        ...feed,
        slowBy,
        ...(policy ? { backpressure: { policy } } : { server: "socket.io" }),
        block: policy === "block",
      });
      isComplete(outcome, clients, count);
      const rise = outcome.run.rise - control.run.rise;
      lines.push(`| ${policy ?? "(Socket.IO 4.8.4)"} | ${slowBy} | ${row(outcome, rise, count)} |`);
      console.log(lines.at(-1));
    }
  }
  return [
    `${clients} clients read, one does not; ${thousands(count)} broadcasts of 10 kB. Then the one reads on.`,
    "",
    "| Policy | Slow by | Memory | Delivered | Dropped | What the application was told |",
    "| --- | --- | ---: | ---: | ---: | --- |",
    ...lines,
  ].join("\n");
}

/** @param {Outcome} outcome */
function row({ run, slow, after }, rise, count) {
  const dropped = Object.values(run.dropped).reduce((sum, n) => sum + n, 0);
  const { reason, code, at, drain } = after.told;
  const told = reason
    ? `\`disconnect\` after ${thousands(at)}: ${reason}, \`${code}\``
    : drain > 0
      ? "`drain`, when the client read on"
      : "nothing";
  const delivered = `${thousands(slow.delivered)} of ${thousands(count)}`;
  return `+${mib(Math.max(0, rise))} | ${delivered} | ${thousands(dropped)} | ${told}`;
}

/** The bound: memory rises by no more than the budget and a fifth. */
async function bound() {
  const [clients, count] = [999, 10_000];
  const feed = { clients, count, bytes: BYTES, samples: 40 };
  const start = performance.now();
  const lines = [];
  let isHeld = true;
  for (const policy of ["disconnect", "drop-old"]) {
    const outcome = await runFeed({ ...feed, slowBy: "websocket", backpressure: { policy } });
    const { run, healthy, after } = outcome;
    isComplete(outcome, clients, count);
    isHeld &&= run.rise <= 1.2 * BUDGET;
    const { reason, code, at } = after.told;
    const told = reason ? `${reason}, \`${code}\`, after ${thousands(at)}` : "stays connected";
    lines.push(
      `| ${policy} | +${mib(run.rise)} | ${mib(1.2 * BUDGET)} | ${mib(run.mostBuffered)} ` +
        `| ${healthy.complete} of ${clients}, in order | ${told} |`,
    );
    console.log(lines.at(-1));
  }
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  console.log(`${minutes} minutes; the bound is ${isHeld ? "held" : "NOT held"}`);
  process.exitCode = isHeld ? 0 : 1;
  return [
    `One paused WebSocket among 1,000, ${thousands(count)} broadcasts of 10 kB:`,
    "",
    "| Policy | Memory | Bound (budget and 20 %) | Most that waited | The others received all | The slow one |",
    "| --- | ---: | ---: | ---: | --- | --- |",
    ...lines,
  ].join("\n");
}

/** Puts a table between its marks. */
function write(name, table) {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const text = readFileSync(DOCUMENT, "utf8");
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
  writeFileSync(DOCUMENT, `${text.slice(0, from)}\n${table}\n\n${text.slice(to)}`);
}

for (const [name, measure] of Object.entries({ policies: compare, bound })) {
  if (values.only === undefined || values.only === name) {
    const table = await measure();
    if (values.write) {
      write(name, table);
    }
  }
}
