import { callHandler, type Handler, type Supervisor } from "../handlers.ts";

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

  /** @param socket `this` of the listeners; hears of those that fail */
  call(event: readonly unknown[], socket: Supervisor): void {
    const listeners = this.#listeners;
    if (listeners.length === 0) {
      return;
    }
    // The name is the first argument here.
    const call = [event[0], ...event];
    for (const listener of listeners) {
      callHandler(listener as Handler, socket, call, socket);
    }
  }
}
