import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs a service, and ends it when stdin ends: which it does with the process that started it,
 * however that ends. Arguments: the signal that ends the service, its folder, its command line.
 */
const SUPERVISOR = `
signal=$1; folder=$2; shift 2
exec 3<&0
"$@" < /dev/null 3<&- & service=$!
{ cat <&3 > /dev/null; kill -s "$signal" "$service"; } & watcher=$!
wait "$service"
kill "$watcher" 2> /dev/null
rm -rf "$folder"
`;

/** How long a service may take to be ready, in milliseconds. */
const READY_MS = 20_000;

export interface ServiceOptions {
  readonly command: string;
  /** The Debian package that has the command. */
  readonly debianPackage: string;
  readonly args: readonly string[];
  readonly folder: Folder;
  /** Ends the service without delay; what it holds is thrown away anyway. */
  readonly signal: "TERM" | "QUIT";
  /** Asked again and again. */
  isReady(): Promise<boolean>;
}

/** A temporary folder, and who owns it; the user that runs the tests by default. */
export interface Folder {
  readonly path: string;
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

export function createFolder(name: string, owner?: Folder["owner"]): Folder {
  const path = mkdtempSync(join(tmpdir(), `hawser-${name}-`));
  if (owner) chownSync(path, owner.uid, owner.gid);
  chmodSync(path, 0o700);
  return { path, owner };
}

/** @throws Error that says which package to install */
export function requireCommand(command: string | undefined, debianPackage: string): string {
  if (!command || !existsSync(command)) {
    throw new Error(
      `${command ?? debianPackage} is missing; as root, type: apt-get install ${debianPackage}`,
    );
  }
  return command;
}

/** A server of others, started for a test and gone with it. */
export class Service {
  readonly #child: ChildProcess;
  #exited = false;
  #output = "";

  private constructor({ command, args, folder, signal }: ServiceOptions) {
    const line = ["-c", SUPERVISOR, "sh", signal, folder.path, command, ...args];
    // A session of its own, so that Ctrl-C reaches it as the end of stdin only.
    this.#child = spawn("/bin/sh", line, {
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
      cwd: folder.path,
      ...folder.owner,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk) => {
        this.#output = `${this.#output}${chunk}`.slice(-4000);
      });
    }
    this.#child.once("exit", () => {
      this.#exited = true;
    });
  }

  /** @throws Error with the last output, when it ends at once or is not ready in time */
  static async start(options: ServiceOptions): Promise<Service> {
    requireCommand(options.command, options.debianPackage);
    const service = new Service(options);
    const end = Date.now() + READY_MS;
    while (!(await options.isReady())) {
      if (service.#exited || Date.now() > end) {
        await service.stop();
        const what = service.#exited ? "ended" : `was not ready in ${READY_MS} ms`;
        throw new Error(`${options.command} ${what}: ${service.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return service;
  }

  /** Ends the service; its folder is removed. */
  async stop(): Promise<void> {
    if (!this.#exited) {
      const exited = once(this.#child, "exit");
      this.#child.stdin?.end();
      await exited;
    }
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }
}
