import { runInOrder } from "../run-in-order.ts";
import { throwLater } from "../throw-later.ts";

/** An error of a middleware; the client gets its message and `data` by `connect_error`. */
export interface ExtendedError extends Error {
  data?: any;
}

/** Decides about a socket that wants to join. */
export type NamespaceMiddleware<S> = (socket: S, next: (error?: ExtendedError) => void) => void;

export function runNamespaceMiddlewares<S>(
  middlewares: readonly NamespaceMiddleware<S>[],
  socket: S,
  done: (error?: ExtendedError) => void,
): void {
  runInOrder<NamespaceMiddleware<S>, ExtendedError>(
    middlewares,
    (middleware, next) => {
      try {
        middleware(socket, next);
      } catch (error) {
        throwLater(error);
      }
    },
    done,
  );
}
