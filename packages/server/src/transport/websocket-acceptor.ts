import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer, type ServerOptions as WsServerOptions } from "ws";
import type { EngineRequest } from "../http/request.ts";
import type { EngineOptions } from "../options.ts";

/** Bytes from which permessage-deflate compresses a message, unless the application says otherwise. */
const DEFLATE_THRESHOLD = 1024;

/** Milliseconds that a peer has to answer the close of its WebSocket. */
const CLOSE_TIMEOUT_MS = 3000;

/** Adds to the headers of a 101 what the application wants in it. */
export type HeadersListener = (headers: OutgoingHttpHeaders, request: EngineRequest) => void;

/** Turns upgrade requests into WebSockets. */
export class WebSocketAcceptor {
  readonly #server: WebSocketServer;
  readonly #onHeaders: HeadersListener;
  /** What middlewares want in a 101 that is about to be written. */
  readonly #headers = new WeakMap<IncomingMessage, OutgoingHttpHeaders>();

  constructor(engineOptions: EngineOptions, onHeaders: HeadersListener) {
    const { wsEngine: Server = WebSocketServer, perMessageDeflate } = engineOptions;
    const options: WsServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      closeTimeout: CLOSE_TIMEOUT_MS,
      maxPayload: engineOptions.maxHttpBufferSize,
      perMessageDeflate: perMessageDeflate
        ? { threshold: DEFLATE_THRESHOLD, ...(perMessageDeflate === true ? {} : perMessageDeflate) }
        : false,
    };
    this.#onHeaders = onHeaders;
    this.#server = new Server(options);
    this.#server.on("headers", (lines: string[], request: IncomingMessage) =>
      this.#serverOnHeaders(lines, request as EngineRequest),
    );
  }

  /**
   * Answers the request with a 101; one that is no proper WebSocket handshake is refused by `ws`.
   * @param headers for the 101
   */
  accept(
    request: EngineRequest,
    socket: Duplex,
    head: Buffer,
    headers: OutgoingHttpHeaders | undefined,
    done: (ws: WebSocket) => void,
  ): void {
    if (headers) {
      this.#headers.set(request, headers);
    }
    this.#server.handleUpgrade(request, socket, head, done);
  }

  close(): void {
    this.#server.close();
  }

  #serverOnHeaders(lines: string[], request: EngineRequest): void {
    const headers: OutgoingHttpHeaders = { ...this.#headers.get(request) };
    this.#headers.delete(request);
    this.#onHeaders(headers, request);
    for (const [name, value] of Object.entries(headers)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        lines.push(`${name}: ${one}`);
      }
    }
  }
}

/** For a WebSocket that nobody takes. */
export function closeUnused(ws: WebSocket): void {
  ws.on("error", () => {});
  ws.close();
}
