import {
  type Chunk,
  DecodeError,
  isPacketValid,
  type Packet,
  PacketType,
} from "@hawser/socket-codec/packets";
import { type Duration, type Expirable, expire } from "../clock/timers.ts";
import type { EngineRequest } from "../http/request.ts";
import type { CloseReason, SessionHandler } from "../session/handler.ts";
import type { Dialect, Refused } from "./dialect.ts";
import { type EngineSocket, isBusy, listenTo } from "./link.ts";
import type {
  Client,
  ConnectionCloseReason,
  ConnectionHost,
  EncodedWriteOptions,
  Member,
  WriteOptions,
} from "./member.ts";
import { Members } from "./members.ts";
import { createReader, type Reader } from "./reader.ts";
import { SharedWrite } from "./shared-write.ts";

/** Nothing else of what adapters say is for the engine. */
const UNCOMPRESSED = Object.freeze({ compress: false });

/**
 * One client: its engine connection, and the namespaces it has joined over it.
 */
export class Connection implements Client, SessionHandler, Expirable {
  readonly conn: EngineSocket;
  readonly id: string;
  readonly dialect: Dialect;
  readonly #host: ConnectionHost;
  readonly #reader: Reader;
  readonly #members = new Members();
  /** Namespaces that the server ended; what the client still sends to them is dropped. */
  #left: Set<string> | undefined;
  #joinLimit: Duration | undefined;
  #closed = false;

  constructor(host: ConnectionHost, conn: EngineSocket) {
    this.#host = host;
    this.conn = conn;
    this.id = conn.id;
    this.dialect = host.dialectOf(conn.protocol);
    this.#reader = createReader(host.customParser, (packet) => this.#onCustomPacket(packet));
    this.#joinLimit = host.timers.start(this, host.connectTimeoutMs);
    listenTo(conn, this);
    if (this.dialect.joinsMain) {
      this.#join("/", {});
    }
  }

  get request(): EngineRequest | null {
    return this.conn.request;
  }

  get closed(): boolean {
    return this.#closed;
  }

  admit(name: string, member: Member): void {
    this.#joinLimit?.stop(this);
    this.#joinLimit = undefined;
    this.#members.set(name, member);
    this.#left?.delete(name);
  }

  refuse(name: string, error: Refused): void {
    this.#members.delete(name);
    const data = this.dialect.refusal(error);
    this.writePacket({ type: PacketType.CONNECT_ERROR, nsp: name, data });
  }

  leave(name: string, byServer: boolean): void {
    this.#members.delete(name);
    if (byServer) {
      this.#left ??= new Set();
      this.#left.add(name);
    }
  }

  writePacket(packet: Packet, options: WriteOptions = {}): void {
    if (this.conn.readyState === "open") {
      this.writeToEngine(this.#host.encoder.encode(packet), options);
    }
  }

  writeToEngine(chunks: readonly Chunk[], options: EncodedWriteOptions): void {
    if (options.volatile && isBusy(this.conn)) {
      return;
    }
    if (options instanceof SharedWrite && options.writeTo(this.conn, chunks)) {
      return;
    }
    const uncompressed = options.compress === false ? UNCOMPRESSED : undefined;
    for (const chunk of chunks) {
      this.conn.write(chunk, uncompressed);
    }
  }

  disconnect(): void {
    for (const member of this.#members.admitted()) {
      member.disconnect();
    }
    this.#members.clear();
    this.close();
  }

  drop(): void {
    this.#end("transport close");
    this.conn.close(true);
  }

  /** Ends the connection. Members are told now, even where the engine still has to wait for a poll. */
  close(): void {
    if (this.conn.readyState === "open") {
      this.conn.close();
      this.#end("forced server close");
    }
  }

  sessionOnText(text: string): void {
    this.#onChunk(text);
  }

  sessionOnBinary(bytes: Uint8Array): void {
    this.#onChunk(bytes);
  }

  sessionOnClose(reason: CloseReason, description?: unknown): void {
    this.#end(reason, description);
  }

  /** No namespace was joined in time. */
  [expire](): void {
    this.close();
  }

  #onChunk(chunk: Chunk): void {
    let packet: Packet | undefined;
    try {
      packet = this.#reader.add(chunk);
    } catch (error) {
      this.#onUnreadable(error as Error);
      return;
    }
    if (packet) {
      this.#onPacket(packet);
    }
  }

  /** Other parsers need not check what they read. */
  #onCustomPacket(packet: Packet): void {
    if (isPacketValid(packet)) {
      this.#onPacket(packet);
    } else {
      this.#onUnreadable(new DecodeError("refused after the parser"));
    }
  }

  #onPacket(packet: Packet): void {
    const { type, nsp } = packet;
    if (type === PacketType.CONNECT) {
      const { name, auth } = this.dialect.readConnect(packet);
      this.#join(name, auth);
      return;
    }
    const member = this.#members.get(nsp);
    if (type === PacketType.CONNECT_ERROR) {
      this.close();
    } else if (!member) {
      if (!this.#left?.has(nsp)) {
        this.close();
      }
    } else if (type === PacketType.DISCONNECT) {
      member.memberOnLeave();
    } else {
      member.memberOnPacket(packet);
    }
  }

  #join(name: string, auth: Record<string, unknown>): void {
    if (this.#members.has(name)) {
      this.close();
      return;
    }
    this.#members.set(name, undefined);
    this.#host.clientOnJoin(this, name, auth);
  }

  #onUnreadable(error: Error): void {
    for (const member of this.#members.admitted()) {
      member.memberOnError(error);
    }
    this.conn.close();
  }

  #end(reason: ConnectionCloseReason, description?: unknown): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#joinLimit?.stop(this);
    this.#reader.reset();
    const members = this.#members.admitted();
    this.#members.clear();
    for (const member of members) {
      member.memberOnClose(reason, description);
    }
  }
}
