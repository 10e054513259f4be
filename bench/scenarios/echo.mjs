import { TEXT_64 } from "./fillers.mjs";

const SMALL = {
  // Two processes of the same server can differ as 17 and 31.
  times: 3,
  size: { sockets: 100, warm: 15_000, count: 5000 },
  quick: { sockets: 10, warm: 100, count: 50 },
};

/** Questions and answers, `window` in flight for each of the sockets. */
function exchange({ name, title, listener, message, reply, window = 1, sizes, limits }) {
  return {
    name,
    title,
    slices: 10,
    ...sizes,
    metrics: [{ key: "cpu", ...limits }],

    async prepare(stage, { sockets, warm, count }) {
      await stage.start({ listeners: [listener] });
      await stage.load.call("open", { count: sockets });
      const talk = (number) =>
        stage.load.call("exchange", { message, reply, window, count: number });
      await talk(warm);
      return { operations: count, work: () => talk(count) };
    },
  };
}

const ECHO = {
  listener: "echo",
  message: { kind: "event", name: "echo", filler: TEXT_64 },
  sizes: SMALL,
};

export const echo = exchange({
  ...ECHO,
  name: "echo",
  title: "echo, 4 in flight",
  window: 4,
  limits: { must: 0.6, aim: 0.45, ws: 1 },
});

/** A round trip, as that of the acknowledgement, and held to the same bounds. */
export const echo1 = exchange({
  ...ECHO,
  name: "echo-1",
  title: "echo, one in flight",
  limits: { must: 0.7, aim: 0.55, ws: 1 },
});

export const ack = exchange({
  name: "ack",
  title: "acknowledgement round trip",
  listener: "ask",
  message: { kind: "ask", filler: TEXT_64 },
  reply: { kind: "reply", filler: TEXT_64 },
  sizes: SMALL,
  limits: { must: 0.7, aim: 0.55, ws: 1.25 },
});

export const binary1k = exchange({
  name: "binary-1k",
  title: "binary echo, 1 kB",
  listener: "bytes",
  message: { kind: "bytes", name: "bytes", size: 1000 },
  sizes: {
    size: { sockets: 100, warm: 10_000, count: 3000 },
    quick: { sockets: 10, warm: 50, count: 20 },
  },
  limits: { ws: 1.25 },
});

export const binary100k = exchange({
  name: "binary-100k",
  title: "binary echo, 100 kB",
  listener: "bytes",
  message: { kind: "bytes", name: "bytes", size: 100_000 },
  sizes: {
    size: { sockets: 20, warm: 1000, count: 400 },
    quick: { sockets: 5, warm: 5, count: 5 },
  },
  limits: { ws: 1.25 },
});
