import { bytesOf } from "../binary.ts";
import type { Request } from "./request.ts";

type Listener = (...args: unknown[]) => unknown;

interface Settling {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A value on its way that JSON cannot carry. */
interface Packed {
  readonly $: string;
  readonly id: number;
  readonly text: string;
  readonly own: Record<string, unknown>;
}

interface Wire {
  /** Waits for the answer. */
  ask(request: Request): unknown;
  /** Asks for what needs no answer; it happens in the same moment of the page as the next question. */
  tell(request: Request): void;
  /** Whether something has been told that has not happened yet. */
  readonly telling: boolean;
}

/** What may be followed by listeners, which must be there before anything happens. */
const STARTING = new Set(["connect", "open"]);
/** Functions that return an object, to be listened to before anything happens to it. */
const MAKING = new Set(["io", "socket"]);
/** Methods that return their object. */
const CHAINED = new Set(["on", "once", "off", "onAny", "prependAny", "onAnyOutgoing"]);

/** Values on their way to and from a page; `page.js` is the other side. */
export class Packing {
  readonly #wire: Wire;
  readonly #objects = new Map<number, object>();
  readonly #idOf = new WeakMap<object, number>();
  readonly #functions = new Map<number, Listener>();
  readonly #promises = new Map<number, Settling>();
  /** Objects numbered on this side have numbers below zero. */
  #lastMade = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  pack(value: unknown): unknown {
    if (value === undefined) return { $: "undefined" };
    if (typeof value === "bigint") return { $: "bigint", text: String(value) };
    if (typeof value === "number" && !Number.isFinite(value)) {
      return { $: "number", text: String(value) };
    }
    const isObject = typeof value === "object" && value !== null;
    if (!isObject && typeof value !== "function") return value;
    const id = this.#idOf.get(value);
    if (id !== undefined) return { $: typeof value === "function" ? "function" : "object", id };
    if (typeof value === "function") {
      const next = this.#functions.size;
      this.#idOf.set(value, next);
      this.#functions.set(next, value as Listener);
      return { $: "function", id: next };
    }
    const bytes = bytesOf(value);
    if (bytes) return { $: "bytes", text: Buffer.from(bytes).toString("base64") };
    if (value instanceof Date) return { $: "date", ms: value.getTime() };
    if (value instanceof Error) {
      const { name, message } = value;
      return { $: "error", own: this.#packAll({ ...value, name, message }) };
    }
    if (Array.isArray(value)) return value.map((item) => this.pack(item));
    if ("toJSON" in value && typeof value.toJSON === "function") return this.pack(value.toJSON());
    return this.#packAll(value);
  }

  unpack(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.unpack(item));
    const { $, id, text, own } = value as Packed;
    switch ($) {
      case "undefined":
        return undefined;
      case "bytes":
        return Buffer.from(text, "base64");
      case "error":
        return this.#error(this.#unpackAll(own));
      case "promise":
        return new Promise((resolve, reject) => this.#promises.set(id, { resolve, reject }));
      case "function":
        return (...args: unknown[]) => this.#request({ target: id, action: "invoke", args });
      case "object":
        return this.#object(id);
      default:
        return this.#unpackAll(value);
    }
  }

  /** The page calls a function of the test. What that throws is uncaught, as an event's would be. */
  callBack(id: number, args: readonly unknown[]): void {
    try {
      this.#functions.get(id)?.(...args.map((arg) => this.unpack(arg)));
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
    }
  }

  settle(id: number, outcome: "resolve" | "reject", result: unknown): void {
    this.#promises.get(id)?.[outcome](this.unpack(result));
    this.#promises.delete(id);
  }

  #error(own: Record<string, unknown>): Error {
    const ErrorClass = [TypeError, RangeError].find(({ name }) => name === own.name) ?? Error;
    return Object.assign(new ErrorClass(), own);
  }

  #packAll(object: object): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(object).map(([key, item]) => [key, this.pack(item)] as const),
    );
  }

  #unpackAll(object: object): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(object).map(([key, item]) => [key, this.unpack(item)] as const),
    );
  }

  #request(request: Request): unknown {
    const args = this.#packList(request.args ?? []);
    return this.unpack(this.#wire.ask({ ...request, args }));
  }

  #method(target: number, name: string): Listener {
    const made = new Map<unknown, object>();
    return (...values) => {
      if (MAKING.has(name)) {
        const known = name === "socket" ? made.get(values[0]) : undefined;
        if (known) return known;
        const object = this.#made({ target, action: "call", name, args: this.#packList(values) });
        made.set(values[0], object);
        return object;
      }
      if (STARTING.has(name) || (CHAINED.has(name) && this.#wire.telling)) {
        this.#wire.tell({ target, action: "call", name, args: this.#packList(values) });
        return this.#object(target);
      }
      return this.#request({ target, action: "call", name, args: values });
    };
  }

  /** The object that the request will answer with. */
  #made(request: Request): object {
    const as = --this.#lastMade;
    this.#wire.tell({ ...request, as });
    return this.#object(as);
  }

  #packList(values: readonly unknown[]): unknown[] {
    return values.map((value) => this.pack(value));
  }

  /** The same object here for the same object there. */
  #object(id: number): object {
    const known = this.#objects.get(id);
    if (known) return known;
    const methods = new Map<string, Listener>();
    let manager: object | undefined;
    const object = new Proxy(
      {},
      {
        get: (_, name) => {
          if (typeof name === "symbol") return undefined;
          if (name === "io" && id !== 0) {
            manager ??= this.#made({ target: id, action: "get", name });
            return manager;
          }
          let method = methods.get(name);
          if (!method && !STARTING.has(name) && !MAKING.has(name) && !CHAINED.has(name)) {
            const value = this.#wire.ask({ target: id, action: "get", name });
            if ((value as Packed | null | undefined)?.$ !== "method") return this.unpack(value);
          }
          if (!method) {
            method = this.#method(id, name);
            methods.set(name, method);
          }
          return method;
        },
        set: (_, name, value) => {
          this.#request({ target: id, action: "set", name: String(name), args: [value] });
          return true;
        },
        has: (_, name) =>
          typeof name === "string" && Boolean(this.#wire.ask({ target: id, action: "has", name })),
      },
    );
    this.#objects.set(id, object);
    this.#idOf.set(object, id);
    return object;
  }
}
