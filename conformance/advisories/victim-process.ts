import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Answer, Question } from "./victim-contract.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PATIENCE = 20_000;

/** What must be as it was once an attack is over. */
export interface Measure {
  /** Bytes that a forced garbage collection has left. */
  readonly memory: number;
  readonly descriptors: number;
  /** Engine sessions, of a server. */
  readonly clients: number;
  /** Uncaught exceptions and unhandled rejections so far. */
  readonly crashes: readonly string[];
}

/** A process of its own that is attacked: made of the sources, as they are now. */
export class VictimProcess {
  readonly #child: ChildProcess;
  readonly #file: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #onExit: Promise<never>;
  #lastId = 0;

  private constructor(child: ChildProcess, file: string) {
    this.#child = child;
    this.#file = file;
    child.on("message", (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    this.#onExit = new Promise((_, reject) => {
      child.once("exit", (code, signal) => reject(new Error(`the victim died: ${code ?? signal}`)));
    });
    // Those who ask are told; nobody else needs to be.
    this.#onExit.catch(() => {});
  }

  /**
   * @param entry a file of this folder, without extension
   * @param setup what the process finds as its one argument
   */
  static async start(entry: string, setup: object = {}): Promise<VictimProcess> {
    const folder = `${root}node_modules/.cache/hawser-victims`;
    mkdirSync(folder, { recursive: true });
    const file = `${folder}/${entry}-${process.pid}-${Math.random().toString(36).slice(2)}.mjs`;
    await build({
      absWorkingDir: root,
      entryPoints: [`conformance/advisories/${entry}.ts`],
      outfile: file,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      packages: "external",
      tsconfig: "tsconfig.json",
      logLevel: "error",
    });
    const child = fork(file, [JSON.stringify(setup)], { execArgv: ["--expose-gc"] });
    const victim = new VictimProcess(child, file);
    await victim.ask({ do: "start" });
    return victim;
  }

  /** Rejects when the process has died, or does not answer. */
  async ask(question: Question): Promise<unknown> {
    const id = ++this.#lastId;
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, resolve);
      const fail = () =>
        reject(new Error(`the victim does not answer: ${JSON.stringify(question)}`));
      timer = setTimeout(fail, PATIENCE);
    });
    if (this.#child.connected) {
      this.#child.send({ ...question, id });
    }
    try {
      return (await Promise.race([answered, this.#onExit])).value;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  async measure(): Promise<Measure> {
    const state = (await this.ask({ do: "state" })) as Omit<Measure, "descriptors">;
    return { ...state, descriptors: readdirSync(`/proc/${this.#child.pid}/fd`).length };
  }

  async end(): Promise<void> {
    const ended = this.#onExit.catch(() => {});
    this.#child.kill("SIGKILL");
    await ended;
    rmSync(this.#file, { force: true });
  }
}
