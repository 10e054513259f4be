import type { ServerResponse } from "node:http";
import { runInOrder } from "../run-in-order.ts";
import type { EngineRequest } from "./request.ts";

/** An Express-style middleware of the engine; runs for polling and for upgrade requests. */
export type Middleware = (
  request: EngineRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/** Runs the middlewares; what one throws or rejects with counts as passed to `next`. */
export function runMiddlewares(
  middlewares: readonly Middleware[],
  request: EngineRequest,
  response: ServerResponse,
  done: (error?: unknown) => void,
): void {
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
