import type { Client } from "../connection/member.ts";
import type { Adapter } from "../room/adapter.ts";
import type { Session } from "../room/session.ts";

/** The clients of a namespace that can come back to their sockets, by their secrets. */
export class Comebacks {
  readonly #clients = new Map<string, Client>();

  add(pid: string | undefined, client: Client): void {
    if (pid !== undefined) {
      this.#clients.set(pid, client);
    }
  }

  remove(pid: string | undefined): void {
    if (pid !== undefined) {
      this.#clients.delete(pid);
    }
  }

  /** What the client with that secret comes back to, if it is still there. */
  async find(adapter: Adapter, pid: string, offset: unknown): Promise<Session | undefined> {
    // The server may not have noticed yet that the former connection is dead.
    this.#clients.get(pid)?.drop();
    if (typeof offset === "string" || (offset === undefined && adapter.restoresWithoutOffset)) {
      return (await adapter.restoreSession(pid, offset as string)) ?? undefined;
    }
    return undefined;
  }
}
