import { runInOrder } from "../run-in-order.ts";
import { CatchAll } from "./catch-all.ts";

/** A packet as middlewares see it: `[event, ...args]`. */
export type Event = [event: string, ...args: any[]];

/** Sees each event before its listeners, and may refuse it. */
export type PacketMiddleware = (event: Event, next: (error?: Error) => void) => void;

/** What sees packets besides the listeners of their event. Most sockets have none of it. */
export class Interceptors {
  readonly incoming = new CatchAll();
  readonly outgoing = new CatchAll();
  #middlewares: readonly PacketMiddleware[] = [];

  use(middleware: PacketMiddleware): void {
    this.#middlewares = [...this.#middlewares, middleware];
  }

  /** @param done called with the error of the middleware that refused, if one did */
  intercept(event: Event, done: (error?: Error) => void): void {
    this.incoming.call(event);
    runInOrder<PacketMiddleware, Error>(
      this.#middlewares,
      (middleware, next) => middleware(event, next),
      done,
    );
  }
}
