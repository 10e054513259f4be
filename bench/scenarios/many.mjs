import { TEXT_64 } from "./fillers.mjs";

const INTERVAL = 5000;

/** Many connections, a broadcast to all each second, and how others' questions fare meanwhile. */
export const many = {
  name: "many",
  title: "15,000 connections",
  targets: ["hawser", "socket.io"],
  rounds: 1,
  size: { sockets: 14_900, askers: 100, rate: 500, times: 14 },
  quick: { sockets: 190, askers: 10, rate: 100, times: 2 },
  metrics: [
    { key: "p99", title: "15,000 connected, p99", unit: "ms", limit: 50 },
    { key: "late", title: "15,000 connected, latest heartbeat", unit: "ms", limit: 500 },
    { key: "cpu", title: "15,000 connected, a delivery" },
  ],

  async run(stage, { sockets, askers, rate, times }) {
    await stage.start({ listeners: ["ask"], options: { pingInterval: INTERVAL } });
    await stage.load.call("watchHeartbeats", { interval: INTERVAL });
    await stage.load.call("open", { count: sockets });
    // By themselves, so that their answers do not queue behind the deliveries of the others.
    const other = await stage.addLoad(sockets);
    await other.call("open", { count: askers });
    const news = { kind: "event", name: "news", filler: TEXT_64 };
    const message = { kind: "ask", filler: TEXT_64 };
    const reply = { kind: "reply", filler: TEXT_64 };
    const ask = (seconds) => other.call("latency", { message, reply, other: news, rate, seconds });
    await other.call("tolerate", { message: news });
    await ask(1);
    const count = sockets * times;
    await stage.load.call("expect", { message: news, count, every: Number.MAX_SAFE_INTEGER });
    let asked;
    const cost = await stage.measure(async () => {
      const broadcasts = { interval: 1000, times, filler: TEXT_64 };
      const asking = ask(times);
      await stage.deliver("broadcastEvery", broadcasts);
      asked = await asking;
    });
    const heartbeats = await stage.load.call("heartbeats");
    if (times * 1000 > 2 * INTERVAL && heartbeats.pinged !== sockets) {
      throw new Error(`${heartbeats.pinged} of ${sockets} connections were pinged`);
    }
    await other.call("close", { abrupt: true });
    await stage.load.call("close", { abrupt: true });
    return {
      ...asked,
      ...heartbeats,
      cpu: cost.server / count,
      serverBusy: cost.server / cost.time,
    };
  },
};
