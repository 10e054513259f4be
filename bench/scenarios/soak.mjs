/** Visitors by the thousand; what stays in memory when all are gone. */
export const soak = {
  name: "soak",
  title: "soak",
  targets: ["hawser", "socket.io"],
  rounds: 1,
  // An hour of 17 visitors a second. In the first third compiled code still comes and goes.
  size: { atOnce: 100, warm: 20_000, checkpoints: 5, visits: 8000 },
  quick: { atOnce: 20, warm: 50, checkpoints: 2, visits: 50 },
  metrics: [
    // Collections and compiled code leave up to 15 of noise; the smallest object kept for each visit is more.
    { key: "growth", title: "heap growth in a soak", unit: "B/visit", limit: 25 },
    { key: "cpu", title: "soak, a visit" },
  ],

  async run(stage, { atOnce, warm, checkpoints, visits }) {
    await stage.start({ listeners: ["enter", "ask"] });
    const polling = stage.target.dialect === "socket.io";
    const visit = (count) => stage.load.call("churn", { count, atOnce, polling });
    const heap = async () => {
      const { heapUsed, sockets } = await stage.server.call("memory");
      if (sockets !== 0) {
        throw new Error(`${sockets} sockets stayed`);
      }
      return heapUsed;
    };
    await visit(warm);
    const heaps = [await heap()];
    let cost;
    for (let i = 0; i < checkpoints; i++) {
      cost = await stage.measure(() => visit(visits));
      heaps.push(await heap());
    }
    await stage.load.call("close");
    return { growth: slope(heaps) / visits, cpu: cost.server / visits, heaps };
  },
};

/** Of the line through the values that misses them least. @param {number[]} values */
function slope(values) {
  const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const middle = (values.length - 1) / 2;
  const height = mean(values);
  const rise = values.reduce((sum, value, i) => sum + (i - middle) * (value - height), 0);
  return rise / values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
}
