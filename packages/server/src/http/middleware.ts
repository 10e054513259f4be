import type { ServerResponse } from "node:http";
import type { EngineRequest } from "./request.ts";

/** An Express-style middleware of the engine; runs for polling and for upgrade requests. */
export type Middleware = (
  request: EngineRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/**
 * Runs the middlewares in order. What one throws, rejects with or passes to `next` is an error and
 * ends the run; whatever it does after its first word is ignored.
 */
export function runMiddlewares(
  middlewares: readonly Middleware[],
  request: EngineRequest,
  response: ServerResponse,
  done: (error?: unknown) => void,
): void {
  const run = (index: number): void => {
    const middleware = middlewares[index];
    if (!middleware) {
      done();
      return;
    }
    let called = false;
    const next = (error?: unknown) => {
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
    const fail = (error: unknown) => next(error ?? new Error("middleware failed"));
    try {
      const result = middleware(request, response, next);
      if (result instanceof Promise) {
        result.catch(fail);
      }
    } catch (error) {
      fail(error);
    }
  };
  run(0);
}
