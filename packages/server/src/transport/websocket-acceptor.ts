import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer, type ServerOptions as WsServerOptions } from "ws";
import { HawserTypeError } from "../errors.ts";
import type { EngineRequest } from "../http/request.ts";
import type { EngineOptions, WsEngine } from "../options.ts";
import { deflateOptions } from "./compression.ts";

/** Milliseconds that a peer has to answer the close of its WebSocket. */
const CLOSE_TIMEOUT_MS = 3000;

/** Adds to the headers of a 101 what the application wants in it. */
export type HeadersListener = (headers: OutgoingHttpHeaders, request: EngineRequest) => void;

/**
 * A WebSocket server without port, as the options describe it.
 * @throws HawserTypeError `INVALID_OPTION` when `wsEngine` names no module that has one
 */
export function createWebSocketServer(engineOptions: EngineOptions): WebSocketServer {
  const options: WsServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    maxPayload: engineOptions.maxHttpBufferSize,
    ...piecesOf(engineOptions.maxHttpBufferSize),
    perMessageDeflate: deflateOptions(engineOptions.perMessageDeflate),
    // The transport sees to that, without going over every text twice.
    skipUTF8Validation: true,
  };
  const { wsEngine: Server = WebSocketServer } = engineOptions;
  return new (typeof Server === "string" ? loadEngine(Server) : Server)(options);
}

/** Bytes of a piece, on average, that a message may come in: a fraction of the smallest packets on the way. */
const BYTES_OF_PIECE = 128;

/** Pieces of messages that are short; beyond, the most that `ws` takes by itself. */
const LEAST_PIECES = 1024;
const MOST_FRAGMENTS = 16_384;
const MOST_CHUNKS = 262_144;

/**
 * In how many pieces a message may come. Each piece of an unfinished message is an object of its own, which
 * may weigh more than its bytes (CVE-2026-48779). That the message is finished at all, the heartbeat sees to.
 */
function piecesOf(maxPayload: number): Pick<WsServerOptions, "maxFragments" | "maxBufferedChunks"> {
  const pieces = LEAST_PIECES + Math.ceil(maxPayload / BYTES_OF_PIECE);
  return {
    maxFragments: Math.min(MOST_FRAGMENTS, pieces),
    maxBufferedChunks: Math.min(MOST_CHUNKS, pieces),
  };
}

/** Turns upgrade requests into WebSockets. */
export class WebSocketAcceptor {
  readonly server: WebSocketServer;
  readonly #onHeaders: HeadersListener;
  /** What middlewares want in a 101 that is about to be written. */
  readonly #headers = new WeakMap<IncomingMessage, OutgoingHttpHeaders>();

  constructor(server: WebSocketServer, onHeaders: HeadersListener) {
    this.server = server;
    this.#onHeaders = onHeaders;
    server.on("headers", (lines: string[], request: IncomingMessage) =>
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
    this.server.handleUpgrade(request, socket, head, done);
  }

  close(): void {
    this.server.close();
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

/** Loads a module with the interface of `ws`, from beside this package or from the application. */
function loadEngine(name: string): WsEngine {
  let cause: unknown;
  for (const from of [import.meta.url, join(process.cwd(), "index.js")]) {
    try {
      const module = createRequire(from)(name) as { WebSocketServer?: WsEngine; Server?: WsEngine };
      const Server = module.WebSocketServer ?? module.Server;
      if (Server) {
        return Server;
      }
    } catch (error) {
      cause = error;
    }
  }
  const problem = `option "wsEngine": "${name}" is no module with a WebSocket server`;
  throw new HawserTypeError("INVALID_OPTION", problem, { cause });
}
