/** A listener of every event. */
export type AnyListener = (event: string, ...args: any[]) => void;

/** The listeners of every event, in one direction. */
export class CatchAll {
  /** Replaced, never changed, so that calling needs no copy. */
  #listeners: readonly AnyListener[] = [];

  append(listener: AnyListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  prepend(listener: AnyListener): void {
    this.#listeners = [listener, ...this.#listeners];
  }

  /** Without a listener: all. */
  remove(listener?: AnyListener): void {
    const index = listener ? this.#listeners.indexOf(listener) : -1;
    this.#listeners = listener ? this.#listeners.filter((_, i) => i !== index) : [];
  }

  list(): AnyListener[] {
    return [...this.#listeners];
  }

  call([event, ...args]: [event: string, ...args: unknown[]]): void {
    for (const listener of this.#listeners) {
      listener(event, ...args);
    }
  }
}
