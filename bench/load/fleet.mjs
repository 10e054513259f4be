// All connections of a load process, and the drill they are in.
import { Connection } from "./connection.mjs";
import { DIALECTS } from "./dialects.mjs";

export class Fleet {
  /** @type {Connection[]} */
  connections = [];
  /** Shared by all connections. @type {import("./connection.mjs").Drill} */
  drill = {
    current: undefined,
    idle: undefined,
    ping: undefined,
    fail: (error) => this.#fail(error),
  };
  #opened = 0;
  /** The first that went wrong, also between drills. @type {Error | undefined} */
  #failure;
  #reject;

  /** @param {{ port: number, dialect: keyof typeof DIALECTS, first?: number }} options */
  constructor({ port, dialect, first = 0 }) {
    this.port = port;
    this.dialect = DIALECTS[dialect];
    this.#opened = first;
  }

  /** Opens so many more, at most `atOnce` of them being under way. */
  async open({ count, atOnce = 50, opener = openWebSocket }) {
    await this.inTurns(count, atOnce, async (index) => {
      const { port, dialect, drill } = this;
      this.connections.push(await opener({ index, port, dialect, drill }));
    });
    this.connections.sort((a, b) => a.index - b.index);
  }

  async close({ abrupt = false } = {}) {
    const closing = this.connections.splice(0).map((connection) => connection.end(abrupt));
    await Promise.all(closing);
    this.check();
  }

  /** Throws what went wrong. */
  check() {
    if (this.#failure) {
      throw this.#failure;
    }
  }

  /** Does `work` with `count` indexes, `atOnce` at a time. */
  async inTurns(count, atOnce, work) {
    const end = this.#opened + count;
    const worker = async () => {
      while (this.#opened < end) {
        await work(this.#opened++);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  }

  /**
   * Lets all connections take part; `start` begins and `done` is called when nothing is to come.
   * What was not asked for, a lost connection and a drill without an end are errors.
   *
   * @param {import("./connection.mjs").Receiver & { start?: (done: (result?: unknown) => void) => void, status: () => string }} drill
   */
  run(drill, seconds = 60) {
    this.check();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`lost: ${drill.status()}`)), seconds * 1000);
      const end = (settle) => (value) => {
        clearTimeout(timer);
        this.drill.current = undefined;
        settle(value);
      };
      this.#reject = end(reject);
      this.drill.current = drill;
      drill.start(end(resolve));
    });
  }

  #fail(error) {
    this.#failure ??= error;
    this.#reject?.(error);
  }
}

async function openWebSocket(options) {
  const connection = new Connection(options);
  await connection.ready;
  return connection;
}
