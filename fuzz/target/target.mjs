// The server under attack, seen from this process: its answers to questions, and its end.
import { fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { VARIANTS } from "./variants.mjs";
import { Witness } from "./witness.mjs";

const MAIN = fileURLToPath(new URL("main.mjs", import.meta.url));

/** Milliseconds in which a server answers a question from this process; longer is a hang. */
const ANSWER_MS = 20_000;

/**
 * Milliseconds after which all that a batch has left must be gone: the limits of heartbeat, upgrade and close
 * come to 15 s, the rest is for a busy machine.
 */
const QUIET_MS = 30_000;

/** Every how many batches a server that keeps events is left alone until they have gone, and its heap is taken. */
const CALM_EVERY = 20;

/** How much more than before the first batch may be there of what comes and goes by itself. */
const SLACK = { descriptors: 4, timers: 4, "open responses": 1 };

/**
 * @typedef {object} State
 * @property {Record<string, number>} holds
 * @property {string[]} names of namespaces, with the number of their sockets
 * @property {number} heap bytes, after collection
 * @property {number} maxLag milliseconds
 * @property {string[]} faults
 */

export class Target {
  /** @type {string[]} what went wrong since it was last asked */
  #findings = [];
  #child;
  #stderr = "";
  /** @type {((message: any) => void) | undefined} */
  #onMessage;
  /** @type {Witness[]} */
  #witnesses = [];
  #isOver = false;
  #keeps;
  #settled = 0;
  /** @type {State | undefined} */
  #before;
  port = 0;
  /** @type {number[]} */
  heaps = [];
  maxLag = 0;

  /** @param {number} variant @param {string | undefined} module */
  constructor(variant, module) {
    const { name, keeps = 0 } = VARIANTS[variant];
    this.name = name;
    this.#keeps = keeps;
    const args = [String(variant), ...(module ? [module] : [])];
    const execArgv = ["--expose-gc", "--max-old-space-size=256"];
    this.#child = fork(MAIN, args, { execArgv, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#child.stderr?.setEncoding("utf8").on("data", (text) => {
      this.#stderr = (this.#stderr + text).slice(-4000);
    });
    this.#child.on("message", (message) => this.#onMessage?.(message));
    this.#child.once("exit", (code, signal) => {
      if (!this.#isOver) {
        this.#findings.push(`the server ended: ${signal ?? code}\n${this.#stderr}`);
        this.#onMessage?.(undefined);
      }
    });
  }

  /** @param {number} variant @param {string} [module] */
  static async start(variant, module) {
    const target = new Target(variant, module);
    const hello = await target.#answer();
    if (!hello) {
      throw new Error(target.findings().join("\n") || "the server did not start");
    }
    target.port = hello.port;
    target.#witnesses = [
      new Witness(target.port, "websocket", (what) => target.#findings.push(what)),
      new Witness(target.port, "polling", (what) => target.#findings.push(what)),
    ];
    await Promise.all(target.#witnesses.map((witness) => witness.connected));
    await sleep(200);
    target.#before = await target.state();
    return target;
  }

  get pid() {
    return this.#child.pid;
  }

  get witnessed() {
    return this.#witnesses.reduce((sum, { count }) => sum + count, 0);
  }

  /** What went wrong since the last call. */
  findings() {
    return this.#findings.splice(0);
  }

  get hasFindings() {
    return this.#findings.length > 0;
  }

  /** @returns {Promise<State | undefined>} */
  async state() {
    if (this.#child.connected) {
      this.#child.send("state");
    }
    /** @type {State | undefined} */
    const state = await this.#answer();
    if (state) {
      this.maxLag = Math.max(this.maxLag, state.maxLag);
      this.#findings.push(...state.faults);
    }
    return state;
  }

  /** Waits until nothing is left of the batches; what does not go is a finding. */
  async settle() {
    const end = performance.now() + QUIET_MS;
    for (;;) {
      const state = await this.state();
      if (!state || !this.#before) {
        return;
      }
      const left = leftover(state.holds, this.#before.holds);
      if (left.length === 0) {
        if (this.#keeps === 0) {
          this.heaps.push(state.heap);
        } else if (this.#settled++ % CALM_EVERY === 1) {
          await this.rest();
        }
        return;
      }
      if (performance.now() > end) {
        const names = state.names.join(", ");
        this.#findings.push(
          `left after ${QUIET_MS / 1000} s: ${left.join(", ")}; namespaces ${names}; ` +
            `descriptors: ${state.descriptors}`,
        );
        return;
      }
      await sleep(250);
    }
  }

  /** Takes the heap when nothing is kept any more. */
  async rest() {
    if (this.#keeps > 0) {
      await sleep(this.#keeps + 500);
      const state = await this.state();
      this.heaps.push(...(state ? [state.heap] : []));
    }
  }

  async end() {
    this.#isOver = true;
    for (const witness of this.#witnesses) {
      witness.end();
    }
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = new Promise((resolve) => this.#child.once("exit", resolve));
      this.#child.kill("SIGKILL");
      await gone;
    }
  }

  /** @returns {Promise<any>} `undefined` when there is none */
  #answer() {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#findings.push(`the server hangs: no answer in ${ANSWER_MS / 1000} s`);
        done(undefined);
      }, ANSWER_MS);
      /** @param {any} message */
      const done = (message) => {
        clearTimeout(timer);
        this.#onMessage = undefined;
        resolve(message);
      };
      this.#onMessage = done;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        done(undefined);
      }
    });
  }
}

/** @param {Record<string, number>} now @param {Record<string, number>} before */
function leftover(now, before) {
  return Object.keys(now)
    .filter((name) => now[name] > before[name] + (SLACK[name] ?? 0))
    .map((name) => `${name} ${now[name]} (before: ${before[name]})`);
}
