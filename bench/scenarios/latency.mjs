import { TEXT_64 } from "./fillers.mjs";

/** Echoes at a moderate rate, which no server has to hurry for, once its code is compiled. */
export const latency = {
  name: "latency",
  title: "latency",
  // Many short ones: a second has only twenty messages beyond its 99th percentile.
  slices: 24,
  size: { sockets: 200, rate: 2000, warm: 15_000, seconds: 0.5 },
  quick: { sockets: 20, rate: 200, warm: 200, seconds: 0.5 },
  metrics: [
    { key: "p50", title: "latency at 2,000/s, p50", unit: "ms" },
    { key: "p99", title: "latency at 2,000/s, p99", unit: "ms", must: 1 },
  ],

  async prepare(stage, { sockets, rate, warm, seconds }) {
    await stage.start({ listeners: ["echo"] });
    await stage.load.call("open", { count: sockets });
    const message = { kind: "event", name: "echo", filler: TEXT_64 };
    await stage.load.call("exchange", { message, count: warm });
    const work = () => stage.load.call("latency", { message, rate, seconds });
    await work();
    return { operations: rate * seconds, work };
  },
};
