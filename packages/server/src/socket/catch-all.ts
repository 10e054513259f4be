/** Listeners of every event, in one direction. Made when the first is added. */
export class CatchAll<Listener extends (...args: never[]) => void> {
  #listeners: readonly Listener[] = [];

  append(listener: Listener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  prepend(listener: Listener): void {
    this.#listeners = [listener, ...this.#listeners];
  }

  /** Without a listener: all. */
  remove(listener?: Listener): void {
    const index = listener ? this.#listeners.indexOf(listener) : -1;
    this.#listeners = listener ? this.#listeners.filter((_, i) => i !== index) : [];
  }

  list(): Listener[] {
    return [...this.#listeners];
  }

  call(args: readonly unknown[]): void {
    for (const listener of this.#listeners) {
      (listener as unknown as (...args: unknown[]) => void)(...args);
    }
  }
}
