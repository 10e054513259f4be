// What the client costs: the same contract as the scenarios of the server.

import { sizes } from "./sizes.mjs";
import { startClient } from "./stage.mjs";

const common = { side: "client", targets: ["hawser", "socket.io"] };
const BATCH = 16;

/** Events that are sent to the client, 16 in a write. */
function receiving({ name, title, kind, size }) {
  return {
    ...common,
    name,
    title,
    slices: 5,
    size,
    quick: { sockets: 5, warm: 160, count: 320 },
    metrics: [{ key: "cpu" }],

    async prepare(stage, { sockets, warm, count }) {
      await startClient(stage);
      await stage.server.call("open", { count: sockets });
      let heard = 0;
      const send = async (number) => {
        const sent = await stage.load.call("send", { kind, count: number, batch: BATCH });
        heard += sent.count;
        await stage.server.call("heard", { count: heard });
      };
      await send(warm);
      return { operations: count, work: () => send(count) };
    },
  };
}

const receive = receiving({
  name: "client-receive",
  title: "receive an event",
  kind: "news",
  size: { sockets: 20, warm: 32_000, count: 32_000 },
});

const binary = receiving({
  name: "client-binary-1k",
  title: "receive 1 kB of bytes",
  kind: "bytes",
  size: { sockets: 20, warm: 16_000, count: 16_000 },
});

/** Events that the client sends, so many in a tick. */
function emitting({ name, title, batch }) {
  return {
    ...common,
    name,
    title,
    slices: 5,
    size: { sockets: 20, warm: 9600, count: 9600 },
    quick: { sockets: 5, warm: 160, count: 320 },
    metrics: [{ key: "cpu" }],

    async prepare(stage, { sockets, warm, count }) {
      await startClient(stage);
      await stage.server.call("open", { count: sockets });
      let told = 0;
      const emit = async (number) => {
        const emitted = await stage.server.call("emit", { count: number, batch });
        told += emitted.count;
        await stage.load.call("told", { count: told });
      };
      await emit(warm);
      return { operations: count, work: () => emit(count) };
    },
  };
}

const emit = emitting({ name: "client-emit", title: "emit an event", batch: 1 });
const burst = emitting({ name: "client-burst", title: "… 16 in a tick", batch: BATCH });

/** One in flight for each socket; who asks is `side`. */
function exchanging({ name, title, method, asks }) {
  return {
    ...common,
    name,
    title,
    slices: 5,
    size: { sockets: 20, warm: 8000, count: 6000 },
    quick: { sockets: 5, warm: 50, count: 100 },
    metrics: [{ key: "cpu" }],

    async prepare(stage, { sockets, warm, count }) {
      await startClient(stage);
      await stage.server.call("open", { count: sockets });
      const talk = (number) => asks(stage).call(method, { count: number });
      await talk(warm);
      return { operations: count, work: () => talk(count) };
    },
  };
}

const echo = exchanging({
  name: "client-echo",
  title: "receive and answer an event",
  method: "exchange",
  asks: ({ load }) => load,
});

const ack = exchanging({
  name: "client-ack",
  title: "acknowledgement round trip",
  method: "ask",
  asks: ({ server }) => server,
});

/** A fresh Manager until its first event, and its end; one after the other. */
function visiting({ name, title, transports }) {
  return {
    ...common,
    name,
    title,
    slices: 5,
    size: { warm: 200, count: 60 },
    quick: { warm: 3, count: 5 },
    metrics: [{ key: "cpu" }, { key: "p50", title: "… time to first event, p50", unit: "ms" }],

    async prepare(stage, { warm, count }) {
      await startClient(stage, { greets: true });
      const visit = (number) => stage.server.call("visit", { count: number, transports });
      await visit(warm);
      return { operations: count, work: () => visit(count) };
    },
  };
}

const connect = visiting({
  name: "client-connect",
  title: "connect, WebSocket",
  transports: ["websocket"],
});

const upgrade = visiting({ name: "client-upgrade", title: "connect, polling + upgrade" });

/** What a client that is connected holds in memory. */
const idle = {
  ...common,
  name: "client-idle",
  title: "heap of a connected client",
  size: { warm: 200, count: 1000 },
  quick: { warm: 10, count: 50 },
  rounds: 3,
  metrics: [{ key: "heap", unit: "kB" }],

  async run(stage, { warm, count }) {
    await startClient(stage);
    // They stay, for a client that was closed is not gone at once.
    await stage.server.call("open", { count: warm });
    const before = await stage.server.call("memory");
    await stage.server.call("open", { count });
    const after = await stage.server.call("memory");
    await stage.load.call("close");
    return { heap: (after.heapUsed - before.heapUsed) / count / 1000 };
  },
};

export const CLIENT_SCENARIOS = [
  receive,
  binary,
  emit,
  burst,
  echo,
  ack,
  connect,
  upgrade,
  idle,
  { ...common, ...sizes },
];
