import type { IncomingMessage } from "node:http";
import cors, { type CorsOptions, type CorsOptionsDelegate } from "cors";
import type { Middleware } from "./middleware.ts";

/** The `cors` option as a middleware. Sets headers and answers preflights; rejects nothing. */
export function corsMiddleware(
  options: true | CorsOptions | CorsOptionsDelegate<IncomingMessage>,
): Middleware {
  return cors(options === true ? {} : (options as CorsOptions)) as Middleware;
}
