import type { RawData } from "@hawser/engine-codec/frames";

/** In what form received bytes are handed out. */
export type BinaryType = "nodebuffer" | "arraybuffer" | "blob";

/** Remembers the cookies of one session where the runtime does not. */
export interface CookieJar {
  /** The value for a `Cookie` header. */
  header(): string | undefined;
  /** @param setCookie values of `Set-Cookie` headers */
  store(setCookie: readonly string[]): void;
}

/** Options that reach the network unchanged; what only Node knows is ignored elsewhere. */
export interface NetworkOptions {
  /** Sent with every polling request; with a WebSocket only in Node and React Native. */
  extraHeaders?: Record<string, string | string[]> | undefined;
  /** Sends cookies to other origins; in Node, stores them and sends them back. Default: false. */
  withCredentials?: boolean | undefined;
  /** Milliseconds for one polling request; 0: no limit. Default: 0. */
  requestTimeout?: number | undefined;
  /** WebSocket sub-protocols. */
  protocols?: string | string[] | undefined;
  /** Node: lets the process end while connected. Default: false. */
  autoUnref?: boolean | undefined;
  /** Node: options of permessage-deflate; false disables. Default: `{ threshold: 1024 }`. */
  perMessageDeflate?: boolean | { threshold?: number; [option: string]: unknown } | undefined;
  /** Node: agent for HTTP requests and the WebSocket handshake. */
  agent?: unknown;
  /** Node: certificate and key, as in `tls.connect()`. */
  pfx?: unknown;
  /** Node: private key, as in `tls.connect()`. */
  key?: unknown;
  /** Node: of `key` or `pfx`, as in `tls.connect()`. */
  passphrase?: string | undefined;
  /** Node: certificate, as in `tls.connect()`. */
  cert?: unknown;
  /** Node: authorities to trust, as in `tls.connect()`. */
  ca?: unknown;
  /** Node: as in `tls.connect()`. */
  ciphers?: string | undefined;
  /** Node: whether the server's certificate must be valid. Default: true. */
  rejectUnauthorized?: boolean | undefined;
  /** Node: checks the name in the certificate, as in `tls.connect()`. */
  checkServerIdentity?: unknown;
  /** Node: local interface to connect from. */
  localAddress?: string | undefined;
  /** Node: 4 or 6. */
  family?: number | undefined;
  /** Node, WebSocket only: `Sec-WebSocket-Version`. */
  protocolVersion?: number | undefined;
  /** Node, WebSocket only: the `Origin` header. */
  origin?: string | undefined;
  /**
   * Largest message or polling response accepted, in bytes. A browser's own WebSocket cannot be limited.
   * Default: 100,000,000.
   */
  maxPayload?: number | undefined;
}

/** The same for one session. */
export interface SessionOptions extends NetworkOptions {
  /** Missing where the runtime keeps cookies itself. */
  cookies?: CookieJar | undefined;
}

export interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  body: string | undefined;
  headers: Record<string, string | string[]>;
  options: SessionOptions;
  /** In what form the body of the reply is wanted. Default: text. */
  responseType: "arraybuffer" | undefined;
}

/** `failure` is set for everything but a 200. */
export interface HttpReply {
  body: RawData;
  failure?: { description: unknown; context?: unknown } | undefined;
}

/** The default of `maxPayload`. */
export const MAX_PAYLOAD = 1e8;

/** Sends a request. The answer aborts it, after which `done` is not called. */
export type SendRequest = (request: HttpRequest, done: (reply: HttpReply) => void) => () => void;

/** What a WebSocket tells; each method is called by the platform. */
export interface WebSocketHandler {
  opened(): void;
  received(data: RawData): void;
  failed(event: unknown): void;
  closed(event: unknown): void;
}

export interface WebSocketPipe {
  send(frame: RawData, compress: boolean | undefined): void;
  close(): void;
  /** Bytes that were sent, but have not left. */
  readonly bufferedAmount: number;
}

export type OpenWebSocket = (
  url: string,
  options: SessionOptions,
  handler: WebSocketHandler,
) => WebSocketPipe;

export interface Platform {
  /** The default for received bytes. */
  readonly binaryType: BinaryType;
  /** Bytes, as they came, in the form asked for. */
  toBinary(data: Exclude<RawData, string>, type: BinaryType): unknown;
  /** Listens to events of the page, where there is one; the answer ends that. */
  onPage?(listeners: Record<string, () => void>): () => void;
  /** Missing where the runtime keeps cookies itself. */
  createCookieJar?(): CookieJar;
}
