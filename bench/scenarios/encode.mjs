const PROCESS = new URL("../targets/encode.mjs", import.meta.url);

/** The parser of each server in a process of its own, against JSON.stringify of the same event. */
export const encode = {
  name: "encode-70k",
  title: "encode 70 kB of JSON",
  times: 3,
  size: { warm: 40, blocks: 250 },
  quick: { warm: 2, blocks: 5 },
  targets: ["hawser", "socket.io"],
  metrics: [
    { key: "cpu" },
    { key: "ratio", title: "the same, to JSON.stringify", unit: "×", limit: 1.1, limitAim: 1.03 },
  ],

  async run(stage, size) {
    const { name, args } = stage.target;
    const library = stage.spawn(PROCESS, { name, args: [name, ...args] });
    const { cpu, stringify, bytes } = await library.call("measure", size);
    return { cpu, stringify, bytes, ratio: cpu / stringify };
  },
};
