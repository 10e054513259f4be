import { type Chunk, type Packet, PacketType } from "@hawser/socket-codec/packets";
import { Deadline } from "../clock/deadline.ts";
import { quietSystemTimers, type Timers } from "../clock/timers.ts";
import { ENGINE_DEFAULTS, RECOVERY_DEFAULTS, type ServerOptions } from "../options.ts";
import {
  Adapter,
  type AdapterNamespace,
  type BroadcastOptions,
  type Room,
  type SocketId,
} from "./adapter.ts";
import { PacketLog, type SentPacket } from "./packet-log.ts";
import type { PrivateSessionId, Session, SessionToPersist } from "./session.ts";

/** Milliseconds between two looks for packets that may be forgotten, at the least. */
const SWEEP_MS = 500;

/** How many `pingTimeout`s may pass between the last packet known to have arrived and the disconnection. */
const PING_TIMEOUTS = 4;

interface KeptSession {
  session: SessionToPersist;
  /** The position from which the client may have missed something, if it is known. */
  since: number | undefined;
  /** The position at which the connection was lost. */
  lostAt: number;
  limit: Deadline;
}

/**
 * The in-memory adapter with connection state recovery: gives every event an offset, keeps the events,
 * and the sessions of lost connections, for `maxDisconnectionDuration`. The default one where
 * `connectionStateRecovery` is set.
 */
export class SessionAwareAdapter extends Adapter {
  override readonly restoresWithoutOffset = true;
  readonly #log = new PacketLog();
  readonly #sessions = new Map<PrivateSessionId, KeptSession>();
  /** The position from which a socket may have missed something: its arrival, or what it last told. */
  readonly #since = new Map<SocketId, number>();
  readonly #maxDisconnectionMs: number;
  readonly #retentionMs: number;
  readonly #sweep = new Deadline(() => this.#forget());

  constructor(nsp: AdapterNamespace) {
    super(nsp);
    const opts = nsp.server.opts as Partial<ServerOptions> | undefined;
    const { pingInterval, pingTimeout } = { ...ENGINE_DEFAULTS, ...opts };
    const { maxDisconnectionDuration } = { ...RECOVERY_DEFAULTS, ...opts?.connectionStateRecovery };
    this.#maxDisconnectionMs = maxDisconnectionDuration;
    // A dead connection is noticed late, and what was sent to it until then is missed too.
    this.#retentionMs = maxDisconnectionDuration + pingInterval + PING_TIMEOUTS * pingTimeout;
  }

  override keepsSessions(): boolean {
    return this.#sessions.size > 0;
  }

  override addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    if (!this.#since.has(id)) {
      this.#since.set(id, this.#log.position);
    }
    return super.addAll(id, rooms);
  }

  override delAll(id: SocketId): void {
    this.#since.delete(id);
    super.delAll(id);
  }

  /** Appends the offset to the event, and keeps it. Volatile events get one too, but are not kept. */
  override broadcast(packet: Packet, opts: BroadcastOptions): void {
    if (packet.type !== PacketType.EVENT || packet.id !== undefined) {
      super.broadcast(packet, opts);
      return;
    }
    packet.nsp = this.nsp.name;
    (packet.data as unknown[]).push(this.nextOffset());
    const chunks = this.encoder.encode(packet);
    if (!opts.flags?.volatile) {
      this.#log.keep(this.#sent(chunks, packet), opts, this.#timers.now());
      if (!this.#sweep.running) {
        this.#sweep.start(this.#timers, this.#retentionMs);
      }
    }
    this.deliver(packet, chunks, opts);
  }

  override nextOffset(): string {
    return this.#log.advance();
  }

  override persistSession(session: SessionToPersist): void {
    const { sid, pid, rooms, data } = session;
    this.#sessions.get(pid)?.limit.stop();
    const limit = new Deadline(() => this.#sessions.delete(pid));
    limit.start(this.#timers, this.#maxDisconnectionMs);
    this.#sessions.set(pid, {
      session: { sid, pid, rooms, data },
      since: this.#since.get(sid),
      lostAt: this.#log.position,
      limit,
    });
  }

  /**
   * Hands the session over: nobody else gets it, unless it is persisted again.
   * @param offset of the last event that the client received; without it, none since it connected
   */
  override restoreSession(
    pid: PrivateSessionId,
    offset?: string | undefined,
  ): Promise<Session | null> {
    const kept = this.#sessions.get(pid);
    const told = offset === undefined ? kept?.lostAt : this.#log.positionOf(offset);
    if (!kept || told === undefined) {
      return Promise.resolve(null);
    }
    const { session, limit } = kept;
    limit.stop();
    this.#sessions.delete(pid);
    // Nothing from before it came, whatever the client tells.
    const since = offset === undefined ? (kept.since ?? told) : Math.max(kept.since ?? 0, told);
    this.#since.set(session.sid, since);
    return Promise.resolve(this.#withMissed(session, since));
  }

  override close(): Promise<void> | void {
    for (const { limit } of this.#sessions.values()) {
      limit.stop();
    }
    this.#sessions.clear();
    this.#sweep.stop();
    this.#log.clear();
    return super.close();
  }

  /** What was missed is looked up when it is asked for, since more may be sent until then. */
  #withMissed(session: SessionToPersist, since: number): Session {
    const missed = () => this.#log.after(since, session.rooms);
    const decode = (packet: SentPacket) => this.#decode(packet);
    return {
      ...session,
      get missedChunks() {
        return missed().map(({ chunks }) => chunks);
      },
      get missedPackets() {
        return missed().map(decode);
      },
    };
  }

  /** Namespaces of others may encode to what only they can decode: there, what was encoded is kept too. */
  #sent(chunks: readonly Chunk[], { data }: Packet): SentPacket {
    return this.nsp.server._parser ? { chunks } : { chunks, data };
  }

  #decode({ chunks, data }: SentPacket): unknown[] {
    const Decoder = this.nsp.server._parser?.Decoder;
    if (!Decoder) {
      return data as unknown[];
    }
    const decoder = new Decoder();
    let decoded: unknown;
    decoder.on("decoded", (packet: unknown) => {
      decoded = (packet as Packet).data;
    });
    for (const chunk of chunks) {
      decoder.add(chunk);
    }
    return decoded as unknown[];
  }

  get #timers(): Timers {
    return this.nsp.server.quietTimers ?? quietSystemTimers;
  }

  #forget(): void {
    const start = this.#timers.now() - this.#retentionMs;
    this.#log.forgetBefore(start);
    const { oldest } = this.#log;
    if (oldest !== undefined) {
      this.#sweep.start(this.#timers, Math.max(oldest - start, SWEEP_MS));
    }
  }
}
