// Calls between processes: the run asks, a server or a load process answers.
import { fork } from "node:child_process";

/**
 * In a child process: answers the calls of its parent, and ends with it.
 *
 * @param {Record<string, (parameters: any) => unknown>} methods
 */
export function answerCalls(methods) {
  process.on("message", async ({ id, method, parameters }) => {
    try {
      process.send({ id, result: await methods[method](parameters) });
    } catch (error) {
      process.send({ id, error: error.stack });
    }
  });
  process.on("disconnect", () => process.exit());
}

/** A child process that answers calls. */
export class Child {
  #process;
  #name;
  #waiting = new Map();
  #nextId = 0;
  #lastWords = "";

  /** @param {URL} file @param {{ name: string, args?: string[], execArgv?: string[] }} options */
  constructor(file, { name, args = [], execArgv = [] }) {
    this.#name = name;
    this.#process = fork(file, args, { execArgv, stdio: ["ignore", "inherit", "pipe", "ipc"] });
    this.#process.stderr.on("data", (text) => {
      this.#lastWords = (this.#lastWords + text).slice(-4000);
    });
    this.#process.on("message", ({ id, result, error }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) {
        reject(new Error(`${name}: ${error}`));
      } else {
        resolve(result);
      }
    });
    this.ended = new Promise((resolve) => this.#process.on("exit", resolve));
    this.ended.then((code) => {
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(`${name} ended with ${code}: ${this.#lastWords}`));
      }
    });
  }

  /** @param {string} method @returns {Promise<any>} */
  call(method, parameters = {}) {
    return new Promise((resolve, reject) => {
      if (!this.#process.connected) {
        reject(new Error(`${this.#name} has ended: ${this.#lastWords}`));
        return;
      }
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, method, parameters });
    });
  }

  /** Lets it end by itself, so that a CPU profile is written; a process that does not is killed. */
  async end() {
    if (this.#process.connected) {
      this.#process.disconnect();
    }
    const killer = setTimeout(() => this.#process.kill("SIGKILL"), 10_000);
    await this.ended;
    clearTimeout(killer);
  }
}
