import { EventEmitter } from "node:events";

function LazyEmitterConstructor() {}
Object.setPrototypeOf(LazyEmitterConstructor.prototype, EventEmitter.prototype);

/**
 * An EventEmitter that weighs nothing until somebody listens: the methods make their table with the
 * first listener, so Node's constructor, which makes one at once, is left out.
 */
export const LazyEmitter = LazyEmitterConstructor as unknown as new () => EventEmitter;
