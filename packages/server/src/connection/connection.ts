import { type Chunk, isObject, type Packet, PacketType } from "@hawser/socket-codec";
import { type Duration, type Expirable, expire } from "../clock/timers.ts";
import type { EngineRequest } from "../http/request.ts";
import type { CloseReason, SessionHandler } from "../session/handler.ts";
import { type EngineSocket, isIdle, listenTo } from "./link.ts";
import type { ConnectionCloseReason, ConnectionHost, Member } from "./member.ts";
import { createReader, type Reader } from "./reader.ts";

/** How a packet is to be sent. */
export interface WriteOptions {
  /** Drop it unless it can leave at once. */
  volatile?: boolean | undefined;
  /** `false` keeps it out of compression. Default: true. */
  compress?: boolean | undefined;
}

/** A packet in its encoded form, as adapters of others hand it to {@link Connection.writeToEngine}. */
export interface EncodedWriteOptions extends WriteOptions {
  preEncoded?: boolean | undefined;
}

/**
 * One client: its engine connection, and the namespaces it has joined over it. Applications know it
 * as `socket.client`.
 */
export class Connection implements SessionHandler, Expirable {
  /** The engine socket. */
  readonly conn: EngineSocket;
  /** The id of the engine socket, which is secret. */
  readonly id: string;
  readonly #host: ConnectionHost;
  readonly #reader: Reader;
  /** By namespace; `undefined` while one is still being admitted. */
  readonly #members = new Map<string, Member | undefined>();
  #joinLimit: Duration | undefined;
  #closed = false;

  constructor(host: ConnectionHost, conn: EngineSocket) {
    this.#host = host;
    this.conn = conn;
    this.id = conn.id;
    this.#reader = createReader(host.customParser, (packet) => this.#onPacket(packet));
    this.#joinLimit = host.timers.start(this, host.connectTimeoutMs);
    listenTo(conn, this);
  }

  /** The request of the handshake. */
  get request(): EngineRequest | null {
    return this.conn.request;
  }

  /** Whether the engine connection has ended. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The client is in: packets of that namespace go to `member` from now on. */
  admit(name: string, member: Member): void {
    this.#joinLimit?.stop(this);
    this.#joinLimit = undefined;
    this.#members.set(name, member);
  }

  /** The client stays out, and is told why. */
  refuse(name: string, error: { message: string; data?: unknown }): void {
    this.#members.delete(name);
    const { message, data } = error;
    this.writePacket({ type: PacketType.CONNECT_ERROR, nsp: name, data: { message, data } });
  }

  /** The namespace is free to be joined again. */
  leave(name: string): void {
    this.#members.delete(name);
  }

  writePacket(packet: Packet, options: WriteOptions = {}): void {
    if (this.conn.readyState === "open") {
      this.writeToEngine(this.#host.encoder.encode(packet), options);
    }
  }

  /** Sends the chunks of an encoded packet, all of them or, if volatile and busy, none. */
  writeToEngine(chunks: readonly Chunk[], options: EncodedWriteOptions): void {
    if (options.volatile && !isIdle(this.conn)) {
      return;
    }
    for (const chunk of chunks) {
      this.conn.write(chunk, options.compress === false ? options : undefined);
    }
  }

  /** Leaves all namespaces, telling the client, and ends the connection. */
  disconnect(): void {
    for (const member of [...this.#members.values()]) {
      member?.disconnect();
    }
    this.#members.clear();
    this.close();
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

  #onPacket(packet: Packet): void {
    const { type, nsp } = packet;
    if (type === PacketType.CONNECT) {
      this.#onConnect(nsp, packet.data);
      return;
    }
    const member = this.#members.get(nsp);
    if (!member || type === PacketType.CONNECT_ERROR) {
      this.close();
    } else if (type === PacketType.DISCONNECT) {
      member.memberOnLeave();
    } else {
      member.memberOnPacket(packet);
    }
  }

  #onConnect(name: string, auth: unknown): void {
    if (this.#members.has(name)) {
      this.close();
      return;
    }
    this.#members.set(name, undefined);
    this.#host.connectionOnJoin(this, name, isObject(auth) ? auth : {});
  }

  #onUnreadable(error: Error): void {
    for (const member of this.#members.values()) {
      member?.memberOnError(error);
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
    const members = [...this.#members.values()];
    this.#members.clear();
    for (const member of members) {
      member?.memberOnClose(reason, description);
    }
  }
}
