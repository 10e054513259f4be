// Runs scenarios against servers in interleaved rounds, and prints what they cost.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readOptions } from "./options.mjs";
import { play } from "./play.mjs";
import { writeResults } from "./report/files.mjs";
import { describeMachine } from "./report/machine.mjs";
import { summarize } from "./report/summary.mjs";
import { costTable, throughputTable } from "./report/table.mjs";
import { overlookedFaults } from "./self-check.mjs";

const options = readOptions(process.argv.slice(2));
const { targets, missing } = options;
const machine = describeMachine();
const PROFILES = fileURLToPath(new URL("profiles/", import.meta.url));

/** @type {import("./report/summary.mjs").Sample[]} */
const samples = [];
/** @type {string[]} */
const failures = [];

if (options.quick) {
  failures.push(...(await overlookedFaults()).map((fault) => `the load overlooked: ${fault}`));
}
for (let round = 0; round < options.rounds; round++) {
  for (const scenario of options.scenarios) {
    const times = options.quick ? 1 : (scenario.times ?? 1);
    for (let i = 0; i < times && round < (scenario.rounds ?? options.rounds); i++) {
      await playRound(scenario, round * times + i);
    }
  }
}

/** @param {import("./scenarios/index.mjs").Scenario} scenario @param {number} round */
async function playRound(scenario, round) {
  const able = targets.filter(({ name }) => scenario.targets?.includes(name.split("@")[0]) ?? true);
  // Each has the first turn once.
  const order = able.map((_, i) => able[(i + round) % able.length]);
  const size = options.quick ? scenario.quick : scenario.size;
  const flagsOf = (target) => profileFlags(scenario, target, round);
  const plan = { scenario, size, round, flagsOf };
  const start = performance.now();
  // Small sizes are not judged, so all may disturb each other.
  const groups = options.quick ? order.map((target) => [target]) : [order];
  const players = (await Promise.all(groups.map((group) => play(group, plan)))).flat();
  for (const { target, values, error } of players) {
    const title = `${scenario.name} ${target.name} ${round + 1}`;
    if (error) {
      failures.push(`${title}: ${error.message}`);
      console.error(`${title} FAILED: ${error.stack}`);
    } else {
      samples.push({ scenario: scenario.name, target: target.name, round, values });
      console.error(`${title}: ${describe(scenario, values)}`);
    }
  }
  console.error(`  ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function describe({ metrics }, values) {
  const percent = (share) => `${Math.round(share * 100)} %`;
  const shown = metrics.map(({ key }) => `${key} ${values[key].toFixed(2)}`).join(", ");
  if (!values.serverSeconds) {
    return shown;
  }
  const busy = `server ${percent(values.serverBusy)}, load ${percent(values.loadBusy)}`;
  return `${shown}; ${values.serverSeconds.toFixed(2)} s of CPU; ${busy}`;
}

function profileFlags(scenario, target, round) {
  if (!options.profile) {
    return [];
  }
  mkdirSync(PROFILES, { recursive: true });
  const name = `${scenario.name}-${target.name.replaceAll("/", "_")}-${round + 1}.cpuprofile`;
  return ["--cpu-prof", `--cpu-prof-dir=${PROFILES}`, `--cpu-prof-name=${name}`];
}

/** @param {"Server" | "Client"} title */
function sideTables(title) {
  const side = rows.filter((row) => (row.side === "client") === (title === "Client"));
  const able = names.filter((name) => side.some(({ values }) => name in values));
  return side.length > 0 ? [`## ${title}`, costTable(side, able), throughputTable(side, able)] : [];
}

function remarks() {
  return [
    ...Object.entries(missing).map(([name, reason]) => `Without ${name}: ${reason}`),
    ...failures.map((failure) => `FAILED: ${failure}`),
  ];
}

const rows = summarize(options.scenarios, targets, samples, { judged: !options.quick });
const names = targets.map(({ name }) => name);
const tables = [...sideTables("Server"), ...sideTables("Client"), ...remarks()].join("\n\n");
console.log(tables);
if (options.isFull) {
  writeResults({ machine, rounds: options.rounds, rows, samples, failures, tables });
  console.log("\nbench/results/ and docs/performance.svg are written");
}
const missed = rows.some(({ verdicts }) => verdicts.some(({ misses }) => misses.length > 0));
process.exitCode = failures.length > 0 || (options.check && missed) ? 1 : 0;
