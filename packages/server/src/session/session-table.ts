import { EventEmitter } from "node:events";
import type { OutgoingHttpHeaders } from "node:http";
import type { Packet } from "@hawser/engine-codec/frames";
import { Timers } from "../clock/timers.ts";
import { cookieOptions, sessionCookie } from "../http/cookie.ts";
import type { EngineRequest } from "../http/request.ts";
import type { RequestRecord } from "../http/request-record.ts";
import { resolveLimits } from "../limits/limits.ts";
import { ENGINE_DEFAULTS, type EngineOptions } from "../options.ts";
import { resolveOptions } from "../resolve-options.ts";
import { EngineCounters } from "../stats/counters.ts";
import { throwLater } from "../throw-later.ts";
import { deflateOptions } from "../transport/compression.ts";
import type { Transport } from "../transport/transport.ts";
import { Capacity } from "./capacity.ts";
import { asObject } from "./clients.ts";
import { FlushQueue } from "./flush.ts";
import type { Revision } from "./revision.ts";
import { Session, type SessionOwner } from "./session.ts";
import { upgradesFrom } from "./transports.ts";

/** The sessions of an engine, from when they open until they close, and what they share. */
export abstract class SessionTable extends EventEmitter implements SessionOwner {
  /** The options in force; read and changed by applications while the server runs. */
  opts: EngineOptions;
  /** @internal */
  readonly sessions = new Map<string, Session>();
  /** The sessions by id. */
  readonly clients: Record<string, Session> = asObject(this.sessions);
  clientsCount = 0;
  /** @internal what `io.stats()` reads */
  readonly counters: EngineCounters = new EngineCounters();
  /** @internal set by the Socket.IO server above, where there is one */
  extensions: number | undefined;
  /** @internal */
  readonly timers: Timers;
  /** @internal */
  readonly flushes = new FlushQueue(this);
  /** Whether there is room for one more. */
  protected readonly capacity: Capacity;

  /** @throws HawserTypeError `INVALID_OPTION` */
  constructor(options?: Partial<EngineOptions>) {
    super();
    this.opts = resolveOptions(ENGINE_DEFAULTS, options);
    const { cookie, perMessageDeflate } = this.opts;
    this.opts.cookie = cookie && cookieOptions(cookie);
    this.opts.perMessageDeflate = deflateOptions(perMessageDeflate);
    this.opts.limits = resolveLimits(this.opts);
    this.timers = new Timers(this.opts.clock);
    this.capacity = new Capacity(this);
  }

  /** To which transports one may upgrade; offered to clients as far as `opts.transports` has them. */
  upgrades(transport: string): string[] {
    return this.opts.allowUpgrades ? [...upgradesFrom(transport)] : [];
  }

  /** Puts a session on a transport, and tells the application of it. */
  protected openSession(
    id: string,
    transport: Transport,
    req: EngineRequest | null,
    revision: Revision,
  ): void {
    const session = new Session(id, this, transport, req && this.remember(req), revision);
    transport.handler = session;
    transport.sid = id;
    this.sessions.set(id, session);
    this.clientsCount++;
    this.counters.sessions++;
    this.capacity.opened(session, req);
    session.open();
    try {
      this.emit("connection", session);
    } catch (error) {
      // A bug of the application ends neither the session nor the work around it.
      throwLater(error);
    }
  }

  /** Lets `transport` probe for a session that has room for one; ends it otherwise. */
  protected upgradeSession(session: Session | undefined, transport: Transport): void {
    if (
      session?.readyState !== "open" ||
      session.upgraded ||
      session.upgrading ||
      session.protocol !== transport.protocol
    ) {
      transport.discard();
    } else {
      session.upgradeTo(transport);
    }
  }

  /** What a session keeps of its first request: the request itself, unless a record can stand for it. */
  protected remember(req: EngineRequest): EngineRequest | RequestRecord {
    return req;
  }

  /** @internal */
  sessionOnHeaders(session: Session, headers: OutgoingHttpHeaders, request: EngineRequest): void {
    if (!request._query.sid) {
      if (this.opts.cookie) {
        headers["Set-Cookie"] = sessionCookie(this.opts.cookie, session.id);
      }
      this.emit("initial_headers", headers, request);
    }
    this.emit("headers", headers, request);
  }

  /** @internal */
  sessionOnFlush(session: Session, packets: Packet[]): void {
    this.emit("flush", session, packets);
  }

  /** @internal */
  sessionOnDrain(session: Session): void {
    this.emit("drain", session);
  }

  /** @internal */
  sessionOnClose(session: Session): void {
    if (this.sessions.get(session.id) === session) {
      this.sessions.delete(session.id);
    }
    this.clientsCount--;
    this.capacity.closed(session);
  }
}
