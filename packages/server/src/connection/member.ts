import type { Chunk, Packet } from "@hawser/socket-codec/packets";
import type { Backpressure, BackpressureOptions, BackpressurePolicy } from "../backpressure.ts";
import type { SlowReaderError } from "../errors.ts";
import type { EngineRequest } from "../http/request.ts";
import type { Limits } from "../limits/limits.ts";
import type { ClientSeam, WriteSeam } from "../seams.ts";
import type { CloseReason } from "../session/handler.ts";
import type { SocketCounters } from "../stats/counters.ts";
import type { Dialect, Refused } from "./dialect.ts";
import type { EngineSocket } from "./link.ts";
import type { ReaderHost } from "./reader.ts";

/** Why a connection ended, as its members are told. */
export type ConnectionCloseReason = CloseReason | "forced server close" | "server shutting down";

/** How a packet is to be sent. */
export interface WriteOptions {
  /** Drop it unless it can leave at once. */
  volatile?: boolean | undefined;
  /** `false` keeps it out of compression. Default: true. */
  compress?: boolean | undefined;
  /** What becomes of it if the client is too far behind. Default: that of the socket. */
  policy?: BackpressurePolicy | undefined;
  /** What `latest` tells events apart by. Default: their names. */
  key?: string | undefined;
  /** Somebody waits for the acknowledgement, and it may be sent later. */
  awaited?: boolean | undefined;
}

/** How the chunks of an encoded packet are to be sent, as adapters of others say it. */
export interface EncodedWriteOptions extends WriteOptions, WriteSeam {}

/** One client, as namespaces and sockets know it; applications see it as `socket.client`. */
export interface Client extends ClientSeam {
  /** The engine socket. */
  readonly conn: EngineSocket;
  /** The id of the engine socket, which is secret. */
  readonly id: string;
  /** The request of the handshake. */
  readonly request: EngineRequest | null;
  /** How the client's revision of the protocol admits it. */
  readonly dialect: Dialect;
  /** Whether the engine connection has ended. */
  readonly closed: boolean;
  /** Bytes that wait for the client. */
  readonly bufferedBytes: number;
  /** Whether it takes what is written now. */
  readonly writable: boolean;
  /** Resolves when nothing waits for the client any more; rejects with a DisconnectedError if it ends first. */
  drained(): Promise<void>;
  /** Reads no more from the client, until `resume` was called as often. */
  pause(): void;
  resume(): void;
  /** A handler works on an event, and answers with a promise; `eventSettled` follows. */
  eventStarted(): void;
  eventSettled(): void;
  /** One of its members has such settings. */
  heed(backpressure: Backpressure): void;
  /** Whether the client knows acknowledgements that say that the handler failed. */
  readonly takesErrors: boolean;
  /** The client is in: packets of that namespace go to `member` from now on. */
  admit(name: string, member: Member): void;
  /** The client stays out, and is told why. */
  refuse(name: string, error: Refused): void;
  /** The same for a limit, which the client learns; the connection and its other namespaces go on. */
  refuseBeyond(name: string, message: string, limit: keyof Limits): void;
  /**
   * The namespace is free to be joined again.
   * @param byServer the client does not know yet, and may have sent packets that are on their way
   */
  leave(name: string, byServer: boolean): void;
  writePacket(packet: Packet, options?: WriteOptions): void;
  /** Sends the chunks of an encoded packet, all of them or, if volatile and busy, none. */
  writeToEngine(chunks: readonly Chunk[], options: EncodedWriteOptions): void;
  /** Leaves all namespaces, telling the client, and ends the connection. */
  disconnect(): void;
  /** The client has come back over another connection: this one is dead, and ends as if it had been lost. */
  drop(): void;
}

/** Who receives: one socket of one namespace. */
export interface Member {
  /** What is done when the client is too slow for it. */
  readonly backpressure: Backpressure;
  /** Whether it waits for that acknowledgement. */
  awaitsAck(id: number): boolean;
  /** An event that asked for an acknowledgement was not sent. */
  memberOnDrop(id: number, error: SlowReaderError): void;
  /** Nothing waits for the client any more, after something had to. */
  memberOnDrain(): void;
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
export interface ConnectionHost extends ReaderHost {
  readonly counters: SocketCounters;
  /** The option. */
  readonly backpressure: BackpressureOptions;
  /** By the revision of the engine connection. */
  dialectOf(engineProtocol: number): Dialect;
  readonly encoder: { encode(packet: Packet): Chunk[] };
  /** Milliseconds in which a first namespace must be joined. */
  readonly connectTimeoutMs: number;
  /**
   * The client asks for a namespace. The host answers, now or later, by `client.admit` or
   * `client.refuse`, unless the connection has ended by then.
   */
  clientOnJoin(client: Client, name: string, auth: Record<string, unknown>): void;
}
