import { throwLater } from "../throw-later.ts";

/** What has something to write at the end of the tick. */
export interface Flushable {
  flush(): void;
}

let waiting: Flushable[] = [];

/**
 * Calls `flush` once this tick's handlers have run, so that everything one tick emits to a session
 * leaves together. The caller asks once a tick.
 */
export function flushSoon(flushable: Flushable): void {
  if (waiting.push(flushable) === 1) {
    process.nextTick(flushAll);
  }
}

function flushAll(): void {
  const flushables = waiting;
  waiting = [];
  for (const flushable of flushables) {
    try {
      flushable.flush();
    } catch (error) {
      // A listener of one session must not keep the others waiting.
      throwLater(error);
    }
  }
}
