// Many cases at once against one server.

import { scriptOf } from "./input/script.mjs";
import { Player } from "./play.mjs";

/** How many clients attack at the same time. */
const AT_ONCE = 64;

/** @typedef {import("./wire/wire.mjs").Wire} Wire */
/** @typedef {{ index: number | undefined, what: string }} Finding */

/**
 * @param {object} plan
 * @param {import("./target/target.mjs").Target} plan.target
 * @param {string} plan.seed
 * @param {number} plan.first
 * @param {number} plan.last
 * @param {Map<string, number>} plan.counts of inputs by kind
 * @param {Set<Wire>} plan.left
 * @returns {Promise<Finding[]>} those that are known to be one case's
 */
export async function playBatch({ target, seed, first, last, counts, left }) {
  /** @type {Finding[]} */
  const findings = [];
  let next = first;
  const worker = async () => {
    while (next <= last && findings.length === 0 && !target.hasFindings) {
      const script = scriptOf(seed, next++);
      const host = {
        port: target.port,
        onFinding: ({ index }, what) => findings.push({ index, what }),
        count: (kind) => {
          const key = `${script.kind}: ${kind}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        },
        left,
      };
      await new Player(host, script).play();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return findings;
}
