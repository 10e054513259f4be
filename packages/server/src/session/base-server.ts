import type { IncomingMessage, ServerResponse } from "node:http";
import { corsMiddleware } from "../http/cors.ts";
import { Exchange } from "../http/exchange.ts";
import { asEngineRequest, type EngineRequest } from "../http/request.ts";
import { ATTACH_DEFAULTS, type AttachOptions, type EngineOptions } from "../options.ts";
import { resolveOptions } from "../resolve-options.ts";
import { count } from "../stats/counters.ts";
import { type LagSampler, processLag } from "../stats/lag.ts";
import { throwLater } from "../throw-later.ts";
import type { Transport } from "../transport/transport.ts";
import type { WebTransportSession } from "../transport/webtransport.ts";
import { admit } from "./admission.ts";
import { Arrival } from "./arrival.ts";
import { Gate } from "./gate.ts";
import { generateId } from "./id.ts";
import { isOverloaded, shed } from "./overload.ts";
import {
  abort,
  badRequest,
  type ErrorCallback,
  middlewareFailure,
  REJECTION,
  REJECTION_MESSAGES,
  type RefusalContext,
  type Rejection,
  refusalName,
} from "./refusal.ts";
import { revision4 } from "./revision.ts";
import { isTicket, makeTicket, type Ticket, ticketOf } from "./ticket.ts";

/** The `readyState` of a WebSocket that nobody has closed yet. */
const WEBSOCKET_OPEN = 1;

/** Where a request keeps what was made for its session before its WebSocket is accepted. */
const TICKET: unique symbol = Symbol("ticket");

type Ticketed = EngineRequest & { [TICKET]?: Ticket };

/**
 * The part of an Engine.IO server that does not depend on the HTTP server below: which request is
 * answered how, and who gets a session.
 *
 * Events: `connection(session)`, `connection_error(error)`, `initial_headers(headers, req)`,
 * `headers(headers, req)`, `flush(session, packets)`, `drain(session)`.
 *
 * Its protected methods are the way of every request, so a subclass changes that by overriding them:
 * `_applyMiddlewares` → `verify` → `handshake` → `generateId` → `createTransport` → `upgrades`.
 */
export abstract class BaseServer extends Gate {
  static readonly errors = REJECTION;
  static readonly errorMessages = REJECTION_MESSAGES;

  /** @internal by which overload is judged; held while the server is open */
  lag: LagSampler = processLag;
  #heldLag: LagSampler | undefined;
  #isClosed = false;

  /** @throws HawserTypeError `INVALID_OPTION` */
  constructor(options?: Partial<EngineOptions>) {
    super(options);
    if (this.opts.cors) {
      this.use(corsMiddleware(this.opts.cors));
    }
  }

  /** The id of a new session; may be replaced, also by one that answers a promise. */
  generateId(_request: IncomingMessage): string | Promise<string> {
    return generateId();
  }

  /** Answers a request that is no upgrade. */
  handleRequest(req: IncomingMessage, response: ServerResponse): void {
    const request = asEngineRequest(req);
    request.res = response;
    this.decide(request, response, false, (code, context) => {
      if (code !== undefined) {
        this.reportRefusal(request, code, context);
        abort(request, response, code, context);
      } else {
        this.#admit(request, response);
      }
    });
  }

  /** @internal takes no more sessions; those that are there go on until `close` */
  refuseHandshakes(): void {
    this.#isClosed = true;
  }

  /** Ends all sessions and takes no more. The HTTP server is not touched. */
  close(): this {
    this.#isClosed = true;
    for (const session of this.sessions.values()) {
      session.close(true);
    }
    this.#heldLag?.release();
    this.#heldLag = undefined;
    this.capacity.clear();
    this.cleanup();
    return this;
  }

  /**
   * Takes a session of an HTTP/3 server. It is refused when there are middlewares (the `cors` option is
   * one), since there is no request that they could see; so it is with `allowRequest` and `checkOrigin`,
   * unless it takes over a session that was let in with a request.
   */
  onWebTransportSession(session: WebTransportSession): void {
    if (this.middlewares.length > 0 || this.#isClosed) {
      session.close();
      return;
    }
    new Arrival(session, this.opts, this.timers, (transport, sid) =>
      sid === undefined
        ? this.#admitWebTransport(transport)
        : this.upgradeSession(this.sessions.get(sid), transport),
    );
  }

  /** Makes the transport that a request asks for. Throws for a name that there is none for. */
  protected abstract createTransport(transportName: string, req: EngineRequest): Transport;

  /** Called by the constructor, and each time the HTTP server listens. */
  protected init(): void {
    this.#isClosed = false;
    if (!this.#heldLag) {
      this.#heldLag = this.lag;
      this.#heldLag.hold();
    }
  }

  /** Called by `close`, when the sessions have ended. */
  protected cleanup(): void {}

  /** Whether the server was closed, or is about to be, and not started again. */
  protected get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The beginning of the URLs that belong to the engine. */
  protected _computePath(options: Partial<AttachOptions> = {}): string {
    const { path, addTrailingSlash } = resolveOptions(ATTACH_DEFAULTS, options);
    return (path || ATTACH_DEFAULTS.path).replace(/\/$/, "") + (addTrailingSlash ? "/" : "");
  }

  /**
   * Decides about a request, `req._query` being its query.
   * @param upgrade whether the request asks for a WebSocket
   * @param callback called once, now or later
   */
  protected verify(req: EngineRequest, upgrade: boolean, callback: ErrorCallback): void {
    const rejection =
      shed(req, this.opts, this.lag) ??
      admit(req, upgrade, this.sessions, this.opts, this.capacity);
    if (rejection instanceof Promise) {
      rejection
        .catch(middlewareFailure)
        .then((late) => answer(late, callback))
        .catch(throwLater);
    } else {
      answer(rejection, callback);
    }
  }

  /**
   * Opens a session for a request that was let in.
   * @param closeConnection tells the peer that there is no session after all
   * @returns the transport, or `undefined` after `closeConnection`
   */
  protected async handshake(
    transportName: string,
    req: EngineRequest,
    closeConnection: ErrorCallback,
  ): Promise<Transport | undefined> {
    const answer = (req as Ticketed)[TICKET] ?? this.#ticketFor(req);
    // A ticket that is at hand is used at once: no packet may come before its session.
    const ticket = answer instanceof Promise ? await answer : answer;
    return this.#openWith(ticket, transportName, req, closeConnection);
  }

  /** Takes the step {@link handshake}: without a promise where the application has none there. */
  protected startHandshake(
    transportName: string,
    req: EngineRequest,
    closeConnection: ErrorCallback,
  ): void {
    const ticket = (req as Ticketed)[TICKET];
    if (ticket && this.handshake === handshake) {
      try {
        this.#openWith(ticket, transportName, req, closeConnection);
      } catch (error) {
        throwLater(error);
      }
    } else {
      this.handshake(transportName, req, closeConnection).catch(throwLater);
    }
  }

  #openWith(
    ticket: Ticket | Rejection,
    transportName: string,
    req: EngineRequest,
    closeConnection: ErrorCallback,
  ): Transport | undefined {
    if (!isTicket(ticket)) {
      return this.#refuse(req, ticket, closeConnection);
    }
    if (isGone(transportName, req)) {
      return undefined;
    }
    const full = this.capacity.recheck(req);
    if (full) {
      return this.#refuse(req, full, closeConnection);
    }
    try {
      if (this.#isClosed) {
        throw new Error("the server was closed");
      }
      const transport = this.createTransport(transportName, req);
      if (transportName !== "websocket") {
        transport.onRequest(req);
      }
      this.openSession(ticket.id, transport, req, ticket.revision);
      return transport;
    } catch (error) {
      const rejection = badRequest("TRANSPORT_HANDSHAKE_ERROR", error);
      return this.#refuse(req, rejection, closeConnection);
    }
  }

  /** Does the part of a handshake that can refuse it, so that this comes before a 101. */
  protected prepareHandshake(req: EngineRequest, done: ErrorCallback): void {
    const ticket = this.#ticketFor(req);
    if (ticket instanceof Promise) {
      ticket.then((late) => this.#prepare(req, late, done)).catch(throwLater);
    } else {
      this.#prepare(req, ticket, done);
    }
  }

  /** Tells the application of a refused request. */
  protected reportRefusal(
    req: IncomingMessage,
    code: number | undefined,
    context: Record<string, unknown> | undefined,
  ): void {
    count(this.counters.refused, refusalName(code, context));
    if (typeof context?.limit === "string") {
      count(this.counters.limits, context.limit);
    }
    const message = REJECTION_MESSAGES[code as number];
    this.emit("connection_error", { req, code, message, context });
  }

  #admit(request: EngineRequest, response: ServerResponse): void {
    const { sid, transport } = request._query;
    if (sid) {
      const session = this.sessions.get(sid);
      if (session) {
        // One that has changed over meanwhile has a transport that answers 400.
        session.transport.onRequest(request);
      } else {
        abort(request, response, REJECTION.UNKNOWN_SID, { sid });
      }
    } else if (this.isClosed) {
      new Exchange(request, response).replyAndClose(503);
    } else {
      const close = (code?: number, context?: RefusalContext) =>
        abort(request, response, code, context);
      this.startHandshake(String(transport), request, close);
    }
  }

  async #admitWebTransport(transport: Transport): Promise<void> {
    if (this.opts.allowRequest || this.checksOrigin) {
      transport.discard();
      return;
    }
    if (isOverloaded(this.opts, this.lag)) {
      count(this.counters.refused, "OVERLOADED");
      transport.discard();
      return;
    }
    // There is no request; `generateId` may be one that looks at it, and then refuses the session.
    const noRequest = null as unknown as IncomingMessage;
    const ticket = await ticketOf(revision4, noRequest, this);
    if (this.capacity.isFull) {
      count(this.counters.limits, "connections");
      transport.discard();
    } else if (isTicket(ticket) && transport.readyState === "open" && !this.#isClosed) {
      this.openSession(ticket.id, transport, null, ticket.revision);
    } else {
      transport.discard();
    }
  }

  #prepare(req: EngineRequest, ticket: Ticket | Rejection, done: ErrorCallback): void {
    const answer = isTicket(ticket) ? (this.capacity.recheck(req) ?? ticket) : ticket;
    if (isTicket(answer)) {
      (req as Ticketed)[TICKET] = answer;
      done();
    } else {
      done(answer.code, answer.context);
    }
  }

  #refuse(req: EngineRequest, { code, context }: Rejection, close: ErrorCallback): undefined {
    this.reportRefusal(req, code, context);
    close(code, context);
  }

  #ticketFor(req: EngineRequest): Ticket | Rejection | Promise<Ticket | Rejection> {
    return makeTicket(req, this.opts, this);
  }
}

const { handshake } = BaseServer.prototype as unknown as { readonly handshake: unknown };

function answer(rejection: Rejection | undefined, callback: ErrorCallback): void {
  if (rejection) {
    callback(rejection.code, rejection.context);
  } else {
    callback();
  }
}

/** Whether the peer went away while the handshake took its time. */
function isGone(transportName: string, { res, websocket }: EngineRequest): boolean {
  return transportName === "polling"
    ? !res || res.destroyed
    : websocket !== undefined && websocket.readyState > WEBSOCKET_OPEN;
}
