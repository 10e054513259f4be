import { TEXT_64 } from "./fillers.mjs";

/** Echoes at a moderate rate, which no server has to hurry for. */
export const latency = {
  name: "latency",
  title: "latency",
  slices: 4,
  size: { sockets: 200, rate: 2000, warm: 1, seconds: 1 },
  quick: { sockets: 20, rate: 200, warm: 0.2, seconds: 0.5 },
  metrics: [
    { key: "p50", title: "latency at 2,000/s, p50", unit: "ms" },
    { key: "p99", title: "latency at 2,000/s, p99", unit: "ms", must: 1 },
  ],

  async prepare(stage, { sockets, rate, warm, seconds }) {
    await stage.start({ listeners: ["echo"] });
    await stage.load.call("open", { count: sockets });
    const message = { kind: "event", name: "echo", filler: TEXT_64 };
    const echo = (duration) => stage.load.call("latency", { message, rate, seconds: duration });
    await echo(warm);
    return { operations: rate * seconds, work: () => echo(seconds) };
  },
};
