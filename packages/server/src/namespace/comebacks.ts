import { attempt } from "../attempt.ts";
import type { Client } from "../connection/member.ts";
import type { Adapter } from "../room/adapter.ts";
import type { Session } from "../room/session.ts";
import { throwLater } from "../throw-later.ts";

/** The clients of a namespace that can come back to their sockets, by their secrets. */
export class Comebacks {
  readonly #clients = new Map<string, Client>();
  #searches = 0;

  /** How many clients wait for the answer of {@link find}. */
  get searches(): number {
    return this.#searches;
  }

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

  /** Looks for what the client with that secret comes back to; `done` gets it, if it is still there. */
  find(
    adapter: Adapter,
    pid: string,
    offset: unknown,
    done: (session: Session | undefined) => void,
  ): void {
    this.#searches++;
    const finish = (session?: Session | null) => {
      this.#searches--;
      done(session ?? undefined);
    };
    // The server may not have noticed yet that the former connection is dead.
    this.#clients.get(pid)?.drop();
    const asks =
      typeof offset === "string" || (offset === undefined && adapter.restoresWithoutOffset);
    attempt(() => (asks ? adapter.restoreSession(pid, offset as string) : null))
      .then(finish, () => finish())
      .catch(throwLater);
  }
}
