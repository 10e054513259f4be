/**
 * The documented JavaScript API of Socket.IO as far as the suites use it. Structural and our own,
 * so that any implementation of it can be handed in without naming its types.
 */

/** Accepts every function; the parameters of a listener are annotated where it is written. */
export type Listener = (...args: never[]) => unknown;

interface Emitter {
  on(event: string, listener: Listener): unknown;
  once(event: string, listener: Listener): unknown;
  off(event: string, listener?: Listener): unknown;
}

export interface JsBroadcast {
  to(room: string | string[]): JsBroadcast;
  in(room: string | string[]): JsBroadcast;
  except(room: string | string[]): JsBroadcast;
  timeout(ms: number): JsBroadcast;
  compress(compress: boolean): JsBroadcast;
  readonly volatile: JsBroadcast;
  readonly local: JsBroadcast;
  emit(event: string, ...args: unknown[]): unknown;
  emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
  fetchSockets(): Promise<JsRemoteSocket[]>;
  socketsJoin(room: string | string[]): void;
  socketsLeave(room: string | string[]): void;
  disconnectSockets(close?: boolean): void;
}

export interface JsRemoteSocket {
  readonly id: string;
  readonly rooms: Set<string>;
  data: Record<string, unknown>;
  readonly handshake: { readonly auth: Record<string, unknown> };
  emit(event: string, ...args: unknown[]): unknown;
  join(room: string | string[]): unknown;
  leave(room: string): unknown;
  disconnect(close?: boolean): unknown;
}

interface CatchAll {
  onAny(listener: Listener): unknown;
  prependAny(listener: Listener): unknown;
  offAny(listener?: Listener): unknown;
  onAnyOutgoing(listener: Listener): unknown;
  offAnyOutgoing(listener?: Listener): unknown;
}

export interface JsServerSocket extends Emitter, CatchAll {
  readonly id: string;
  readonly rooms: Set<string>;
  data: Record<string, unknown>;
  readonly connected: boolean;
  readonly handshake: {
    readonly auth: Record<string, unknown>;
    readonly query: Record<string, string>;
    readonly headers: Record<string, string>;
    readonly address: string;
  };
  readonly conn: JsEngineSocket;
  readonly nsp: JsNamespace;
  readonly broadcast: JsBroadcast;
  readonly volatile: JsServerSocket;
  to(room: string | string[]): JsBroadcast;
  in(room: string | string[]): JsBroadcast;
  except(room: string | string[]): JsBroadcast;
  timeout(ms: number): JsServerSocket;
  compress(compress: boolean): JsServerSocket;
  emit(event: string, ...args: unknown[]): unknown;
  emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
  send(...args: unknown[]): unknown;
  join(room: string | string[]): unknown;
  leave(room: string): unknown;
  disconnect(close?: boolean): unknown;
  use(middleware: (event: unknown[], next: (error?: Error) => void) => void): unknown;
}

export interface JsEngineSocket extends Emitter {
  readonly id: string;
  /** The revision of Engine.IO: 3 or 4. */
  readonly protocol: number;
  readonly transport: { readonly name: string; readonly writable: boolean };
  readonly readyState: string;
  readonly upgraded: boolean;
  close(discard?: boolean): void;
}

export interface JsNamespace extends JsBroadcast, Emitter {
  readonly name: string;
  readonly sockets: Map<string, JsServerSocket>;
  readonly adapter: {
    readonly rooms: Map<string, Set<string>>;
    readonly sids: Map<string, Set<string>>;
  };
  use(
    middleware: (
      socket: JsServerSocket,
      next: (error?: Error & { data?: unknown }) => void,
    ) => unknown,
  ): unknown;
  send(...args: unknown[]): unknown;
}

export interface JsEngine extends Emitter {
  readonly clientsCount: number;
  readonly opts: Record<string, unknown>;
  use(middleware: Listener): unknown;
}

export type NamespaceMatch = (
  name: string,
  auth: Record<string, unknown>,
  next: (error: Error | null, allow: boolean) => void,
) => void;

export interface JsServer extends JsBroadcast, Emitter {
  readonly sockets: JsNamespace;
  readonly engine: JsEngine;
  of(name: string | RegExp | NamespaceMatch): JsNamespace;
  use(middleware: Parameters<JsNamespace["use"]>[0]): unknown;
  send(...args: unknown[]): unknown;
  attach(server: unknown, options?: Record<string, unknown>): unknown;
  close(callback?: (error?: Error) => void): Promise<void>;
}

export interface JsServerModule {
  readonly Server: new (server?: unknown, options?: Record<string, unknown>) => JsServer;
}

export interface JsManager extends Emitter {
  readonly engine: JsClientEngine;
  readonly opts: Record<string, unknown>;
  socket(nsp: string, options?: Record<string, unknown>): JsClientSocket;
  reconnection(value: boolean): unknown;
}

export interface JsClientEngine extends Emitter {
  readonly id: string;
  readonly transport: { readonly name: string };
  readonly readyState: string;
  close(): unknown;
}

export interface JsClientSocket extends Emitter, CatchAll {
  readonly id: string | undefined;
  readonly connected: boolean;
  readonly active: boolean;
  auth: unknown;
  readonly io: JsManager;
  readonly sendBuffer: unknown[];
  readonly volatile: JsClientSocket;
  timeout(ms: number): JsClientSocket;
  compress(compress: boolean): JsClientSocket;
  emit(event: string, ...args: unknown[]): unknown;
  emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
  send(...args: unknown[]): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

export interface JsClientModule {
  readonly io: (url: string, options?: Record<string, unknown>) => JsClientSocket;
}
