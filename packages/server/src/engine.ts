/** `@hawser/server/engine`: the Engine.IO server alone; what is known as `engine.io`. */
import { createServer } from "node:http";
import * as parser from "@hawser/engine-codec";
import type { HttpServer } from "./http/attach.ts";
import type { AttachOptions, EngineOptions } from "./options.ts";
import { Engine } from "./session/engine.ts";

export type { Middleware } from "./http/middleware.ts";
export type { EngineRequest } from "./http/request.ts";
export type { AttachOptions, EngineOptions as ServerOptions } from "./options.ts";
export type { BaseServer } from "./session/base-server.ts";
export { Engine as Server } from "./session/engine.ts";
export type { CloseReason } from "./session/handler.ts";
export type { ConnectionError, ErrorCallback } from "./session/refusal.ts";
export { Session as Socket } from "./session/session.ts";
export { type TransportConstructor, transports } from "./session/transports.ts";
export { Transport } from "./transport/transport.ts";
export type { WebTransportSession } from "./transport/webtransport.ts";
export { UwsEngine as uServer } from "./uws/uws-engine.ts";
export { parser };

/** The revision of the Engine.IO protocol. */
export const protocol = 4;

/** An engine on an HTTP server of its own, which answers 501 to everything else. */
export function listen(
  port: number,
  options?: Partial<EngineOptions & AttachOptions> | (() => void),
  listener?: () => void,
): Engine {
  if (typeof options === "function") {
    return listen(port, {}, options);
  }
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
