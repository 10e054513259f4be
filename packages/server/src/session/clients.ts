import { INSPECT } from "../inspect.ts";

/**
 * A Map as an object with its keys, which is how applications know the sessions of an engine (`clients`). A real
 * object was slower where keys come and go by the thousand: each of them becomes an internal name of the runtime.
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
