import { Journal } from "../journal.ts";
import { PythonProcess } from "../python.ts";
import type { ClientNamespace, ClientPeer, RunningClient } from "./contract.ts";
import { pythonVersion } from "./installed.ts";

/** python-socketio 5.7's Client. One interpreter runs all the clients of a test file. */
export function pythonClient(): ClientPeer {
  let python: PythonProcess | undefined;
  let count = 0;
  return {
    name: "python",
    release: () => `python-socketio ${pythonVersion("python-socketio")}`,
    lacks: {
      "client.api": "python-socketio has an API of its own",
      "client.reasons": "version 5.7 calls the disconnect handler without a reason",
      "client.ownAuth": "connect() takes one auth for all namespaces",
      "client.serialEvents": "a thread is started for each event, in no certain order",
      "client.returns": "a connection closed by the server is taken for final",
      "client.leave": "disconnect() ends all namespaces of the connection",
      "client.base64": "python-engineio has no option for it",
    },
    async start(url, { api: _api, ...options }) {
      python ??= new PythonProcess("client.py");
      const target = `client${++count}`;
      const running = new PythonRunningClient(python, target, options.namespaces?.[0] ?? "/");
      await python.call(target, "start", { ...options, url });
      return running;
    },
    async dispose() {
      await python?.stop();
      python = undefined;
    },
  };
}

class PythonNamespace implements ClientNamespace {
  readonly nsp: string;
  readonly #python: PythonProcess;
  readonly #target: string;

  constructor(python: PythonProcess, target: string, nsp: string) {
    this.#python = python;
    this.#target = target;
    this.nsp = nsp;
  }

  async id() {
    return String(await this.call("id", { nsp: this.nsp }));
  }

  async emit(event: string, ...args: unknown[]) {
    await this.call("emit", { nsp: this.nsp, event, args });
  }

  async request(event: string, ...args: unknown[]) {
    return (await this.call("request", { nsp: this.nsp, event, args })) as unknown[];
  }

  async leave(): Promise<void> {
    throw new Error("the client cannot leave one namespace");
  }

  protected call(action: string, args: unknown = {}): Promise<unknown> {
    return this.#python.call(this.#target, action, args);
  }
}

class PythonRunningClient extends PythonNamespace implements RunningClient {
  readonly journal = new Journal();
  readonly #namespace: (nsp: string) => PythonNamespace;

  constructor(python: PythonProcess, target: string, nsp: string) {
    super(python, target, nsp);
    python.listen(target, (entry) => this.journal.add(entry));
    this.#namespace = (name) => new PythonNamespace(python, target, name);
  }

  in(nsp: string): ClientNamespace {
    return this.#namespace(nsp);
  }

  async transport() {
    return String(await this.call("transport"));
  }

  async disconnect() {
    await this.call("disconnect");
  }
}
