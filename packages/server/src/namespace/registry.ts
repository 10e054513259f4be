import { HawserTypeError } from "../errors.ts";
import type { Namespace } from "./namespace.ts";
import type { NamespaceTest, ParentNamespace } from "./parent.ts";

type AnyNamespace = Namespace<any, any, any, any>;
type AnyParent = ParentNamespace<any, any, any, any>;

/** The namespaces of a server: the fixed names, and the tests by which others come into being. */
export class Registry {
  readonly namespaces = new Map<string, AnyNamespace>();
  readonly #parents: { test: NamespaceTest; pattern: RegExp | undefined; parent: AnyParent }[] = [];

  /** @throws HawserTypeError `INVALID_ARGUMENT` for a pattern whose tests depend on each other */
  addParent(test: RegExp | NamespaceTest, parent: AnyParent): void {
    const pattern = test instanceof RegExp ? test : undefined;
    if (pattern && (pattern.global || pattern.sticky)) {
      throw new HawserTypeError(
        "INVALID_ARGUMENT",
        "stateful regular expressions are not supported",
      );
    }
    this.#parents.push({
      pattern,
      parent,
      test: pattern
        ? (name, _auth, next) => next(null, pattern.test(name))
        : (test as NamespaceTest),
    });
  }

  /** The child of the first pattern that a name matches, for a name that the application gives. */
  childByPattern(name: string): AnyNamespace | undefined {
    return this.#parents.find(({ pattern }) => pattern?.test(name))?.parent.createChild(name);
  }

  /** The children of all patterns and tests. */
  get #childCount(): number {
    return this.#parents.reduce((count, { parent }) => count + parent.children.size, 0);
  }

  /**
   * Finds the namespace for a client's CONNECT, or makes it, and calls back.
   * @param maxChildren beyond so many, none is made
   * @param failed called with what a test throws or rejects with, which is a no
   */
  resolve(
    name: string,
    auth: Record<string, unknown>,
    maxChildren: number,
    done: (found: AnyNamespace | "none" | "too many") => void,
    failed: (thrown: unknown) => void,
  ): void {
    if (this.#parents.length === 0) {
      done(this.namespaces.get(name) ?? "none");
      return;
    }
    const ask = (index: number): void => {
      const existing = this.namespaces.get(name);
      const candidate = this.#parents[index];
      if (existing || !candidate) {
        done(existing ?? "none");
        return;
      }
      let answered = false;
      const answer = (error: unknown, allow: boolean) => {
        if (answered) {
          return;
        }
        answered = true;
        if (error || !allow) {
          ask(index + 1);
        } else {
          // Another client may have asked for the same name meanwhile.
          const made = this.namespaces.get(name);
          const mayMake = made !== undefined || this.#childCount < maxChildren;
          done(mayMake ? (made ?? candidate.parent.createChild(name)) : "too many");
        }
      };
      const fail = (thrown: unknown) => {
        failed(thrown);
        answer(thrown, false);
      };
      callTest(() => candidate.test(name, auth, answer), fail);
    };
    ask(0);
  }
}

/** Tests are the application's; some of them are async functions. */
function callTest(test: () => unknown, fail: (thrown: unknown) => void): void {
  try {
    const result = test();
    if (result instanceof Promise) {
      result.catch(fail);
    }
  } catch (thrown) {
    fail(thrown);
  }
}
