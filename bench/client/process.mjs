// The process under test: one client library, and what an application does with it.
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { answerCalls } from "../calls.mjs";
import { median } from "../report/summary.mjs";
import { TEXT_64 } from "../scenarios/fillers.mjs";

const [folder] = process.argv.slice(2);
const { io } = createRequire(import.meta.url)(folder);

let url;
/** @type {any[]} */
const sockets = [];
/** What a socket expects next, of each kind of event. @type {Map<any, { next: number }>} */
const states = new Map();
let heard = 0;
let expected = Number.NaN;
let allHeard = () => {};
/** @type {Error | undefined} */
let failure;

function fail(text) {
  failure ??= new Error(text);
}

function checkNumber(state, number) {
  if (number !== state.next++) {
    fail(`${number} came, not ${state.next - 1}`);
  }
  heard++;
  if (heard === expected) {
    allHeard();
  }
}

/** @type {Record<string, (socket: any, state: any) => void>} */
const LISTENERS = {
  news: (socket, state) =>
    socket.on("news", (number, text) => {
      if (text.length !== TEXT_64.length) {
        fail(`${text} came`);
      }
      checkNumber(state, number);
    }),
  bytes: (socket, state) =>
    socket.on("bytes", (number, bytes) => {
      if (bytes.byteLength !== 1000) {
        fail(`${bytes.byteLength} bytes came`);
      }
      checkNumber(state, number);
    }),
  echo: (socket) => socket.on("echo", (number, text) => socket.emit("echo", number, text)),
};

async function open(count, transports) {
  for (let i = 0; i < count; i++) {
    const socket = io(url, { forceNew: true, ...(transports && { transports }) });
    sockets.push(socket);
    states.set(socket, { next: 0, told: 0 });
    for (const listen of Object.values(LISTENERS)) {
      listen(socket, states.get(socket));
    }
    await new Promise((resolve, reject) => {
      socket.on("connect", resolve);
      socket.on("connect_error", reject);
      socket.on("disconnect", (reason) => reason !== "io client disconnect" && fail(reason));
    });
  }
}

/** Milliseconds until the first event of one fresh Manager; ends when it has disconnected. */
async function visit(transports) {
  const start = performance.now();
  const socket = io(url, { forceNew: true, ...(transports && { transports }) });
  const upgraded = new Promise((resolve, reject) => {
    socket.on("connect_error", reject);
    // Before the namespace is joined, for the upgrade may be faster than that.
    socket.io.on("open", () => {
      if (transports) {
        resolve();
      } else {
        socket.io.engine.on("upgrade", resolve);
        socket.io.engine.on("upgradeError", reject);
      }
    });
  });
  const [time] = await Promise.all([
    new Promise((resolve) => {
      socket.on("welcome", (text) => {
        if (text !== TEXT_64) {
          fail(`${text} came`);
        }
        resolve(performance.now() - start);
      });
    }),
    upgraded,
  ]);
  socket.disconnect();
  return time;
}

function check() {
  if (failure) {
    throw failure;
  }
}

answerCalls({
  target({ port }) {
    url = `http://127.0.0.1:${port}`;
  },
  open: ({ count }) => open(count, ["websocket"]),
  /** Waits until so many events came in all. */
  async heard({ count }) {
    expected = count;
    if (heard !== count) {
      const timer = setTimeout(() => {
        fail(`lost: ${heard} of ${count} events came`);
        allHeard();
      }, 60_000);
      await new Promise((resolve) => {
        allHeard = resolve;
      });
      clearTimeout(timer);
    }
    check();
  },
  /** Emits `count` events in all, `batch` of them in a tick, for each socket. */
  async emit({ count, batch }) {
    const each = Math.ceil(count / sockets.length / batch);
    for (let i = 0; i < each; i++) {
      for (const socket of sockets) {
        const state = states.get(socket);
        for (let j = 0; j < batch; j++) {
          socket.emit("tell", state.told++, TEXT_64);
        }
        await new Promise(setImmediate);
      }
    }
    check();
    return { count: each * batch * sockets.length };
  },
  /** Asks and waits for the acknowledgement, one in flight for each socket. */
  async ask({ count }) {
    const each = Math.ceil(count / sockets.length);
    await Promise.all(
      sockets.map(
        (socket) =>
          new Promise((resolve) => {
            let left = each;
            const answered = (text) => {
              if (text !== TEXT_64) {
                fail(`${text} was the answer`);
              }
              if (--left === 0) {
                resolve();
              } else {
                socket.emit("ask", TEXT_64, answered);
              }
            };
            socket.emit("ask", TEXT_64, answered);
          }),
      ),
    );
    check();
    return { count: each * sockets.length };
  },
  /** One after the other, as pages are opened. */
  async visit({ count, transports }) {
    const times = [];
    for (let i = 0; i < count; i++) {
      times.push(await visit(transports));
    }
    check();
    return { p50: median(times) };
  },
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  collect: () => global.gc(),
  async memory() {
    // What is left of handshakes goes away by itself.
    await delay(200);
    global.gc();
    await delay(50);
    global.gc();
    return process.memoryUsage();
  },
});
