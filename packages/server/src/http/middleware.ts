import type { IncomingMessage, ServerResponse } from "node:http";
import { runInOrder } from "../run-in-order.ts";
import type { EngineRequest } from "./request.ts";

/** An Express-style middleware of the engine; runs for polling and for upgrade requests. */
export type Middleware = (
  request: EngineRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/**
 * One that is declared for the requests of a framework (`express-session` for those of Express)
 * and lives with what these have of Node's. The type of a method, since only those are lenient.
 */
export type FrameworkMiddleware = {
  middleware(
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): unknown;
}["middleware"];

/** Runs the middlewares; what one throws or rejects with counts as passed to `next`. */
export function runMiddlewares(
  middlewares: readonly Middleware[],
  request: EngineRequest,
  response: ServerResponse,
  done: (error?: unknown) => void,
): void {
  if (middlewares.length === 0) {
    done();
    return;
  }
  runInOrder<Middleware, unknown>(
    middlewares,
    (middleware, next) => {
      const fail = (error: unknown) => next(error ?? new Error("middleware failed"));
      try {
        const result = middleware(request, response, next);
        if (result instanceof Promise) {
          result.catch(fail);
        }
      } catch (error) {
        fail(error);
      }
    },
    done,
  );
}
