import { callMiddleware, type Reply, type Supervisor } from "../handlers.ts";
import { runInOrder } from "../run-in-order.ts";
import { CatchAll } from "./catch-all.ts";

/** A packet as middlewares see it: `[event, ...args]`. */
export type Event = [event: string, ...args: any[]];

/**
 * Sees each event before its listeners, and may refuse it. One without `next` may answer a promise, which
 * decides when it is settled; a rejection, as a throw, refuses always.
 */
export type PacketMiddleware = (event: Event, next: (error?: Error) => void) => unknown;

/** What sees packets besides the listeners of their event. Most sockets have none of it. */
export class Interceptors {
  readonly incoming = new CatchAll();
  readonly outgoing = new CatchAll();
  #middlewares: readonly PacketMiddleware[] = [];

  use(middleware: PacketMiddleware): void {
    this.#middlewares = [...this.#middlewares, middleware];
  }

  /**
   * @param reply given where the sender waits for an answer
   * @param done called with the error of the middleware that refused, if one did; not if one failed
   */
  intercept(
    event: Event,
    socket: Supervisor,
    reply: Reply | undefined,
    done: (error?: Error) => void,
  ): void {
    this.incoming.call(event, socket);
    runInOrder<PacketMiddleware, Error>(
      this.#middlewares,
      (middleware, next) =>
        callMiddleware(middleware, event, next, (error) =>
          socket.handlerFailed(error, event, reply),
        ),
      done,
    );
  }
}
