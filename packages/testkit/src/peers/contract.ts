import type { Journal } from "../journal.ts";
import type { JsClientSocket, JsServer } from "./js-api.ts";

/** What a peer may lack. A peer that lacks one says why in its descriptor. */
export const FEATURES = {
  "server.api": "the JavaScript server API",
  "server.reasons": "tells its application why a socket has disconnected",
  "server.invalidNamespace": "refuses an unknown namespace with `Invalid namespace`",
  "server.largeBodies": "takes polling bodies that arrive in several pieces",
  "server.serialEvents": "calls its handlers in the order of arrival",
  "client.api": "the JavaScript client API",
  "client.reasons": "tells its application why it was disconnected",
  "client.ownAuth": "sends other credentials to each namespace",
  "client.leave": "leaves one namespace and stays in the others",
  "client.serialEvents": "calls its handlers in the order of arrival",
  "client.returns": "reconnects after the server has closed the connection",
} as const;

export type Feature = keyof typeof FEATURES;
export type Lacks = Partial<Record<Feature, string>>;

/** How a client reaches the server. */
export const MODES = ["polling", "websocket", "upgrade"] as const;
export type Mode = (typeof MODES)[number];

export interface ServerOptions {
  readonly port?: number;
  readonly path?: string;
  /** Milliseconds, as everywhere. */
  readonly pingInterval?: number;
  readonly pingTimeout?: number;
  readonly maxHttpBufferSize?: number;
  /** Options only servers with the JavaScript API take. */
  readonly api?: Record<string, unknown>;
}

/** Whom a server's emit reaches: one socket, rooms, or the whole namespace. */
export interface Target {
  readonly nsp?: string;
  readonly room?: string;
  readonly exceptSid?: string;
}

/** The reference application (`reference-app.ts`, `server.py`) running in a server. */
export interface RunningServer {
  readonly port: number;
  readonly url: string;
  readonly journal: Journal;
  /** The server itself, where it has the JavaScript API. */
  readonly io?: JsServer;
  emit(target: Target, event: string, ...args: unknown[]): Promise<void>;
  /** Emits to one socket and returns what its acknowledgement carries. */
  request(sid: string, event: string, args: unknown[], nsp?: string): Promise<unknown[]>;
  enter(sid: string, room: string, nsp?: string): Promise<void>;
  leave(sid: string, room: string, nsp?: string): Promise<void>;
  disconnect(sid: string, nsp?: string): Promise<void>;
  transport(sid: string): Promise<string>;
  stop(): Promise<void>;
}

export interface ServerPeer {
  readonly name: string;
  readonly lacks: Lacks;
  start(options?: ServerOptions): Promise<RunningServer>;
  /** Ends what serves all its servers, such as an interpreter. */
  dispose(): Promise<void>;
}

export interface ClientOptions {
  readonly mode: Mode;
  /** The first is the one that emits without a namespace go to. Default `["/"]`. */
  readonly namespaces?: readonly string[];
  readonly auth?: unknown;
  readonly path?: string;
  readonly reconnection?: boolean;
  /** Options only clients with the JavaScript API take. */
  readonly api?: Record<string, unknown>;
}

/** One namespace of a client that runs the reference application. */
export interface ClientNamespace {
  readonly nsp: string;
  /** The socket itself, where the client has the JavaScript API. */
  readonly socket?: JsClientSocket;
  id(): Promise<string>;
  emit(event: string, ...args: unknown[]): Promise<void>;
  /** Emits and returns what the acknowledgement carries; rejects after 5 s. */
  request(event: string, ...args: unknown[]): Promise<unknown[]>;
  /** Leaves the namespace. */
  leave(): Promise<void>;
}

export interface RunningClient extends ClientNamespace {
  readonly journal: Journal;
  in(nsp: string): ClientNamespace;
  transport(): Promise<string>;
  /** Ends the connection and all its namespaces. */
  disconnect(): Promise<void>;
}

export interface ClientPeer {
  readonly name: string;
  readonly lacks: Lacks;
  /** Begins to connect; resolves without waiting for the outcome, which the journal tells. */
  start(url: string, options: ClientOptions): Promise<RunningClient>;
  dispose(): Promise<void>;
}
