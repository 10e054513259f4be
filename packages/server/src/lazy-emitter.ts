import { EventEmitter } from "node:events";

function LazyEmitterConstructor() {}
Object.setPrototypeOf(LazyEmitterConstructor.prototype, EventEmitter.prototype);
Object.defineProperty(LazyEmitterConstructor.prototype, "listened", {
  configurable: true,
  // Node's own count of listened events; on its prototype until the first `on`.
  get(this: { _eventsCount: number }) {
    return this._eventsCount > 0;
  },
});

interface LazyEmitterInstance extends EventEmitter {
  /** Whether anybody listens to anything: where nobody does, there is nothing to emit. */
  readonly listened: boolean;
}

/**
 * An EventEmitter that weighs nothing until somebody listens: the methods make their table with the
 * first listener, so Node's constructor, which makes one at once, is left out.
 */
export const LazyEmitter = LazyEmitterConstructor as unknown as new () => LazyEmitterInstance;
