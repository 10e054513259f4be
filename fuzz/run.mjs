// Attacks servers with clients that do nearly what they should; README.md tells what must hold.
import { playBatch } from "./batch.mjs";
import { growth } from "./growth.mjs";
import { scriptOf } from "./input/script.mjs";
import { narrow } from "./narrow.mjs";
import { readOptions } from "./options.mjs";
import { show } from "./show.mjs";
import { Target } from "./target/target.mjs";
import { VARIANTS } from "./target/variants.mjs";

/** Cases of a batch; all of one go to the same server, so a case's number tells which. */
const BATCH = 500;

const options = readOptions(process.argv.slice(2));
const { seed, only, server } = options;
/** @type {Map<string, number>} */
const counts = new Map();

if (options.print) {
  for (let index = only.first; index <= only.last; index++) {
    console.log(show(scriptOf(seed, index)));
  }
  process.exit(0);
}

/** @param {number} index */
const variantOf = (index) => Math.floor(index / BATCH) % VARIANTS.length;

/** The batches to play, without end unless they are given. */
function* batches() {
  let first = only?.first ?? 0;
  while (first <= (only?.last ?? Number.POSITIVE_INFINITY)) {
    const end = first - (first % BATCH) + BATCH - 1;
    const last = Math.min(end, only?.last ?? end);
    yield { first, last, variant: variantOf(first) };
    first = last + 1;
  }
}

/** A server and what it was last sent, which may still be going. */
class Lane {
  /** @type {Set<import("./wire/wire.mjs").Wire>} */
  left = new Set();
  /** @type {{ first: number, last: number } | undefined} */
  batch;
  settled = Promise.resolve();

  /** @param {Target} target */
  constructor(target) {
    this.target = target;
  }

  settle() {
    this.settled = this.target.settle().then(() => {
      for (const wire of this.left) {
        wire.reset();
      }
      this.left.clear();
    });
  }
}

/** @type {Map<number, Lane>} */
const lanes = new Map();

/** @param {number} variant */
async function laneOf(variant) {
  const lane = lanes.get(variant) ?? new Lane(await Target.start(variant, server));
  lanes.set(variant, lane);
  await lane.settled;
  return lane;
}

/**
 * @typedef {object} Report
 * @property {number} first
 * @property {number} last
 * @property {string} what
 * @property {boolean} [isOfAll] no case alone, nor batch, would show it
 */

/** Plays until time is over or something is found. @returns {Promise<Report | undefined>} */
async function attack() {
  const end = performance.now() + options.minutes * 60_000;
  for (const { first, last, variant } of batches()) {
    const lane = await laneOf(variant);
    const { target, left } = lane;
    const before = reportOf(lane);
    if (before) {
      return before;
    }
    lane.batch = { first, last };
    const [finding] = await playBatch({ target, seed, first, last, counts, left });
    if (finding) {
      // The server may know more about it.
      await target.state();
      const what = [finding.what, ...target.findings()].join("\n");
      return { first: finding.index, last: finding.index, what };
    }
    lane.settle();
    progress(last);
    if (!only && performance.now() > end) {
      break;
    }
  }
  for (const lane of lanes.values()) {
    await lane.settled;
    const report = reportOf(lane);
    if (report) {
      return report;
    }
  }
  if (only) {
    return undefined;
  }
  await Promise.all([...lanes.values()].map(({ target }) => target.rest()));
  const grown = [...lanes.values()].map(({ target }) => growth(target)).find((what) => what);
  return grown ? { first: 0, last: 0, what: grown, isOfAll: true } : undefined;
}

/** @param {Lane} lane @returns {Report | undefined} */
function reportOf({ target, batch = { first: 0, last: 0 } }) {
  const findings = target.findings();
  return findings.length > 0 ? { ...batch, what: findings.join("\n") } : undefined;
}

const start = performance.now();
let shownAt = start;

const sum = () => [...counts.values()].reduce((total, count) => total + count, 0);
const number = (value) => Math.round(value).toLocaleString("en");

/** @param {number} last */
function progress(last) {
  if (performance.now() - shownAt > 30_000) {
    shownAt = performance.now();
    console.log(
      `fuzz: ${Math.round((shownAt - start) / 1000)} s, ${number(last + 1)} cases, ${number(sum())} inputs`,
    );
  }
}

function summary() {
  const seconds = (performance.now() - start) / 1000;
  for (const [kind, count] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    console.log(`  ${kind.padEnd(22)}${number(count).padStart(10)}`);
  }
  for (const { target } of lanes.values()) {
    const heaps = target.heaps.map((heap) => (heap / 1e6).toFixed(1));
    const heap = heaps.length > 0 ? `${heaps[0]} → ${heaps.at(-1)} MB` : "not taken";
    console.log(
      `  server "${target.name}": heap ${heap}, longest turn ${number(target.maxLag)} ms, ` +
        `${number(target.witnessed)} echoes of the witnesses`,
    );
  }
  console.log(
    `fuzz: ${number(sum())} inputs in ${seconds.toFixed(0)} s, ${number(sum() / seconds)} a second`,
  );
}

/** @param {Report} report */
async function tell(report) {
  const again = `npm run fuzz -- --seed ${seed}${server ? ` --server ${server}` : ""}`;
  if (report.isOfAll) {
    console.log(
      `fuzz: FOUND: ${report.what}\nfuzz: replay with: ${again} --minutes ${options.minutes}`,
    );
    return;
  }
  console.log(`fuzz: FOUND, in cases ${report.first} to ${report.last}: ${report.what}`);
  let known = report;
  if (report.last > report.first) {
    known = await narrow(report, { seed, server, variant: variantOf(report.first) });
    console.log(`fuzz: narrowed to ${known.first} to ${known.last}: ${known.what}`);
  }
  const { first, last } = known;
  console.log(`fuzz: replay with: ${again} --only ${first}${last > first ? `-${last}` : ""}`);
  if (first === last) {
    console.log(show(scriptOf(seed, first)));
  }
}

console.log(`fuzz: seed ${seed}`);
const report = await attack();
summary();
for (const { target } of lanes.values()) {
  await target.end();
}
if (report) {
  await tell(report);
}
console.log(report ? "fuzz: failed" : "fuzz: clean");
process.exit(report ? 1 : 0);
