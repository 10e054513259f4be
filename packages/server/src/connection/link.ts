import type { RawData } from "@hawser/engine-codec/frames";
import type { EngineRequest } from "../http/request.ts";
import type { HandshakeSource } from "../http/request-record.ts";
import type { CloseReason, SessionHandler } from "../session/handler.ts";
import { Session } from "../session/session.ts";

/** A packet of the engine, as listeners of `packet` and `packetCreate` see it. */
export interface EnginePacket {
  readonly type: string;
  readonly data?: any;
}

/** The events of an engine socket. */
export interface EngineSocketEvents {
  open: () => void;
  /** A packet came in. */
  packet: (packet: EnginePacket) => void;
  /** A packet is about to go out. */
  packetCreate: (packet: EnginePacket) => void;
  data: (data: any) => void;
  message: (data: any) => void;
  heartbeat: () => void;
  /** A better transport is about to take over. */
  upgrading: (transport: EngineTransport) => void;
  /** A better transport has taken over. */
  upgrade: (transport: EngineTransport) => void;
  flush: (packets: EnginePacket[]) => void;
  drain: () => void;
  close: (reason: CloseReason, description?: any) => void;
}

export interface EngineTransport {
  readonly name: string;
  readonly writable: boolean;
}

/** Adds or removes a listener; other engines may have further events. */
interface Listening {
  <Ev extends keyof EngineSocketEvents>(event: Ev, listener: EngineSocketEvents[Ev]): unknown;
  (event: string, listener: (...args: any[]) => void): unknown;
}

/** What a connection needs of the engine socket below it; other engines bring their own. */
export interface EngineSocket {
  readonly id: string;
  readonly protocol: number;
  readonly request: EngineRequest | null;
  readonly remoteAddress: string;
  readonly readyState: string;
  readonly transport: EngineTransport;
  write(data: RawData, options?: { compress?: boolean | undefined }): unknown;
  close(discard?: boolean): unknown;
  on: Listening;
  once: Listening;
  off: Listening;
  removeListener: Listening;
}

/** An engine socket as applications have it: `socket.conn`, shared by all namespaces of the client. */
export interface Conn extends EngineSocket {
  /** The first request of the session. Null only where the application made it so. */
  readonly request: EngineRequest;
  /** Whether the session has changed to a better transport. */
  readonly upgraded: boolean;
  /** Bytes that wait for the client. */
  readonly bufferedBytes: number;
  /** Resolves when nothing waits for the client any more; rejects with a DisconnectedError if it ends first. */
  drained(): Promise<void>;
}

/** Passes on what the engine socket says: by a direct call for our own, by events for others. */
export function listenTo(conn: EngineSocket, handler: SessionHandler): void {
  if (conn instanceof Session) {
    conn.handler = handler;
    return;
  }
  conn.on("data", (data: RawData) => {
    if (typeof data === "string") {
      handler.sessionOnText(data);
    } else {
      handler.sessionOnBinary(data as Uint8Array);
    }
  });
  // What follows an error is a close.
  conn.on("error", () => {});
  conn.on("close", (reason: CloseReason, description?: unknown) =>
    handler.sessionOnClose(reason, description),
  );
}

/** Whether what is sent now would have to wait; volatile packets are dropped then. */
export function isBusy(conn: EngineSocket): boolean {
  return !conn.transport.writable || (conn instanceof Session && conn.hasSent);
}

/** What the request of the handshake has said, without making our engine bring it back whole. */
export function handshakeSourceOf(conn: EngineSocket): HandshakeSource | null {
  return conn instanceof Session ? conn.said : conn.request;
}
