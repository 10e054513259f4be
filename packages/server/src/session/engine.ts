import { EventEmitter } from "node:events";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Packet } from "@hawser/engine-codec";
import type { WebSocket } from "ws";
import { Timers } from "../clock/timers.ts";
import { claimRequests, claimUpgrades, type HttpServer } from "../http/attach.ts";
import { sessionCookie } from "../http/cookie.ts";
import { corsMiddleware } from "../http/cors.ts";
import { Exchange } from "../http/exchange.ts";
import { type Middleware, runMiddlewares } from "../http/middleware.ts";
import { asEngineRequest, type EngineRequest } from "../http/request.ts";
import { rejectUpgrade, UpgradeResponse } from "../http/upgrade-response.ts";
import {
  ATTACH_DEFAULTS,
  type AttachOptions,
  ENGINE_DEFAULTS,
  type EngineOptions,
} from "../options.ts";
import { resolveOptions } from "../resolve-options.ts";
import { PollingTransport } from "../transport/polling.ts";
import type { Transport, TransportHandler } from "../transport/transport.ts";
import { WebSocketTransport } from "../transport/websocket.ts";
import { closeUnused, WebSocketAcceptor } from "../transport/websocket-acceptor.ts";
import {
  admit,
  isRejection,
  REJECTION,
  REJECTION_MESSAGES,
  type Rejection,
  type Verdict,
} from "./admission.ts";
import { generateId } from "./id.ts";
import type { Revision } from "./revision.ts";
import { Session, type SessionOwner } from "./session.ts";

/** What `connection_error` listeners get. */
export interface ConnectionError {
  req: IncomingMessage;
  /** See docs/errors.md. */
  code: number;
  message: string;
  context: Record<string, unknown>;
}

/** An upgrade request, before it is a WebSocket. */
interface UpgradeRequest {
  request: EngineRequest;
  socket: Duplex;
  head: Buffer;
  /** What middlewares want in the 101. */
  headers?: OutgoingHttpHeaders;
}

/** A transport is made before its session; what it could say until then nobody waits for. */
const NOBODY: TransportHandler = {
  transportPacket() {},
  transportSent() {},
  transportReady() {},
  transportClosed() {},
  transportFailed() {},
  transportHeaders() {},
};

/**
 * The Engine.IO server: the table of sessions, and the door to it.
 *
 * Events: `connection(session)`, `connection_error(error)`, `initial_headers(headers, req)`,
 * `headers(headers, req)`, `flush(session, packets)`, `drain(session)`.
 */
export class Engine extends EventEmitter implements SessionOwner {
  /** The options in force; read and changed by applications while the server runs. */
  opts: EngineOptions;
  /** The sessions by id. Has no prototype: ids come from strangers. */
  readonly clients: Record<string, Session> = Object.create(null) as Record<string, Session>;
  clientsCount = 0;
  httpServer: HttpServer | undefined;
  /** @internal */
  readonly timers: Timers;
  readonly #middlewares: Middleware[] = [];
  #acceptor: WebSocketAcceptor | undefined;
  #closed = false;

  /** @throws HawserTypeError `INVALID_OPTION` */
  constructor(options?: Partial<EngineOptions>) {
    super();
    this.opts = resolveOptions(ENGINE_DEFAULTS, options);
    this.timers = new Timers(this.opts.clock);
    if (this.opts.cors) {
      this.use(corsMiddleware(this.opts.cors));
    }
    this.#createAcceptor();
  }

  /** Takes the requests under `path` of an HTTP server; all others stay with its earlier listeners. */
  attach(server: HttpServer, options?: Partial<AttachOptions>): this {
    const resolved = resolveOptions(ATTACH_DEFAULTS, options);
    const path = resolved.path.replace(/\/$/, "") + (resolved.addTrailingSlash ? "/" : "");
    const matches = (url: string) => url.startsWith(path);
    server.on("close", () => this.close());
    server.on("listening", () => this.#serverOnListening());
    claimRequests(server, matches, (request, response) => this.handleRequest(request, response));
    if (this.opts.transports.includes("websocket")) {
      claimUpgrades(
        server,
        matches,
        (request, socket, head) => this.handleUpgrade(request, socket, head),
        resolved.destroyUpgrade ? resolved.destroyUpgradeTimeout : undefined,
      );
    }
    this.httpServer = server;
    return this;
  }

  /** Adds an Express-style middleware, run for every polling and upgrade request in order. */
  use(middleware: Middleware): void {
    this.#middlewares.push(middleware);
  }

  /** The id of a new session; may be replaced, also by one that answers a promise. */
  generateId(_request: IncomingMessage): string | Promise<string> {
    return generateId();
  }

  /** To which transports one may upgrade. */
  upgrades(transport: string): string[] {
    return this.opts.allowUpgrades && transport === "polling"
      ? this.opts.transports.filter((name) => name === "websocket")
      : [];
  }

  handleRequest(req: IncomingMessage, response: ServerResponse): void {
    const request = asEngineRequest(req);
    request.res = response;
    runMiddlewares(this.#middlewares, request, response, (error) => {
      if (response.writableEnded || response.headersSent || response.destroyed) {
        return;
      }
      const exchange = new Exchange(request, response);
      this.#judge(request, false, error, (verdict) => this.#exchangeOnVerdict(exchange, verdict));
    });
  }

  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Before anything else: a reset of this socket must find a listener (CVE-2022-41940).
    socket.on("error", socketOnError);
    const request = asEngineRequest(req);
    const upgrade: UpgradeRequest = { request, socket, head };
    if (this.#middlewares.length === 0) {
      this.#judge(request, true, undefined, (verdict) => this.#upgradeOnVerdict(upgrade, verdict));
      return;
    }
    const response = new UpgradeResponse(request, socket);
    runMiddlewares(this.#middlewares, request, response, (error) => {
      if (!response.answered) {
        upgrade.headers = response.getHeaders();
        this.#judge(request, true, error, (verdict) => this.#upgradeOnVerdict(upgrade, verdict));
      }
    });
  }

  /** Ends all sessions and takes no more WebSockets. The HTTP server is not touched. */
  close(): this {
    this.#closed = true;
    for (const id of Object.keys(this.clients)) {
      this.clients[id]?.close(true);
    }
    this.#acceptor?.close();
    return this;
  }

  /** @internal */
  sessionOnHeaders(session: Session, headers: OutgoingHttpHeaders, request: EngineRequest): void {
    if (request === session.request) {
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
    delete this.clients[session.id];
    this.clientsCount--;
  }

  #judge(
    request: EngineRequest,
    upgrade: boolean,
    error: unknown,
    done: (verdict: Verdict) => void,
  ): void {
    const verdict = error
      ? badRequest("MIDDLEWARE_FAILURE", error)
      : admit(request, upgrade, this.clients, this.opts);
    settle<Verdict>(verdict, "MIDDLEWARE_FAILURE", done);
  }

  #exchangeOnVerdict(exchange: Exchange, verdict: Verdict): void {
    if ("code" in verdict) {
      this.#refuse(exchange, verdict);
    } else if ("session" in verdict) {
      const { transport } = verdict.session;
      // The session may have changed over while this request was looked at.
      if (transport instanceof PollingTransport) {
        transport.onExchange(exchange);
      } else {
        exchange.reply(400);
      }
    } else if (this.#closed) {
      exchange.replyAndClose(503);
    } else {
      this.#newId(exchange.request, (id) => {
        if (typeof id !== "string") {
          this.#refuse(exchange, id);
          return;
        }
        if (exchange.gone) {
          return;
        }
        const codec = verdict.revision.codecFor(exchange.request._query);
        const transport = new PollingTransport(NOBODY, codec, this.opts, this.timers);
        transport.onExchange(exchange);
        this.#open(id, transport, exchange.request, verdict.revision);
      });
    }
  }

  #upgradeOnVerdict(upgrade: UpgradeRequest, verdict: Verdict): void {
    if ("code" in verdict) {
      this.#refuseUpgrade(upgrade, verdict);
    } else if ("session" in verdict) {
      this.#accept(upgrade, (ws) => this.#probe(verdict.session, ws, upgrade));
    } else {
      const { request, socket } = upgrade;
      const { revision } = verdict;
      // The id comes before the 101, so that no frame comes before its session.
      this.#newId(request, (id) => {
        if (typeof id !== "string") {
          this.#refuseUpgrade(upgrade, id);
          return;
        }
        this.#accept(upgrade, (ws) =>
          this.#open(
            id,
            new WebSocketTransport(NOBODY, revision.codecFor(request._query), ws, socket),
            request,
            revision,
          ),
        );
      });
    }
  }

  #accept({ request, socket, head, headers }: UpgradeRequest, done: (ws: WebSocket) => void): void {
    if (!this.#acceptor || this.#closed) {
      rejectUpgrade(socket, 503, "Service Unavailable");
      return;
    }
    this.#acceptor.accept(request, socket, head, headers, (ws) => {
      socket.off("error", socketOnError);
      if (request._query.transport === "websocket") {
        done(ws);
      } else {
        closeUnused(ws);
      }
    });
  }

  #probe(session: Session, ws: WebSocket, { request, socket }: UpgradeRequest): void {
    if (session.readyState !== "open" || session.upgraded || session.hasUpgrade) {
      closeUnused(ws);
      return;
    }
    const codec = session.revision.codecFor(request._query);
    session.upgradeTo(new WebSocketTransport(NOBODY, codec, ws, socket));
  }

  #open(id: string, transport: Transport, request: EngineRequest, revision: Revision): void {
    const session = new Session(id, this, transport, request, revision);
    transport.handler = session;
    this.clients[id] = session;
    this.clientsCount++;
    session.open();
    this.emit("connection", session);
  }

  #newId(request: EngineRequest, done: (id: string | Rejection) => void): void {
    let id: unknown;
    try {
      id = this.generateId(request);
    } catch (error) {
      done(badRequest("ID_GENERATION_ERROR", error));
      return;
    }
    settle<unknown>(id, "ID_GENERATION_ERROR", (answer) => {
      const usable = (typeof answer === "string" && answer !== "") || typeof answer === "number";
      done(
        isRejection(answer)
          ? answer
          : usable
            ? String(answer)
            : badRequest("ID_GENERATION_ERROR", new TypeError("the id is no string")),
      );
    });
  }

  #refuse(exchange: Exchange, rejection: Rejection): void {
    const { code } = rejection;
    const status = code === REJECTION.FORBIDDEN ? 403 : 400;
    const body = JSON.stringify({ code, message: messageOf(rejection) });
    exchange.reply(status, { "Content-Type": "application/json" }, body);
    this.#report(exchange.request, rejection);
  }

  #refuseUpgrade({ request, socket }: UpgradeRequest, rejection: Rejection): void {
    rejectUpgrade(socket, 400, messageOf(rejection));
    this.#report(request, rejection);
  }

  /** Tells the application of a refused request. */
  #report(req: EngineRequest, { code, context }: Rejection): void {
    const message = REJECTION_MESSAGES[code] ?? "";
    this.emit("connection_error", { req, code, message, context } satisfies ConnectionError);
  }

  #serverOnListening(): void {
    this.#closed = false;
    this.#createAcceptor();
  }

  #createAcceptor(): void {
    if (this.opts.transports.includes("websocket")) {
      this.#acceptor?.close();
      this.#acceptor = new WebSocketAcceptor(this.opts, (headers, request) => {
        if (!request._query.sid) {
          this.emit("initial_headers", headers, request);
        }
        this.emit("headers", headers, request);
      });
    }
  }
}

function socketOnError(): void {}

function badRequest(name: string, error: unknown): Rejection {
  return { code: REJECTION.BAD_REQUEST, context: { name, error } };
}

/** What the peer is told. */
function messageOf({ code, context }: Rejection): string {
  return code === REJECTION.FORBIDDEN ? String(context.message) : (REJECTION_MESSAGES[code] ?? "");
}

/** Passes on what the application answered, now or later; its errors refuse the request. */
function settle<T>(
  answer: T | Promise<T>,
  name: string,
  done: (answer: T | Rejection) => void,
): void {
  if (answer instanceof Promise) {
    answer.then(done, (error: unknown) => done(badRequest(name, error)));
  } else {
    done(answer);
  }
}
