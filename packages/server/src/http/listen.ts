import { createServer, type Server as HttpServer } from "node:http";
import type { Http2SecureServer } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import { HawserTypeError } from "../errors.ts";

/** What can be attached to. */
export type AnyHttpServer = HttpServer | HttpsServer | Http2SecureServer;

/**
 * The HTTP server that is meant: itself, or one that listens on a port and has nothing but the engine.
 * @throws HawserTypeError `INVALID_ARGUMENT` for anything else, such as an Express application
 */
export function httpServerOf(server: AnyHttpServer | number): AnyHttpServer {
  if (typeof server === "function") {
    throw new HawserTypeError(
      "INVALID_ARGUMENT",
      "cannot attach to a request handler: pass it to http.createServer() first, and attach to what that returns",
    );
  }
  const httpServer = isPort(server) ? listenOn(Number(server)) : (server as AnyHttpServer);
  if (typeof httpServer?.on !== "function") {
    throw new HawserTypeError(
      "INVALID_ARGUMENT",
      `cannot attach to ${String(server)}: it is neither an HTTP server nor a port`,
    );
  }
  return httpServer;
}

/**
 * Stops an HTTP server whose sessions have ended.
 * @param callback called with the error of `httpServer.close()`, if any
 */
export function closeHttpServer(
  httpServer: AnyHttpServer,
  callback?: (error?: Error) => void,
): Promise<void> {
  return new Promise((resolve) => {
    httpServer.close((error?: Error) => {
      callback?.(error);
      resolve();
    });
    // Polls that were just answered leave idle connections, which would hold up the close.
    setImmediate(() => {
      if ("closeIdleConnections" in httpServer) {
        httpServer.closeIdleConnections();
      }
    });
  });
}

function isPort(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value));
}

function listenOn(port: number): HttpServer {
  return createServer((_request, response) => {
    response.writeHead(404).end();
  }).listen(port);
}
