import {
  type Chunk,
  DecodeError,
  isPacketValid,
  type Packet,
  PacketType,
} from "@hawser/socket-codec/packets";
import { type Backpressure, isRevocable } from "../backpressure.ts";
import { type Duration, type Expirable, expire } from "../clock/timers.ts";
import { LimitError } from "../errors.ts";
import type { EngineRequest } from "../http/request.ts";
import type { Limits } from "../limits/limits.ts";
import type { CloseReason, SessionHandler } from "../session/handler.ts";
import { Session } from "../session/session.ts";
import { count } from "../stats/counters.ts";
import type { Dialect, Refused } from "./dialect.ts";
import { type EngineSocket, listenTo } from "./link.ts";
import type {
  Client,
  ConnectionCloseReason,
  ConnectionHost,
  EncodedWriteOptions,
  Member,
  WriteOptions,
} from "./member.ts";
import { Members } from "./members.ts";
import { Outlet } from "./outlet.ts";
import { createReader, type Reader, type ReaderOwner } from "./reader.ts";

/**
 * One client: its engine connection, and the namespaces it has joined over it.
 */
export class Connection implements Client, SessionHandler, ReaderOwner, Expirable {
  readonly conn: EngineSocket;
  readonly id: string;
  readonly dialect: Dialect;
  takesErrors = false;
  readonly #host: ConnectionHost;
  /** The engine socket, where it is ours. */
  readonly #session: Session | undefined;
  readonly #reader: Reader;
  readonly #members = new Members();
  readonly #outlet: Outlet;
  /** Namespaces that the server ended; what the client still sends to them is dropped. */
  #left: Set<string> | undefined;
  #joinLimit: Duration | undefined;
  #closed = false;
  /** Handlers at work, and whether they are so many that nothing more is read. */
  #pendingEvents = 0;
  #isOverworked = false;

  constructor(host: ConnectionHost, conn: EngineSocket) {
    this.#host = host;
    this.conn = conn;
    this.#session = conn instanceof Session ? conn : undefined;
    this.#outlet = new Outlet(host, conn, this.#session, this.#members);
    this.id = conn.id;
    this.dialect = host.dialectOf(conn.protocol);
    this.#reader = createReader(host, this);
    this.#joinLimit = host.timers.start(this, host.connectTimeoutMs);
    this.heed(host.backpressure);
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

  refuseBeyond(name: string, message: string, limit: keyof Limits): void {
    count(this.#host.counters.limits, limit);
    const max = this.#host.limits[limit];
    this.refuse(name, { message, data: { code: "LIMIT_EXCEEDED", limit, max } });
  }

  leave(name: string, byServer: boolean): void {
    this.#members.delete(name);
    if (byServer) {
      this.#left ??= new Set();
      this.#left.add(name);
      if (this.#left.size > this.#host.limits.namespaces) {
        // What was on its way to the one that was left first has arrived long ago.
        this.#left.delete(this.#left.values().next().value!);
      }
    }
  }

  get bufferedBytes(): number {
    return this.#session?.bufferedBytes ?? 0;
  }

  get writable(): boolean {
    const { conn } = this;
    return !this.#closed && conn.readyState === "open" && conn.transport.writable;
  }

  drained(): Promise<void> {
    return this.#session?.drained() ?? Promise.resolve();
  }

  pause(): void {
    this.#session?.pause();
  }

  resume(): void {
    this.#session?.resume();
  }

  eventStarted(): void {
    this.#pendingEvents++;
    if (!this.#isOverworked && this.#pendingEvents > this.#host.backpressure.maxPendingEvents) {
      this.#isOverworked = true;
      count(this.#host.counters.limits, "pendingEvents");
      this.pause();
    }
  }

  eventSettled(): void {
    this.#pendingEvents--;
    if (this.#isOverworked && this.#pendingEvents <= this.#host.backpressure.maxPendingEvents) {
      this.#isOverworked = false;
      this.resume();
    }
  }

  heed(backpressure: Backpressure): void {
    this.#session?.alertAt(isRevocable(backpressure) ? 0 : backpressure.budget);
  }

  writePacket(packet: Packet, options?: WriteOptions): void {
    this.#outlet.writePacket(packet, options);
  }

  writeToEngine(chunks: readonly Chunk[], options: EncodedWriteOptions): void {
    this.#outlet.writeToEngine(chunks, options);
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

  sessionOnDrain(): void {
    for (const member of this.#members.admitted()) {
      member.memberOnDrain();
    }
  }

  sessionOnClose(reason: CloseReason, description?: unknown): void {
    this.#end(reason, description);
  }

  /** Other parsers need not check what they read. */
  readerOnPacket(packet: Packet): void {
    if (isPacketValid(packet)) {
      this.#onPacket(packet);
    } else {
      this.#onUnreadable(new DecodeError("refused after the parser"));
    }
  }

  readerOnError(error: Error): void {
    this.#onUnreadable(error);
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

  #onPacket(packet: Packet): void {
    const { type, nsp } = packet;
    if (type === PacketType.CONNECT) {
      const { name, auth, takesErrors } = this.dialect.readConnect(packet);
      this.takesErrors ||= takesErrors;
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
    const { namespaces, namespaceLength } = this.#host.limits;
    if (this.#members.size >= namespaces) {
      this.refuseBeyond(name, "too many namespaces", "namespaces");
      return;
    }
    if (name.length > namespaceLength) {
      this.refuseBeyond(name, "name too long", "namespaceLength");
      return;
    }
    this.#members.set(name, undefined);
    this.#host.clientOnJoin(this, name, auth);
  }

  #onUnreadable(error: Error): void {
    if (error instanceof LimitError) {
      count(this.#host.counters.limits, error.limit);
    }
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
    this.#reader.end();
    const members = this.#members.admitted();
    this.#members.clear();
    for (const member of members) {
      member.memberOnClose(reason, description);
    }
  }
}
