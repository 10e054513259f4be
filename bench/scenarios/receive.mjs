import { TEXT_64 } from "./fillers.mjs";

const BATCH = 16;

/** Messages that only come in, 16 in a write, as fast as they are read; the server checks their order. */
export const receive = {
  name: "receive",
  title: "receive only",
  times: 3,
  slices: 10,
  size: { sockets: 100, warm: 80_000, count: 40_000 },
  quick: { sockets: 10, warm: 320, count: 320 },
  metrics: [{ key: "cpu", must: 1, aim: 0.9, ws: 1.25 }],

  async prepare(stage, { sockets, warm, count }) {
    await stage.start({ listeners: ["tell"] });
    await stage.load.call("open", { count: sockets });
    const message = { kind: "event", name: "tell", filler: TEXT_64 };
    let told = 0;
    const send = async (number) => {
      const sent = await stage.load.call("send", { message, count: number, batch: BATCH });
      told += sent.count;
      await stage.server.call("told", { count: told });
    };
    await send(warm);
    return { operations: count, work: () => send(count) };
  },
};
