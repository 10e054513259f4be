/** One thing that happened at a peer. */
export interface Entry {
  readonly type: "connect" | "disconnect" | "connect_error" | "event";
  readonly nsp: string;
  /** The server's socket concerned. */
  readonly sid?: string;
  readonly name?: string;
  readonly args?: readonly unknown[];
  readonly reason?: string;
  readonly auth?: unknown;
  readonly message?: string;
  readonly data?: unknown;
}

interface Waiter {
  readonly satisfied: () => boolean;
  readonly resolve: () => void;
}

/** What happened at a peer, in order, and a way to wait for it. */
export class Journal {
  readonly entries: Entry[] = [];
  readonly #waiters = new Set<Waiter>();

  add(entry: Entry): void {
    this.entries.push(entry);
    for (const waiter of this.#waiters) {
      if (waiter.satisfied()) waiter.resolve();
    }
  }

  filter(match: Partial<Entry>): Entry[] {
    const wanted = Object.entries(match);
    return this.entries.filter((entry) =>
      wanted.every(([key, value]) => entry[key as keyof Entry] === value),
    );
  }

  /** The argument lists of the events of one name, in order of arrival. */
  events(name: string, nsp?: string): (readonly unknown[])[] {
    const found = this.filter(nsp ? { type: "event", name, nsp } : { type: "event", name });
    return found.map((entry) => entry.args ?? []);
  }

  /** The entry that fits, now or within `timeout` ms (5000); the `count`th one if given. */
  async until(match: Partial<Entry>, { count = 1, timeout = 5000 } = {}): Promise<Entry> {
    await this.#wait(
      () => this.filter(match).length >= count,
      timeout,
      () => {
        return `${count} x ${JSON.stringify(match)}, found ${this.filter(match).length}`;
      },
    );
    return this.filter(match)[count - 1]!;
  }

  #wait(satisfied: () => boolean, timeout: number, wanted: () => string): Promise<void> {
    if (satisfied()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        satisfied,
        resolve: () => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const seen = this.entries.slice(-12).map(brief).join("\n  ");
        reject(new Error(`nothing within ${timeout} ms: ${wanted()}\nlast entries:\n  ${seen}`));
      }, timeout);
      this.#waiters.add(waiter);
    });
  }
}

function brief(entry: Entry): string {
  const text = JSON.stringify(entry);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
