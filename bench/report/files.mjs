// What a full run leaves: every sample, the tables, those of the run before, and the plot for the documentation.
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { plot } from "./plot.mjs";

const RESULTS = new URL("../results/", import.meta.url);
const PLOT = new URL("../../docs/performance.svg", import.meta.url);

/** @param {{ machine: any, rounds: number, rows: any[], samples: any[], failures: string[], tables: string }} run */
export function writeResults({ machine, rounds, rows, samples, failures, tables }) {
  mkdirSync(RESULTS, { recursive: true });
  const write = (name, text) => writeFileSync(new URL(name, RESULTS), text);
  const results = { ...machine, rounds, failures, rows, samples };
  write("latest.json", `${JSON.stringify(results, undefined, 1)}\n`);
  const { date, commit, changed, node, cpu, cores, kernel, versions } = machine;
  const place = `Node ${node}, ${cores} × ${cpu}, ${kernel}`;
  const servers = Object.entries(versions)
    .map((pair) => pair.join(" "))
    .join(", ");
  const state = changed ? `${commit} with changes` : commit;
  const head = `${date.slice(0, 10)}, commit ${state}; ${place}; ${servers}; medians of ${rounds} rounds.`;
  const table = new URL("table.md", RESULTS);
  if (existsSync(table)) {
    renameSync(table, new URL("previous.md", RESULTS));
  }
  write("table.md", `${head}\n\n${tables}\n`);
  writeFileSync(
    PLOT,
    plot(
      rows.filter(({ side }) => side !== "client"),
      machine,
    ),
  );
}
