import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** What is used of `http.Server`, `https.Server` and `http2.Http2SecureServer`. */
export type HttpServer = EventEmitter;

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Puts `handle` in front of the listeners that the server has: requests that match are its own, all
 * others go on to them. Listeners added later see every request, as on any server.
 */
export function claimRequests(
  server: HttpServer,
  matches: (url: string) => boolean,
  handle: RequestHandler,
): void {
  const earlier = server.listeners("request") as RequestHandler[];
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (matches(request.url ?? "")) {
      handle(request, response);
      return;
    }
    for (const listener of earlier) {
      listener.call(server, request, response);
    }
  });
}

/**
 * Takes upgrade requests that match. Of the others, those that nobody has answered after `graceMs`
 * milliseconds are ended, unless that is `undefined`: their peer would wait for ever.
 */
export function claimUpgrades(
  server: HttpServer,
  matches: (url: string) => boolean,
  handle: UpgradeHandler,
  graceMs: number | undefined,
): void {
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (matches(request.url ?? "")) {
      handle(request, socket, head);
    } else if (graceMs !== undefined) {
      // Until somebody takes it, a reset of this connection would be nobody's, and end the process.
      socket.on("error", socketOnError);
      const timer = setTimeout(() => endIfUnanswered(socket), graceMs);
      socket.once("close", () => clearTimeout(timer));
    }
  });
}

function endIfUnanswered(socket: Duplex & { bytesWritten?: number }): void {
  if (socket.writable && (socket.bytesWritten ?? 0) <= 0) {
    socket.end();
  }
}

function socketOnError(): void {}
