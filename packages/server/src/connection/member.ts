import type { Chunk, Packet } from "@hawser/socket-codec";
import type { Timers } from "../clock/timers.ts";
import type { Parser } from "../options.ts";
import type { CloseReason } from "../session/handler.ts";
import type { Connection } from "./connection.ts";

/** Why a connection ended, as its members are told. */
export type ConnectionCloseReason = CloseReason | "forced server close" | "server shutting down";

/** Who receives: one socket of one namespace. */
export interface Member {
  /** An EVENT or ACK for it. MUST NOT throw. */
  memberOnPacket(packet: Packet): void;
  /** The client left the namespace. */
  memberOnLeave(): void;
  /** Leave, and tell the client. */
  disconnect(): unknown;
  /** The connection sent something that cannot be read, and is about to be closed. */
  memberOnError(error: Error): void;
  /** The connection ended; the last call. */
  memberOnClose(reason: ConnectionCloseReason, description?: unknown): void;
}

/** Who admits: the server, with its table of namespaces. */
export interface ConnectionHost {
  readonly timers: Timers;
  /** The parser of the application, or `undefined` for the default one. */
  readonly customParser: Parser | undefined;
  readonly encoder: { encode(packet: Packet): Chunk[] };
  /** Milliseconds in which a first namespace must be joined. */
  readonly connectTimeoutMs: number;
  /**
   * The client asks for a namespace. The host answers, now or later, by `connection.admit` or
   * `connection.refuse`, unless the connection has ended by then.
   */
  connectionOnJoin(connection: Connection, name: string, auth: Record<string, unknown>): void;
}
