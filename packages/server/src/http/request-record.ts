import { type IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { namesIn, valuesIn } from "./raw-headers.ts";
import { type EngineRequest, parseQuery } from "./request.ts";

/** What a handshake is made of: a request, or what is left of one. */
export type HandshakeSource = Pick<EngineRequest, "headers" | "url" | "_query" | "socket">;

/** Stands between the headers of a record; in a header it would have ended it. */
const SEPARATOR = "\n";

/** How Node's parser hands over headers: the one way by which `headersDistinct` has them too. */
interface HeaderLines {
  _addHeaderLines(rawHeaders: string[], length: number): void;
}

type Message = IncomingMessage & HeaderLines & { upgrade: boolean };

/** Other runtimes have requests of their own making. */
const IS_NODE = "_addHeaderLines" in IncomingMessage.prototype;
/** How many properties Node gives to a request. */
const KEYS_OF_NODE = IS_NODE ? Object.keys(new IncomingMessage(null as never)).length : 0;
/** The query, and the WebSocket or the response. */
const KEYS_OF_ENGINE = 2;

/**
 * What a request has said, in a fraction of its size: Node's objects do not outlive the handshake, unless
 * somebody wants them. What was read of it once stays the same object.
 */
export class RequestRecord {
  readonly url: string;
  readonly socket: Socket;
  readonly #websocket: WebSocket | undefined;
  readonly #names: readonly string[];
  readonly #values: string;
  #headers: IncomingHttpHeaders | undefined;
  #query: Record<string, string> | undefined;

  /** @param request one that {@link canBeRecorded} */
  constructor(request: EngineRequest) {
    const { rawHeaders } = request;
    this.url = request.url ?? "";
    this.socket = request.socket;
    this.#websocket = request.websocket;
    this.#names = namesIn(rawHeaders);
    this.#values = valuesIn(rawHeaders).join(SEPARATOR);
  }

  get headers(): IncomingHttpHeaders {
    this.#headers ??= this.#message().headers;
    return this.#headers;
  }

  get _query(): Record<string, string> {
    this.#query ??= parseQuery(this.url);
    return this.#query;
  }

  /** A request like the one that was recorded. */
  toRequest(): EngineRequest {
    const request = this.#message() as Message & EngineRequest;
    request.headers = this.headers;
    request.httpVersion = "1.1";
    request.httpVersionMajor = 1;
    request.httpVersionMinor = 1;
    request.method = "GET";
    request.url = this.url;
    request._query = this._query;
    request.complete = true;
    request.upgrade = this.#websocket !== undefined;
    if (this.#websocket) {
      request.websocket = this.#websocket;
    }
    return request;
  }

  #message(): IncomingMessage {
    const message = new IncomingMessage(this.socket) as Message;
    const values = this.#values.split(SEPARATOR);
    const rawHeaders = this.#names.flatMap((name, index) => [name, values[index]!]);
    message._addHeaderLines(rawHeaders, rawHeaders.length);
    return message;
  }
}

/**
 * Whether a record can stand for the request of a handshake: it is one as Node makes them, and nobody has
 * left a trace on it.
 */
export function canBeRecorded(request: EngineRequest & Partial<RequestTraces>): boolean {
  const known = KEYS_OF_NODE + KEYS_OF_ENGINE + ("parser" in request ? 1 : 0);
  return (
    IS_NODE &&
    Object.getPrototypeOf(request) === IncomingMessage.prototype &&
    request.method === "GET" &&
    request.httpVersion === "1.1" &&
    !request.joinDuplicateHeaders &&
    request._eventsCount === 0 &&
    Object.keys(request).length === known
  );
}

/** What Node's types do not mention. */
interface RequestTraces {
  /** Put on requests whose bytes were all read, by some versions. */
  parser: unknown;
  /** How many events have listeners. */
  _eventsCount: number;
  joinDuplicateHeaders: boolean;
}
