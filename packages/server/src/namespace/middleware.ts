import { callMiddleware } from "../handlers.ts";
import { runInOrder } from "../run-in-order.ts";

/** An error of a middleware; the client gets its message and `data` by `connect_error`. */
export interface ExtendedError extends Error {
  data?: any;
}

/**
 * Decides about a socket that wants to join. One without `next` may answer a promise: fulfilled, it lets the
 * socket go on. What any of them throws or rejects with refuses the socket, as `next(error)` does.
 */
export type NamespaceMiddleware<S> = (socket: S, next: (error?: ExtendedError) => void) => unknown;

/** @param failed hears of what was thrown, which refuses as well */
export function runNamespaceMiddlewares<S>(
  middlewares: readonly NamespaceMiddleware<S>[],
  socket: S,
  failed: (error: Error) => void,
  done: (error?: ExtendedError) => void,
): void {
  runInOrder<NamespaceMiddleware<S>, ExtendedError>(
    middlewares,
    (middleware, next) =>
      callMiddleware(middleware, socket, next, (error, isLate) => {
        failed(error);
        if (!isLate) {
          next(error);
        }
      }),
    done,
  );
}
