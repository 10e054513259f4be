// Which of many cases it was: halves of them are played against fresh servers.
import { playBatch } from "./batch.mjs";
import { Target } from "./target/target.mjs";

/** Milliseconds; then the range is told as it is. */
const LIMIT_MS = 180_000;

/** @typedef {{ first: number, last: number, what: string }} Report */

/**
 * @param {Report} report
 * @param {{ seed: string, server: string | undefined, variant: number }} plan
 * @returns {Promise<Report>}
 */
export async function narrow(report, plan) {
  const end = performance.now() + LIMIT_MS;
  let known = report;
  while (known.last > known.first && performance.now() < end) {
    const middle = Math.floor((known.first + known.last) / 2);
    const found =
      (await attempt(known.first, middle, plan)) ?? (await attempt(middle + 1, known.last, plan));
    if (!found) {
      break;
    }
    known = found;
  }
  return known;
}

/** @returns {Promise<Report | undefined>} */
async function attempt(first, last, { seed, server, variant }) {
  const target = await Target.start(variant, server);
  try {
    const left = new Set();
    const [finding] = await playBatch({ target, seed, first, last, counts: new Map(), left });
    if (finding) {
      return { first: finding.index, last: finding.index, what: finding.what };
    }
    await target.settle();
    for (const wire of left) {
      wire.reset();
    }
    const findings = target.findings();
    return findings.length > 0 ? { first, last, what: findings.join("\n") } : undefined;
  } finally {
    await target.end();
  }
}
