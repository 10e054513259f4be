import { guarded } from "../errors.ts";
import type { CatchAllListener } from "../events.ts";

/** Listeners for all events of one direction. Lists are replaced, never changed, while being called. */
export class CatchAll {
  #listeners: readonly CatchAllListener[] = [];

  append(listener: CatchAllListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  prepend(listener: CatchAllListener): void {
    this.#listeners = [listener, ...this.#listeners];
  }

  /** Without a listener: all of them. */
  remove(listener?: CatchAllListener): void {
    const index = this.#listeners.indexOf(listener!);
    this.#listeners = this.#listeners.filter((_, i) => listener && i !== index);
  }

  list(): CatchAllListener[] {
    return [...this.#listeners];
  }

  call(target: unknown, args: readonly unknown[]): void {
    for (const listener of this.#listeners) {
      guarded(() => listener.apply(target, args as unknown[]));
    }
  }
}
