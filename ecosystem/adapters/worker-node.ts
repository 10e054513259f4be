import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { expect } from "vitest";
import type { Fetched, FleetNode, Outcome, RemoteAction, Target } from "./fleet-node.ts";
import type { Method, Ready, Reply, Request } from "./worker-messages.ts";

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A server in a worker process of `node:cluster`. */
export class WorkerNode implements FleetNode {
  readonly name: string;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #port = 0;
  #lastId = 0;
  #closed: Promise<void> | undefined;

  private constructor(name: string, worker: Worker) {
    this.name = name;
    this.#worker = worker;
    worker.on("message", (message: Reply) => this.#workerOnMessage(message));
    worker.on("exit", (code, signal) => this.#workerOnExit(code, signal));
  }

  /** @param environment what the worker reads beside its name */
  static async start(name: string, environment: Record<string, string>): Promise<WorkerNode> {
    const worker = cluster.fork({ ...environment, SERVER_NAME: name });
    const node = new WorkerNode(name, worker);
    await new Promise<void>((resolve, reject) => {
      worker.on("message", (message: Ready) => {
        if (message.from !== "server-node" || !message.ready) return;
        node.#port = message.port;
        resolve();
      });
      worker.once("exit", (code) => reject(new Error(`worker ${name} exited with ${code}`)));
    });
    return node;
  }

  get port(): number {
    return this.#port;
  }

  emit(target: Target, event: string, ...args: unknown[]): Promise<void> {
    return this.#call("emit", target, event, ...args);
  }

  emitWithAck(target: Target, event: string, ...args: unknown[]): Promise<Outcome> {
    return this.#call("emitWithAck", target, event, ...args);
  }

  fetchSockets(target: Target): Promise<Fetched[]> {
    return this.#call("fetchSockets", target);
  }

  allSockets(target: Target): Promise<string[]> {
    return this.#call("allSockets", target);
  }

  allRooms(): Promise<string[] | undefined> {
    return this.#call("allRooms");
  }

  join(target: Target, rooms: readonly string[]): Promise<void> {
    return this.#call("join", target, rooms);
  }

  leave(target: Target, rooms: readonly string[]): Promise<void> {
    return this.#call("leave", target, rooms);
  }

  disconnect(target: Target, close: boolean): Promise<void> {
    return this.#call("disconnect", target, close);
  }

  useRemote(client: string, action: RemoteAction): Promise<unknown> {
    return this.#call("useRemote", client, action);
  }

  serverSideEmit(event: string, ...args: unknown[]): Promise<void> {
    return this.#call("serverSideEmit", event, ...args);
  }

  serverSideEmitWithAck(event: string, ...args: unknown[]): Promise<Outcome> {
    return this.#call("serverSideEmitWithAck", event, ...args);
  }

  notes(): Promise<unknown[][]> {
    return this.#call("notes");
  }

  serverCount(): Promise<number> {
    return this.#call("serverCount");
  }

  /** Ends the server, and waits until its process ends by itself. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Ends the process at once: nobody is told. */
  kill(): void {
    this.#worker.process.kill("SIGKILL");
  }

  async #close(): Promise<void> {
    const exited = once(this.#worker, "exit");
    await this.#call("close");
    // What holds it open for longer was not closed.
    const overdue = setTimeout(() => this.#worker.process.kill("SIGKILL"), 4000);
    const [code] = await exited;
    clearTimeout(overdue);
    expect(code, `exit code of ${this.name}`).toBe(0);
  }

  #call<Value>(method: Method, ...args: unknown[]): Promise<Value> {
    const id = ++this.#lastId;
    return new Promise<Value>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      const request: Request = { to: "server-node", id, method, args };
      this.#worker.send(request, (error: Error | null) => error && reject(error));
    });
  }

  #workerOnMessage(message: Reply): void {
    if (message.from !== "server-node" || message.id === undefined) return;
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.error === undefined) pending?.resolve(message.value);
    else pending?.reject(new Error(message.error));
  }

  #workerOnExit(code: number | null, signal: string | null): void {
    for (const { reject } of this.#pending.values()) {
      reject(new Error(`worker ${this.name} exited: ${code ?? signal}`));
    }
    this.#pending.clear();
  }
}
