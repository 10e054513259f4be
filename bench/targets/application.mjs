// The application that every target runs, written for Socket.IO's API: `io.on`, `io.emit`, `io.to`,
// and `on`, `emit`, `join`, `leave` of sockets. It is all that a scenario asks of a server.
import { setTimeout as delay, setImmediate as nextTick } from "node:timers/promises";
import { answerCalls } from "../calls.mjs";

const FIRST_NUMBER = 1_000_000;

/** @type {Record<string, (socket: any, state: any) => (...args: any[]) => void>} */
const LISTENERS = {
  echo: (socket) => (number, text) => socket.emit("echo", number, text),
  ask: () => (text, answer) => answer(text),
  bytes: (socket) => (data) => socket.emit("bytes", data),
  tell: (_socket, state) => {
    let next = FIRST_NUMBER;
    return (number) => {
      if (number !== next++) {
        state.failure ??= new Error(`${number} came, not ${next - 1}`);
      }
      state.told++;
      if (state.told === state.expected) {
        state.allTold();
      }
    };
  },
  enter: (socket, state) => () => {
    for (let i = 0; i < 3; i++) {
      socket.join(`hall-${(state.entered + i * 7) % 50}`);
    }
    state.io.to(`hall-${state.entered++ % 50}`).emit("news", FIRST_NUMBER, "somebody entered");
  },
  seen: (_socket, state) => () => {
    state.seen++;
    state.onSeen();
  },
};

/** @param {(options: object) => Promise<{ io: any, port: number }>} listen starts the server */
export function serveApplication(listen) {
  let io;
  const sockets = new Set();
  const state = {
    ...{ io: undefined, entered: 0, seen: 0, onSeen() {} },
    ...{ told: 0, expected: 0, allTold() {}, failure: undefined },
  };
  let number = FIRST_NUMBER;

  /** Goes on when no more than `behind` of the steps done are unseen. */
  async function pace(done, behind) {
    while (done - state.seen > behind) {
      await new Promise((resolve) => {
        state.onSeen = resolve;
      });
    }
  }

  answerCalls({
    async start({ listeners = [], options = {} }) {
      const { io: server, port } = await listen(options);
      io = server;
      state.io = server;
      const chosen = listeners.map((name) => [name, LISTENERS[name]]);
      io.on("connection", (socket) => {
        sockets.add(socket);
        socket.on("disconnect", () => sockets.delete(socket));
        for (const [name, listener] of chosen) {
          socket.on(name, listener(socket, state));
        }
      });
      return { port };
    },
    cpu() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    async collect() {
      global.gc();
      await nextTick();
    },
    /** Bytes after everything collectable is collected. */
    async memory() {
      for (let i = 0; i < 4; i++) {
        global.gc();
        await delay(150);
      }
      const { heapUsed, rss, external } = process.memoryUsage();
      return { heapUsed, rss, external, sockets: sockets.size };
    },
    /** `perTick` events to all in each of `ticks` ticks. */
    async broadcast({ ticks, perTick, behind, filler }) {
      state.seen = 0;
      for (let tick = 0; tick < ticks; tick++) {
        await pace(tick, behind);
        for (let i = 0; i < perTick; i++) {
          io.emit("news", number++, filler);
        }
        await nextTick();
      }
    },
    /** In a tick `count` events to one socket; that for every socket, `passes` times. */
    async burst({ passes, count, filler }) {
      state.seen = 0;
      for (let pass = 0; pass < passes; pass++) {
        await pace(pass, 0);
        for (const socket of sockets) {
          for (let i = 0; i < count; i++) {
            socket.emit("news", number + i, filler);
          }
          await nextTick();
        }
        number += count;
      }
    },
    /** An event to all every `interval` milliseconds. */
    async broadcastEvery({ interval, times, filler }) {
      for (let i = 0; i < times; i++) {
        io.emit("news", number++, filler);
        await delay(interval);
      }
    },
    /** Puts sockets into `rooms` rooms of `members`, each socket into as many rooms as any other. */
    fillRooms({ rooms, members }) {
      const all = [...sockets];
      for (let room = 0; room < rooms; room++) {
        for (let i = 0; i < members; i++) {
          all[(room * 7 + i * 997) % all.length].join(`room-${room}`);
        }
      }
    },
    /** An event to one room after the other, in no order that a memory would like. */
    async emitToRooms({ rooms, ticks, perTick, behind, filler }) {
      state.seen = 0;
      for (let tick = 0; tick < ticks; tick++) {
        await pace(tick, behind);
        for (let i = 0; i < perTick; i++) {
          const room = (number * 7919) % rooms;
          io.to(`room-${room}`).emit("news", number++, filler);
        }
        await nextTick();
      }
    },
    /** Every socket joins every room and leaves it again, `passes` times. */
    async joinAndLeave({ rooms, passes }) {
      const names = Array.from({ length: rooms }, (_, i) => `room-${i}`);
      for (let pass = 0; pass < passes; pass++) {
        for (const socket of sockets) {
          for (const name of names) socket.join(name);
        }
        for (const socket of sockets) {
          for (const name of names) socket.leave(name);
        }
        await nextTick();
      }
    },
    /** How many `tell` events came, when `count` did; they are checked for their order. */
    async told({ count }) {
      if (state.told < count) {
        await new Promise((resolve) => {
          state.expected = count;
          state.allTold = resolve;
        });
      }
      if (state.failure) {
        throw state.failure;
      }
      return { told: state.told };
    },
  });
}
