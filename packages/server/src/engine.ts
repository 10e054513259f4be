/** `@hawser/server/engine`: the Engine.IO server alone; what is known as `engine.io`. */
import { createServer, type Server as HttpServer } from "node:http";
import * as parser from "@hawser/engine-codec";
import type { AttachOptions, EngineOptions } from "./options.ts";
import { Engine } from "./session/engine.ts";
import { PollingTransport } from "./transport/polling.ts";
import { WebSocketTransport } from "./transport/websocket.ts";

export type { Middleware } from "./http/middleware.ts";
export type { EngineRequest } from "./http/request.ts";
export type { AttachOptions, EngineOptions as ServerOptions } from "./options.ts";
export { type ConnectionError, Engine as Server } from "./session/engine.ts";
export type { CloseReason } from "./session/handler.ts";
export { Session as Socket } from "./session/session.ts";
export type { Transport } from "./transport/transport.ts";
export { parser };

/** The revision of the Engine.IO protocol. */
export const protocol = 4;

export const transports: Readonly<Record<string, unknown>> = {
  polling: PollingTransport,
  websocket: WebSocketTransport,
};

/** An engine on an HTTP server of its own, which answers 501 to everything else. */
export function listen(
  port: number,
  options?: Partial<EngineOptions & AttachOptions>,
  listener?: () => void,
): Engine {
  const server = createServer((_request, response) => {
    response.writeHead(501).end("Not Implemented");
  });
  const engine = attach(server, options);
  server.listen(port, listener);
  return engine;
}

/** An engine on an HTTP server that exists. */
export function attach(
  server: HttpServer,
  options?: Partial<EngineOptions & AttachOptions>,
): Engine {
  return new Engine(options).attach(server, options);
}
