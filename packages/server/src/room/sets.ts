import { INSPECT } from "../inspect.ts";

/** A Set as it is kept: nothing for an empty one, its element for a Set of one. */
type Kept = Set<string> | string | undefined;

/**
 * A Map of Sets. Most sockets are in one room, and most rooms are those of one socket, so a Set of one is
 * kept as its element until somebody asks for it; from then on it is that Set.
 */
export class SetsByKey extends Map<string, Set<string>> {
  /** Makes the key known. */
  addKey(key: string): void {
    if (!this.has(key)) {
      this.#keep(key, undefined);
    }
  }

  /** Adds an element to the Set of a key; answers whether it was not in. */
  addTo(key: string, element: string): boolean {
    const set = this.#kept(key);
    // Applications may pass other things than strings.
    if (set === undefined && typeof element === "string") {
      this.#keep(key, element);
      return true;
    }
    if (typeof set === "string" ? set === element : set?.has(element)) {
      return false;
    }
    this.addKey(key);
    this.get(key)!.add(element);
    return true;
  }

  /** Removes an element from the Set of a key, which stays; answers whether it was in. */
  removeFrom(key: string, element: string): boolean {
    const set = this.#kept(key);
    if (typeof set !== "string") {
      return set?.delete(element) ?? false;
    }
    if (set !== element) {
      return false;
    }
    this.#keep(key, undefined);
    return true;
  }

  contains(key: string, element: string): boolean {
    const set = this.#kept(key);
    return typeof set === "string" ? set === element : (set?.has(element) ?? false);
  }

  isEmpty(key: string): boolean {
    const set = this.#kept(key);
    return typeof set !== "string" && !set?.size;
  }

  /** The elements of the Set of a key; of a Set that there is, as they change. */
  elements(key: string): Iterable<string> {
    const set = this.#kept(key);
    return typeof set === "string" ? [set] : (set ?? []);
  }

  override get(key: string): Set<string> | undefined {
    const set = this.#kept(key);
    if (typeof set === "object" || !this.has(key)) {
      return set as Set<string> | undefined;
    }
    const made = new Set(set === undefined ? [] : [set]);
    this.#keep(key, made);
    return made;
  }

  override *entries(): MapIterator<[string, Set<string>]> {
    for (const key of this.keys()) {
      yield [key, this.get(key)!];
    }
  }

  override *values(): MapIterator<Set<string>> {
    for (const key of this.keys()) {
      yield this.get(key)!;
    }
  }

  override [Symbol.iterator](): MapIterator<[string, Set<string>]> {
    return this.entries();
  }

  override forEach(
    callback: (set: Set<string>, key: string, map: Map<string, Set<string>>) => void,
    thisArg?: unknown,
  ): void {
    for (const [key, set] of this) {
      callback.call(thisArg, set, key, this);
    }
  }

  [INSPECT](): Map<string, Set<string>> {
    return new Map(this);
  }

  #kept(key: string): Kept {
    return super.get(key) as Kept;
  }

  #keep(key: string, set: Kept): void {
    super.set(key, set as Set<string>);
  }
}

// Tests of applications compare it with a Map; it is one, entry by entry.
Object.defineProperty(SetsByKey.prototype, "constructor", { value: Map });
