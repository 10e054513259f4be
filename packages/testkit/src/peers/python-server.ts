import { Journal } from "../journal.ts";
import { freePort } from "../ports.ts";
import { PythonProcess } from "../python.ts";
import type { RunningServer, ServerPeer, Target } from "./contract.ts";
import { pythonVersion } from "./installed.ts";

/** python-socketio 5.7 on aiohttp. One interpreter serves all the servers of a test file. */
export function pythonServer(): ServerPeer {
  let python: PythonProcess | undefined;
  let count = 0;
  return {
    name: "python",
    release: () => `python-socketio ${pythonVersion("python-socketio")}`,
    lacks: {
      "server.invalidNamespace": "an unknown namespace is refused with a bare string",
      "server.largeBodies": "on aiohttp a polling body is read only as far as it has arrived",
      "server.serialEvents": "a task is started for each event, in no certain order",
      "server.api": "python-socketio has an API of its own",
      "server.reasons": "version 5.7 calls the disconnect handler without a reason",
    },
    async start({ port, api: _api, ...options } = {}) {
      python ??= new PythonProcess("server.py");
      const target = `server${++count}`;
      const running = new PythonRunningServer(python, target, port ?? (await freePort()));
      await python.call(target, "start", { ...options, port: running.port });
      return running;
    },
    async dispose() {
      await python?.stop();
      python = undefined;
    },
  };
}

class PythonRunningServer implements RunningServer {
  readonly journal = new Journal();
  readonly port: number;
  readonly url: string;
  readonly #python: PythonProcess;
  readonly #target: string;

  constructor(python: PythonProcess, target: string, port: number) {
    this.#python = python;
    this.#target = target;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    python.listen(target, (entry) => this.journal.add(entry));
  }

  async emit({ nsp = "/", room, exceptSid }: Target, event: string, ...args: unknown[]) {
    await this.#call("emit", { nsp, room, exceptSid, event, args });
  }

  async request(sid: string, event: string, args: unknown[], nsp = "/") {
    return (await this.#call("request", { sid, nsp, event, args })) as unknown[];
  }

  async enter(sid: string, room: string, nsp = "/") {
    await this.#call("enter", { sid, nsp, room });
  }

  async leave(sid: string, room: string, nsp = "/") {
    await this.#call("leave", { sid, nsp, room });
  }

  async disconnect(sid: string, nsp = "/") {
    await this.#call("disconnect", { sid, nsp });
  }

  async transport(sid: string) {
    return String(await this.#call("transport", { sid }));
  }

  async stop() {
    await this.#call("stop", {});
  }

  #call(action: string, args: unknown): Promise<unknown> {
    return this.#python.call(this.#target, action, args);
  }
}
