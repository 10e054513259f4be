import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { plain, revive } from "./binary.ts";
import type { Entry } from "./journal.ts";

/** The distribution's interpreter: the one that has python3-socketio and python3-aiohttp. */
export const INTERPRETER = "/usr/bin/python3";

interface Reply {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A Python script driven over JSON lines. A command is `{id, target, do, args}`; the answer is
 * `{id, value}` or `{id, error}`; `{target, entry}` reports something that happened.
 */
export class PythonProcess {
  readonly #child: ChildProcess;
  readonly #replies = new Map<number, Reply>();
  readonly #targets = new Map<string, (entry: Entry) => void>();
  readonly #exited: Promise<void>;
  #lastId = 0;
  #errors = "";

  /** `script` is the name of a file in the testkit's `python` folder. */
  constructor(script: string) {
    const path = fileURLToPath(new URL(`../python/${script}`, import.meta.url));
    this.#child = spawn(INTERPRETER, ["-u", path], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr?.on("data", (chunk) => {
      this.#errors = `${this.#errors}${chunk}`.slice(-4000);
    });
    createInterface({ input: this.#child.stdout! }).on("line", (line) => this.#childOnLine(line));
    this.#exited = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#fail(error, resolve));
      this.#child.once("exit", (code) =>
        this.#fail(new Error(`${script} exited with ${code}: ${this.#errors}`), resolve),
      );
    });
  }

  /** Where the reports about one server or client of the script go. */
  listen(target: string, listener: (entry: Entry) => void): void {
    this.#targets.set(target, listener);
  }

  /** Rejects with the script's error message. */
  call(target: string, action: string, args: unknown = {}): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#replies.set(id, { resolve, reject });
      this.#child.stdin?.write(
        `${JSON.stringify({ id, target, do: action, args: plain(args) })}\n`,
      );
    });
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  #childOnLine(line: string): void {
    const message = JSON.parse(line);
    if (message.entry) {
      this.#targets.get(message.target)?.(revive(message.entry) as Entry);
      return;
    }
    const reply = this.#replies.get(message.id);
    this.#replies.delete(message.id);
    if ("error" in message) reply?.reject(new Error(message.error));
    else reply?.resolve(revive(message.value));
  }

  #fail(error: Error, done: () => void): void {
    for (const reply of this.#replies.values()) reply.reject(error);
    this.#replies.clear();
    done();
  }
}
