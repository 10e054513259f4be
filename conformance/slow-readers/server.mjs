// A feed in a process of its own: broadcasts to everybody, and watches its memory; see feed.mjs.
import { createServer } from "node:http";
import { setImmediate, setTimeout } from "node:timers/promises";

const { server: name, backpressure, block } = JSON.parse(process.argv[2]);
const { Server } = await import(name);

/** What a healthy client may still wait for when more is sent; bytes. */
const CAUGHT_UP = 256 * 1024;
/** Broadcasts before memory is looked at first: what each socket makes on first use is there then. */
const WARM_UP = 200;
/** Awaited emits that the application has under way for the slow one, under `block`. */
const WINDOW = 500;

const httpServer = createServer();
const io = new Server(httpServer, { serveClient: false, backpressure });
const failures = [];
process.on("uncaughtException", (error) => failures.push(String(error)));
process.on("unhandledRejection", (error) => failures.push(String(error)));

/** What the application was told of the slow one. */
const told = { reason: null, code: null, at: null, rejected: 0, drain: 0 };
let slow;
let sent = 0;
io.on("connection", (socket) => {
  if (!("slow" in socket.handshake.query)) {
    return;
  }
  slow = socket;
  socket.on("drain", () => told.drain++);
  socket.on("disconnect", (reason, description) => {
    Object.assign(told, { reason, code: description?.code ?? null, at: sent });
  });
  socket.join("slow");
});

const wait = ({ conn }) => (conn.transport.socket?.bufferedAmount ?? 0) + conn.writeBuffer.length;

/** Waits until the healthy have taken all but so many bytes each. */
async function healthy(bytes) {
  await setImmediate();
  for (const socket of io.sockets.sockets.values()) {
    while (socket !== slow && socket.connected && wait(socket) > bytes) {
      await setTimeout(1);
    }
  }
}

function memory() {
  // Twice: what a first collection lets go of may hold memory outside of the heap.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let waiting = 0;
async function feedAwaited(n, payload) {
  while (waiting >= WINDOW && slow.connected) {
    await setTimeout(5);
  }
  waiting++;
  slow
    .emitWithAck("m", n, payload)
    .catch(() => told.rejected++)
    .finally(() => waiting--);
}

const commands = {
  async run({ count, bytes, sampleEvery }) {
    const text = "x".repeat(bytes - 16);
    for (let i = 0; i < WARM_UP; i++) {
      io.except("slow").emit("warm up", text);
      await healthy(CAUGHT_UP);
    }
    await healthy(0);
    await setTimeout(200);
    const before = memory();
    const cpu = process.cpuUsage();
    let [most, mostBuffered, mostRss] = [before, 0, 0];
    const awaited = block && slow ? feedAll(count, text) : undefined;
    for (sent = 0; sent < count; sent++) {
      // Each is a text of its own, as it would be in any application.
      const payload = sent.toString(36) + text;
      (block ? io.except("slow") : io).emit("m", sent, payload);
      await (sent % 8 === 7 ? healthy(CAUGHT_UP) : setImmediate());
      mostBuffered = Math.max(mostBuffered, slow?.bufferedBytes ?? 0);
      if (sent % sampleEvery === sampleEvery - 1) {
        mostRss = Math.max(mostRss, process.memoryUsage().rss);
        // What is on its way to those who read is no matter of the slow one.
        await healthy(0);
        await setTimeout(20);
        most = Math.max(most, memory());
      }
    }
    const { user, system } = process.cpuUsage(cpu);
    void awaited;
    return {
      rise: most - before,
      mostBuffered,
      mostRss,
      cpu: (user + system) / 1e6,
      told,
      dropped: io.stats?.().dropped ?? {},
      connected: slow?.connected ?? null,
      clients: io.engine.clientsCount,
      failures,
    };
  },
  async after() {
    await setTimeout(300);
    return { told, memory: memory(), buffered: slow?.bufferedBytes ?? 0, failures };
  },
};

async function feedAll(count, text) {
  for (let n = 0; n < count && slow.connected; n++) {
    await feedAwaited(n, n.toString(36) + text);
  }
}

process.on("message", async ({ command, ...args }) => {
  process.send({ command, ...(await commands[command](args)) });
});
httpServer.listen(0, "127.0.0.1", () => {
  process.send({ command: "listening", port: httpServer.address().port });
});
