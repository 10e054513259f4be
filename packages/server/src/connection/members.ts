import type { Member } from "./member.ts";

/**
 * The namespaces of one client by name; `undefined` while one is still being admitted. Nearly every client
 * is in one only, so that one needs no table.
 */
export class Members {
  #name: string | undefined;
  #member: Member | undefined;
  #others: Map<string, Member | undefined> | undefined;

  /** How many, those included that are still being admitted. */
  get size(): number {
    return (this.#name === undefined ? 0 : 1) + (this.#others?.size ?? 0);
  }

  has(name: string): boolean {
    return name === this.#name || (this.#others?.has(name) ?? false);
  }

  get(name: string): Member | undefined {
    return name === this.#name ? this.#member : this.#others?.get(name);
  }

  set(name: string, member: Member | undefined): void {
    if (name === this.#name || (this.#name === undefined && !this.#others?.size)) {
      this.#name = name;
      this.#member = member;
    } else {
      this.#others ??= new Map();
      this.#others.set(name, member);
    }
  }

  delete(name: string): void {
    if (name === this.#name) {
      this.#name = undefined;
      this.#member = undefined;
    } else {
      this.#others?.delete(name);
    }
  }

  clear(): void {
    this.#name = undefined;
    this.#member = undefined;
    this.#others = undefined;
  }

  /** Those who are in; a copy. */
  admitted(): Member[] {
    const all = [this.#member, ...(this.#others?.values() ?? [])];
    return all.filter((member) => member !== undefined);
  }
}
