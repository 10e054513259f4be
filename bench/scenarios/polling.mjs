import { TEXT_64 } from "./fillers.mjs";

/** A POST with the question and a GET that waits for the answer. */
export const pollingEcho = {
  name: "polling-echo",
  title: "echo over polling",
  targets: ["hawser", "socket.io"],
  times: 3,
  slices: 8,
  size: { sessions: 50, warm: 3000, count: 1250 },
  quick: { sessions: 5, warm: 10, count: 10 },
  metrics: [{ key: "cpu", must: 0.8, aim: 0.65 }],

  async prepare(stage, { sessions, warm, count }) {
    await stage.start({ listeners: ["echo"] });
    await stage.load.call("openPolling", { count: sessions });
    const echo = (number) => stage.load.call("pollingExchange", { filler: TEXT_64, count: number });
    await echo(warm);
    return { operations: count, work: () => echo(count) };
  },
};
