/** Asked by `console.log` of Node. */
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/**
 * A Map as an object with its keys, which is how applications know the sessions of an engine. A real object
 * whose keys come and go by the thousand costs several times as much for each of them (bench: connect).
 */
export function asObject<Value>(map: Map<string, Value>): Record<string, Value> {
  const inspect = { value: () => Object.fromEntries(map), configurable: true };
  const target = Object.defineProperty({}, INSPECT, inspect);
  return new Proxy<Record<string, Value>>(target, {
    get: (_, key) => map.get(key as string) ?? Reflect.get(target, key),
    has: (_, key) => map.has(key as string) || Reflect.has(target, key),
    ownKeys: () => [...map.keys()],
    getOwnPropertyDescriptor: (_, key) =>
      map.has(key as string)
        ? { value: map.get(key as string), writable: true, enumerable: true, configurable: true }
        : undefined,
    set: (_, key, value) => map.set(key as string, value) === map,
    deleteProperty: (_, key) => map.delete(key as string) || true,
  });
}
