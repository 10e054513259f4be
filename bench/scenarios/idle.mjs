/** What a connection that does nothing holds in memory. */
export const idle = {
  name: "idle",
  title: "idle connection",
  size: { warm: 2000, count: 6000 },
  quick: { warm: 50, count: 200 },
  rounds: 3,
  metrics: [
    { key: "heap", title: "idle heap", unit: "kB", must: 0.5, aim: 0.4 },
    { key: "rss", title: "idle RSS", unit: "kB", must: 0.6, aim: 0.5 },
  ],

  async run(stage, { warm, count }) {
    await stage.start();
    // Code is compiled and the young generation has grown before the first look.
    await stage.load.call("open", { count: warm });
    await stage.load.call("close");
    const before = await stage.server.call("memory");
    await stage.load.call("open", { count });
    const after = await stage.server.call("memory");
    if (before.sockets !== 0 || after.sockets !== count) {
      throw new Error(`${after.sockets - before.sockets} sockets instead of ${count}`);
    }
    await stage.load.call("close", { abrupt: true });
    const each = (key) => (after[key] - before[key]) / count / 1000;
    return { heap: each("heapUsed"), rss: each("rss"), external: each("external") };
  },
};
