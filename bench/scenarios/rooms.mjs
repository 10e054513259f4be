import { TEXT_64 } from "./fillers.mjs";

const MEMBERS = 5;

/** Each socket is in ten rooms of five; events go to one room after the other. */
export const rooms = {
  name: "rooms",
  title: "10,000 rooms of 5, a delivery",
  slices: 8,
  size: { sockets: 5000, rooms: 10_000, perTick: 20, warm: 250, ticks: 125 },
  quick: { sockets: 100, rooms: 200, perTick: 5, warm: 5, ticks: 5 },
  metrics: [{ key: "cpu", ws: 1.25 }],

  async prepare(stage, { sockets, rooms, perTick, warm, ticks }) {
    await stage.start({ listeners: ["seen"] });
    await stage.load.call("open", { count: sockets });
    await stage.server.call("fillRooms", { rooms, members: MEMBERS });
    const message = { kind: "event", name: "news", filler: TEXT_64 };
    const every = perTick * MEMBERS;
    const emit = async (number) => {
      await stage.load.call("expect", { message, count: every * number, every, gaps: true });
      const options = { rooms, ticks: number, perTick, behind: 20, filler: TEXT_64 };
      await stage.deliver("emitToRooms", options);
    };
    await emit(warm);
    return { operations: every * ticks, work: () => emit(ticks) };
  },
};

/** 200 sockets join 100 rooms and leave them: 20,000 joins and leaves in a pass. */
export const joins = {
  name: "joins",
  title: "join or leave, 20,000 in a tick",
  slices: 4,
  size: { sockets: 200, rooms: 100, warm: 4, passes: 10 },
  quick: { sockets: 20, rooms: 10, warm: 1, passes: 2 },
  metrics: [{ key: "cpu" }],

  async prepare(stage, { sockets, rooms, warm, passes }) {
    await stage.start();
    await stage.load.call("open", { count: sockets });
    const work = (number) => stage.server.call("joinAndLeave", { rooms, passes: number });
    await work(warm);
    return { operations: 2 * sockets * rooms * passes, work: () => work(passes) };
  },
};
