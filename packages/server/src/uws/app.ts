/**
 * What is used of µWebSockets.js. The application hands its app over; nothing of it is imported here.
 */
export interface UwsApp {
  any(pattern: string, handler: (res: UwsHttpResponse, req: UwsHttpRequest) => void): unknown;
  ws(pattern: string, behavior: UwsBehavior): unknown;
}

/** Valid until the handler returns. */
export interface UwsHttpRequest {
  getMethod(): string;
  getUrl(): string;
  getQuery(): string | undefined;
  getHeader(name: string): string;
  forEach(callback: (name: string, value: string) => void): void;
}

/** Valid until it was answered or aborted; touching it later throws. */
export interface UwsHttpResponse {
  onAborted(handler: () => void): unknown;
  onData(handler: (chunk: ArrayBuffer, isLast: boolean) => void): unknown;
  cork(callback: () => void): unknown;
  writeStatus(status: string): unknown;
  writeHeader(name: string, value: string): unknown;
  end(body?: string | Uint8Array, closeConnection?: boolean): unknown;
  close(): unknown;
  getRemoteAddressAsText(): ArrayBuffer;
  upgrade(
    userData: UwsUserData,
    key: string,
    protocol: string,
    extensions: string,
    context: unknown,
  ): void;
}

/** Valid until its `close` was called; touching it later throws. */
export interface UwsWebSocket {
  getUserData(): UwsUserData;
  /** 1: sent or will be; 0: the same, and the peer is slow; 2: dropped, the peer is too slow. */
  send(message: string | Uint8Array | ArrayBuffer, isBinary: boolean, compress: boolean): number;
  getBufferedAmount(): number;
  cork(callback: () => void): unknown;
  end(code?: number): void;
  /** Without a word to the peer, whatever it has still to be sent. */
  close(): void;
}

/** What a WebSocket carries from its request to its end. */
export interface UwsUserData {
  /** Takes the WebSocket, and answers who listens to it. */
  onOpen(ws: UwsWebSocket): void;
  listener?: UwsListener | undefined;
}

export interface UwsListener {
  onMessage(message: ArrayBuffer, isBinary: boolean): void;
  onDrain(): void;
  onClose(): void;
}

/** Options of `app.ws`. */
export interface UwsOptions {
  /** permessage-deflate, as a number of µWebSockets.js. Default: 0, which is none. */
  compression?: number | undefined;
  /** Seconds of silence after which µWebSockets.js ends a WebSocket. Default: 120. */
  idleTimeout?: number | undefined;
  /** Bytes that may wait for a slow peer; one that needs more is disconnected. Default: 1 MiB. */
  maxBackpressure?: number | undefined;
}

export interface UwsBehavior extends UwsOptions {
  maxPayloadLength: number;
  upgrade(res: UwsHttpResponse, req: UwsHttpRequest, context: unknown): void;
  open(ws: UwsWebSocket): void;
  message(ws: UwsWebSocket, message: ArrayBuffer, isBinary: boolean): void;
  drain(ws: UwsWebSocket): void;
  close(ws: UwsWebSocket): void;
}
