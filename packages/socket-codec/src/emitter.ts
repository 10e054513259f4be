/** Listeners of all shapes share one table; `never` parameters accept each of them. */
type Listener = (...args: never[]) => unknown;

interface Entry {
  listener: Listener;
  once: boolean;
}

/** Not a new list for each event that nobody listens to. */
const NONE: readonly Entry[] = [];

/**
 * A small event emitter for runtimes without Node's. A list of listeners is replaced, never
 * changed, so that emitting needs no copy.
 */
export class Emitter {
  /** Made for the first listener: most emitters of a connection never have one. */
  #entries: Map<string | symbol, readonly Entry[]> | undefined;

  /** Adds a listener. */
  on(event: string | symbol, listener: Listener): this {
    return this.#add(event, listener, false);
  }

  /** Adds a listener for the next such event only. */
  once(event: string | symbol, listener: Listener): this {
    return this.#add(event, listener, true);
  }

  /** Without a listener: all of that event; without arguments: all. */
  off(event?: string | symbol, listener?: Listener): this {
    if (event === undefined) {
      this.#entries = undefined;
      return this;
    }
    const entries = this.#of(event);
    const found = entries.find((entry) => entry.listener === listener);
    this.#keep(
      event,
      entries.filter((entry) => listener && entry !== found),
    );
    return this;
  }

  /** Calls the listeners of an event, in order. */
  emit(event: string | symbol, ...args: unknown[]): unknown {
    this.emitReserved(event, ...args);
    return this;
  }

  /** Calls the listeners of an event; for subclasses whose `emit` does something else. */
  protected emitReserved(event: string | symbol, ...args: unknown[]): void {
    for (const entry of this.#of(event)) {
      if (entry.once) {
        this.#keep(
          event,
          this.#of(event).filter((other) => other !== entry),
        );
      }
      this.call(entry.listener, args);
    }
  }

  /** Calls one listener; for subclasses that do something about its errors. */
  protected call(listener: Listener, args: unknown[]): void {
    listener.apply(this, args as never[]);
  }

  /** The listeners of an event, in order; a copy. */
  listeners(event: string | symbol): Listener[] {
    return this.#of(event).map(({ listener }) => listener);
  }

  /** Whether anybody listens to an event. */
  hasListeners(event: string | symbol): boolean {
    return this.#of(event) !== NONE;
  }

  /** As {@link on}. */
  addEventListener(event: string | symbol, listener: Listener): this {
    return this.on(event, listener);
  }

  /** As {@link off}. */
  removeListener(event?: string | symbol, listener?: Listener): this {
    return this.off(event, listener);
  }

  /** As {@link off}. */
  removeEventListener(event?: string | symbol, listener?: Listener): this {
    return this.off(event, listener);
  }

  /** Removes the listeners of an event; without one, all. */
  removeAllListeners(event?: string | symbol): this {
    return this.off(event);
  }

  #add(event: string | symbol, listener: Listener, once: boolean): this {
    this.#entries ??= new Map();
    this.#entries.set(event, [...this.#of(event), { listener, once }]);
    return this;
  }

  #keep(event: string | symbol, entries: readonly Entry[]): void {
    if (entries.length > 0) {
      this.#entries?.set(event, entries);
    } else {
      this.#entries?.delete(event);
    }
  }

  #of(event: string | symbol): readonly Entry[] {
    return this.#entries?.get(event) ?? NONE;
  }
}
