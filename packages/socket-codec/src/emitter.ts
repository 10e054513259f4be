/** Listeners of all shapes share one table; `never` parameters accept each of them. */
type Listener = (...args: never[]) => unknown;

interface Entry {
  listener: Listener;
  once: boolean;
}

/**
 * A small event emitter for runtimes without Node's. The table of listeners is made on first use;
 * a list of listeners is replaced, never changed, so that emitting needs no copy.
 */
export class Emitter {
  #entries: Map<unknown, readonly Entry[]> | undefined;

  on(event: string | symbol, listener: Listener): this {
    return this.#add(event, listener, false);
  }

  once(event: string | symbol, listener: Listener): this {
    return this.#add(event, listener, true);
  }

  /** Without a listener: all of that event; without arguments: all. */
  off(event?: string | symbol, listener?: Listener): this {
    if (event === undefined) {
      this.#entries = undefined;
      return this;
    }
    const entries = this.#entries?.get(event);
    if (entries) {
      const rest = listener ? withoutFirst(entries, listener) : [];
      if (rest.length > 0) {
        this.#entries!.set(event, rest);
      } else {
        this.#entries!.delete(event);
      }
    }
    return this;
  }

  emit(event: string | symbol, ...args: unknown[]): unknown {
    this.dispatch(event, args);
    return this;
  }

  /** Calls the listeners of an event; for subclasses whose `emit` does something else. */
  protected dispatch(event: string | symbol, args: readonly unknown[]): void {
    const entries = this.#entries?.get(event);
    if (!entries) {
      return;
    }
    for (const entry of entries) {
      if (entry.once) {
        this.off(event, entry.listener);
      }
      (entry.listener as (...args: unknown[]) => unknown).apply(this, args as unknown[]);
    }
  }

  listeners(event: string | symbol): Listener[] {
    return (this.#entries?.get(event) ?? []).map((entry) => entry.listener);
  }

  hasListeners(event: string | symbol): boolean {
    return this.#entries?.has(event) ?? false;
  }

  addEventListener(event: string | symbol, listener: Listener): this {
    return this.on(event, listener);
  }

  removeListener(event?: string | symbol, listener?: Listener): this {
    return this.off(event, listener);
  }

  removeEventListener(event?: string | symbol, listener?: Listener): this {
    return this.off(event, listener);
  }

  removeAllListeners(event?: string | symbol): this {
    return this.off(event);
  }

  #add(event: string | symbol, listener: Listener, once: boolean): this {
    this.#entries ??= new Map();
    this.#entries.set(event, [...(this.#entries.get(event) ?? []), { listener, once }]);
    return this;
  }
}

function withoutFirst(entries: readonly Entry[], listener: Listener): Entry[] {
  const index = entries.findIndex((entry) => entry.listener === listener);
  return entries.filter((_, i) => i !== index);
}
