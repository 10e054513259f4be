import type { Journal } from "../journal.ts";
import type { JsClientSocket, JsServer } from "./js-api.ts";

/** What a peer may lack. A peer that lacks one says why in its descriptor. */
export const FEATURES = {
  "server.api": "the JavaScript server API of Socket.IO 3 and 4",
  "server.remote": "finds, moves and ends sockets by room, and leaves rooms out",
  "server.timeout": "gives up waiting for an acknowledgement, and collects those of a broadcast",
  "server.emitWithAck": "promises for acknowledgements and for close()",
  "server.outgoing": "catch-all listeners for outgoing events",
  "server.current": "the details of the server API of Socket.IO 4.8",
  "server.cleanup": "removes namespaces that nobody is in",
  "server.reasons": "tells its application why a socket has disconnected",
  "server.invalidNamespace": "refuses an unknown namespace with `Invalid namespace`",
  "server.largeBodies": "takes polling bodies that arrive in several pieces",
  "server.serialEvents": "calls its handlers in the order of arrival",
  "server.pingTimeout": "notices that a client has fallen silent",
  "server.arrayBuffers": "takes an ArrayBuffer for a binary",
  "server.views": "takes a typed array for a binary",
  "client.api": "the JavaScript client API of Socket.IO 3 and 4",
  "client.current": "the details of the client API of Socket.IO 4.8",
  "client.emitWithAck": "time limits and promises for acknowledgements, and retries",
  "client.outgoing": "catch-all listeners for outgoing events",
  "client.reasons": "tells its application why it was disconnected",
  "client.ownAuth": "sends other credentials to each namespace",
  "client.leave": "leaves one namespace and stays in the others",
  "client.serialEvents": "calls its handlers in the order of arrival",
  "client.returns": "reconnects after the server has closed the connection",
  "client.oversized": "sends what is larger than the server has said to take",
  "client.headers": "sends headers of the application's choice",
  "client.views": "takes a typed array for a binary",
  "client.unicode": "sends every text over polling",
  "client.base64": "an option that makes it send and ask for base64",
  "protocol.auth": "credentials are an object of any shape",
  "protocol.refusal": "a refusal has a message and data",
  "protocol.names": "`error`, `ping` and their like are names as good as any",
  "protocol.json": "carries every number that JSON can say",
  "protocol.ids": "a socket has an id of its own, and another one each time",
  "protocol.emptyBinary": "binaries can be empty",
  "protocol.alone": "a client can be in a namespace without being in the main one",
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

export interface Peer {
  readonly name: string;
  /** Package and installed version; only peers of the compatibility matrix need it. */
  readonly release?: () => string;
  readonly lacks: Lacks;
  /** Ends what all its servers or clients share, such as an interpreter. */
  dispose(): Promise<void>;
}

export interface ServerPeer extends Peer {
  start(options?: ServerOptions): Promise<RunningServer>;
}

export interface ClientOptions {
  readonly mode: Mode;
  /** The first is the one that emits without a namespace go to. Default `["/"]`. */
  readonly namespaces?: readonly string[];
  readonly auth?: unknown;
  readonly path?: string;
  readonly reconnection?: boolean;
  /** Binaries travel as base64 both ways; needs `client.base64`. */
  readonly forceBase64?: boolean;
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

export interface ClientPeer extends Peer {
  /** Begins to connect; resolves without waiting for the outcome, which the journal tells. */
  start(url: string, options: ClientOptions): Promise<RunningClient>;
}
