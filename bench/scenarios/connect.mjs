import { setTimeout as delay } from "node:timers/promises";

/** A connection until its namespace is joined. They come and go in waves, as they do on a server that has run a while. */
export const connect = {
  name: "connect",
  title: "connect, WebSocket",
  // Where all connections have just gone, a forced collection takes the compiled code with them.
  keepsGarbage: true,
  times: 3,
  slices: 12,
  size: { waves: 8, count: 1500 },
  quick: { waves: 1, count: 50 },
  metrics: [{ key: "cpu", must: 0.65, aim: 0.55, ws: 1.25 }],

  async prepare(stage, { waves, count }) {
    await stage.start();
    const open = () => stage.load.call("open", { count });
    const close = async () => {
      await stage.load.call("close");
      // The server hears of it a moment later.
      await delay(200);
    };
    for (let wave = 0; wave < waves; wave++) {
      await open();
      await close();
    }
    return { operations: count, work: open, after: close };
  },
};

/** Handshake and namespace over polling, the WebSocket beside it, and one question over that. */
export const connectUpgrade = {
  name: "connect-upgrade",
  title: "connect, polling + upgrade",
  targets: ["hawser", "socket.io"],
  slices: 4,
  size: { warm: 400, count: 300 },
  quick: { warm: 5, count: 20 },
  metrics: [{ key: "cpu" }],

  async prepare(stage, { warm, count }) {
    await stage.start({ listeners: ["ask"] });
    const open = (number) => stage.load.call("openUpgraded", { count: number, atOnce: 100 });
    await open(warm);
    await stage.load.call("close");
    return { operations: count, work: () => open(count) };
  },
};
