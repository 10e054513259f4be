// A server and a load process, fresh for each scenario, target and round.
import { Child } from "./calls.mjs";

const LOAD = new URL("load/main.mjs", import.meta.url);

export class Stage {
  target;
  #flags;
  #port;
  /** @type {Child[]} */
  #children = [];
  /** @type {Child} */
  server;
  /** @type {Child} */
  load;

  /** @param {import("./targets.mjs").Target} target @param {string[]} flags for Node, of the server */
  constructor(target, flags = []) {
    this.target = target;
    this.#flags = flags;
  }

  /** Starts the server and a load; `listeners` are the events that its sockets listen for. */
  async start({ listeners = [], options } = {}) {
    const { name, file, args } = this.target;
    this.server = this.spawn(file, { name, args });
    const load = this.#spawnLoad();
    const { port } = await this.server.call("start", { listeners, options });
    this.#port = port;
    this.load = await this.addLoad(0, load);
  }

  #spawnLoad() {
    const load = new Child(LOAD, { name: "load" });
    this.#children.push(load);
    return load;
  }

  /** One more load process. @param {number} [first] the index of its first connection */
  async addLoad(first, load = this.#spawnLoad()) {
    await load.call("target", { port: this.#port, dialect: this.target.dialect, first });
    return load;
  }

  /**
   * @param {URL} file
   * @param {{ name: string, args: string[], execArgv?: string[] }} options `execArgv` default: as a
   *   process under test has it
   */
  spawn(file, { name, args, execArgv = ["--expose-gc", ...this.#flags] }) {
    const child = new Child(file, { name, args, execArgv });
    this.#children.push(child);
    return child;
  }

  /** Lets the server send what the load expects. @param {string} method */
  async deliver(method, parameters) {
    await Promise.all([this.load.call("delivered"), this.server.call(method, parameters)]);
  }

  /**
   * What `work` costs the server and the load in CPU time. All times are microseconds.
   *
   * @template T
   * @param {() => Promise<T>} work
   */
  async measure(work) {
    const [serverBefore, loadBefore] = await this.#cpu();
    const start = performance.now();
    const result = await work();
    const time = (performance.now() - start) * 1000;
    const [serverAfter, loadAfter] = await this.#cpu();
    return { server: serverAfter - serverBefore, load: loadAfter - loadBefore, time, result };
  }

  #cpu() {
    return Promise.all([this.server.call("cpu"), this.load.call("cpu")]);
  }

  async end() {
    await Promise.all(this.#children.map((child) => child.end()));
  }
}
