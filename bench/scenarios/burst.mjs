import { TEXT_32 } from "./fillers.mjs";

/** 500 events to one socket in one tick, for each of 200 sockets. */
export const burst = {
  name: "burst",
  title: "burst, 500 to each of 200",
  slices: 5,
  size: { sockets: 200, count: 500, warm: 1, passes: 1 },
  quick: { sockets: 20, count: 50, warm: 1, passes: 1 },
  metrics: [{ key: "cpu", must: 0.22, aim: 0.15, ws: 1 }],

  async prepare(stage, { sockets, count, warm, passes }) {
    await stage.start({ listeners: ["seen"] });
    await stage.load.call("open", { count: sockets });
    const message = { kind: "event", name: "news", filler: TEXT_32 };
    const emit = async (number) => {
      const each = sockets * count;
      await stage.load.call("expect", { message, count: each * number, every: each });
      await stage.deliver("burst", { passes: number, count, filler: TEXT_32 });
    };
    await emit(warm);
    return { operations: sockets * count * passes, work: () => emit(passes) };
  },
};
