import { TEXT_64 } from "./fillers.mjs";

/** Events to all; the next tick waits while more than two ticks are on their way. */
function broadcast({ name, title, perTick, size, quick, limits }) {
  return {
    name,
    title,
    slices: 10,
    size,
    quick,
    metrics: [{ key: "cpu", ...limits }],

    async prepare(stage, { sockets, warm, ticks }) {
      await stage.start({ listeners: ["seen"] });
      await stage.load.call("open", { count: sockets });
      const message = { kind: "event", name: "news", filler: TEXT_64 };
      const emit = async (number) => {
        const each = sockets * perTick;
        await stage.load.call("expect", { message, count: each * number, every: each });
        await stage.deliver("broadcast", { ticks: number, perTick, behind: 2, filler: TEXT_64 });
      };
      await emit(warm);
      return { operations: sockets * perTick * ticks, work: () => emit(ticks) };
    },
  };
}

export const broadcast1 = broadcast({
  name: "broadcast-1",
  title: "broadcast, one a tick, to 1,000",
  perTick: 1,
  size: { sockets: 1000, warm: 40, ticks: 14 },
  quick: { sockets: 50, warm: 2, ticks: 2 },
  limits: { must: 0.8, aim: 0.7, ws: 1.25 },
});

export const broadcast10 = broadcast({
  name: "broadcast-10",
  title: "broadcast, ten a tick, to 500",
  perTick: 10,
  size: { sockets: 500, warm: 25, ticks: 10 },
  quick: { sockets: 50, warm: 2, ticks: 2 },
  limits: { must: 0.2, aim: 0.13, ws: 1 },
});
