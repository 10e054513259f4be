import type { Socket } from "../socket/socket.ts";
import { throwLater } from "../throw-later.ts";

/** An error of a middleware; the client gets its message and `data` by `connect_error`. */
export interface ExtendedError extends Error {
  data?: any;
}

/** Decides about a socket that wants to join. */
export type NamespaceMiddleware<S = Socket<any, any, any, any>> = (
  socket: S,
  next: (error?: ExtendedError) => void,
) => void;

/** Runs the middlewares in order; an error ends the run. What calls `next` twice is ignored. */
export function runNamespaceMiddlewares<S>(
  middlewares: readonly NamespaceMiddleware<S>[],
  socket: S,
  done: (error?: ExtendedError) => void,
): void {
  const run = (index: number): void => {
    const middleware = middlewares[index];
    if (!middleware) {
      done();
      return;
    }
    let called = false;
    const next = (error?: ExtendedError) => {
      if (called) {
        return;
      }
      called = true;
      if (error) {
        done(error);
      } else {
        run(index + 1);
      }
    };
    try {
      middleware(socket, next);
    } catch (error) {
      throwLater(error);
    }
  };
  run(0);
}
