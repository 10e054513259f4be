/** A connection until its namespace is joined; they stay. */
export const connect = {
  name: "connect",
  title: "connect, WebSocket",
  slices: 8,
  size: { warm: 1500, count: 500 },
  quick: { warm: 20, count: 20 },
  metrics: [{ key: "cpu", must: 0.65, aim: 0.55, ws: 1.25 }],

  async prepare(stage, { warm, count }) {
    await stage.start();
    await stage.load.call("open", { count: warm });
    await stage.load.call("close");
    return { operations: count, work: () => stage.load.call("open", { count }) };
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
