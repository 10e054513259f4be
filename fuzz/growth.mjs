// Whether a server has kept something of what has gone.

/** Bytes. Compiled code and caches still come in the first minutes; a session a case would be far more. */
const ALLOWED = 6e6;

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** @param {import("./target/target.mjs").Target} target */
export function growth({ heaps, name }) {
  // At the start everything is used for the first time.
  const judged = heaps.slice(Math.min(4, Math.floor(heaps.length / 3)));
  if (judged.length < 2) {
    return undefined;
  }
  const first = median(judged.slice(0, 3));
  const last = median(judged.slice(-3));
  const megabytes = judged.map((heap) => (heap / 1e6).toFixed(1)).join(", ");
  return last - first > ALLOWED
    ? `the heap of "${name}" grew, after collection and with nobody connected: ${megabytes} MB`
    : undefined;
}
