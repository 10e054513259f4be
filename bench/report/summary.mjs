// From the samples of all rounds to one row for each metric.

/** @typedef {{ scenario: string, target: string, round: number, values: Record<string, number> }} Sample */

/** @param {readonly number[]} numbers */
export const median = (numbers) => quantile(numbers, 0.5);

/** Between two of the numbers, what is in between. @param {readonly number[]} numbers */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  return sorted[below] + (sorted[Math.ceil(at)] - sorted[below]) * (at - below);
}

/**
 * @param {import("../scenarios/index.mjs").Scenario[]} scenarios
 * @param {import("../targets.mjs").Target[]} targets
 * @param {Sample[]} samples
 * @param {{ judged: boolean }} options small sizes show nothing that could be judged
 */
export function summarize(scenarios, targets, samples, { judged }) {
  const subjects = targets.map(({ name }) => name).filter((name) => name.startsWith("hawser"));
  return scenarios.flatMap((scenario) =>
    scenario.metrics.map((metric) => {
      const own = samples.filter((sample) => sample.scenario === scenario.name);
      const values = {};
      const perSecond = {};
      for (const { name } of targets) {
        const of = own.filter((sample) => sample.target === name);
        if (of.length > 0) {
          values[name] = median(of.map((sample) => sample.values[metric.key]));
        }
        if (of.length > 0 && metric.key === "cpu") {
          perSecond[name] = median(of.map((sample) => sample.values.perSecond ?? Number.NaN));
        }
      }
      const verdicts = subjects.map((name) => judge(metric, own, name, judged));
      const { title = scenario.title, unit = "µs", must, aim, ws, limit } = metric;
      const limits = judged ? { must, aim, ws, limit } : {};
      return {
        scenario: scenario.name,
        side: scenario.side,
        title,
        unit,
        ...limits,
        values,
        perSecond,
        verdicts,
      };
    }),
  );
}

/** @param {import("../scenarios/index.mjs").Metric} metric @param {Sample[]} samples */
function judge({ key, must, ws, limit }, samples, subject, judged) {
  const own = samples.filter(({ target }) => target === subject).map(({ values }) => values[key]);
  // What has a limit of its own is not a cost to be compared.
  const comparable = limit === undefined;
  const toSocketIo = comparable ? compare(samples, key, subject, "socket.io") : undefined;
  const toWs = comparable ? compare(samples, key, subject, "ws") : undefined;
  const misses = [];
  if (must !== undefined && toSocketIo && toSocketIo.median > must) {
    misses.push(`socket.io × ${must}`);
  }
  if (ws !== undefined && toWs && toWs.median > ws) {
    misses.push(`ws × ${ws}`);
  }
  if (limit !== undefined && median(own) > limit) {
    misses.push(`${limit}`);
  }
  return { subject, toSocketIo, toWs, misses: judged ? misses : [] };
}

/** Ratios of the same round; rounds differ more than the two runs within one. */
function compare(samples, key, subject, other) {
  const valueIn = (target, round) =>
    samples.find((sample) => sample.target === target && sample.round === round)?.values[key];
  const ratios = [...new Set(samples.map(({ round }) => round))]
    .map((round) => valueIn(subject, round) / valueIn(other, round))
    .filter(Number.isFinite);
  if (ratios.length === 0) {
    return undefined;
  }
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
