import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import { claimRequests, claimUpgrades, type HttpServer } from "../http/attach.ts";
import { asEngineRequest, type EngineRequest } from "../http/request.ts";
import { canBeRecorded, RequestRecord } from "../http/request-record.ts";
import { rejectUpgrade, UpgradeResponse } from "../http/upgrade-response.ts";
import { ATTACH_DEFAULTS, type AttachOptions, type EngineOptions } from "../options.ts";
import { resolveOptions } from "../resolve-options.ts";
import type { Transport } from "../transport/transport.ts";
import {
  closeUnused,
  createWebSocketServer,
  WebSocketAcceptor,
} from "../transport/websocket-acceptor.ts";
import { BaseServer } from "./base-server.ts";
import { bodyOf, headersOf, isOwn, messageOf, statusOf, upgradeStatus } from "./refusal.ts";
import { transportFor } from "./transports.ts";

/** An upgrade request, before it is a WebSocket. */
interface UpgradeRequest {
  readonly request: EngineRequest;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** What middlewares have seen, if there are any; its headers go into the 101. */
  readonly response: UpgradeResponse | undefined;
  /** Whether the WebSocket listens to errors of the connection. */
  isTaken: boolean;
}

type Context = Record<string, unknown> | undefined;

/** The Engine.IO server on an HTTP server of Node. */
export class Engine extends BaseServer {
  httpServer: HttpServer | undefined;
  #acceptor: WebSocketAcceptor | undefined;
  /** A request that has come from the HTTP server just now, and to nobody else. */
  #ours: IncomingMessage | undefined;

  /** @throws HawserTypeError `INVALID_OPTION` */
  constructor(options?: Partial<EngineOptions>) {
    super(options);
    this.init();
  }

  /** The WebSocket server, unless `transports` goes without; may be replaced by one like it. */
  get ws(): WebSocketServer | undefined {
    return this.#acceptor?.server;
  }

  set ws(server: WebSocketServer | undefined) {
    this.#acceptor = server && this.#acceptorFor(server);
  }

  /** Takes the requests under `path` of an HTTP server; all others stay with its earlier listeners. */
  attach(server: HttpServer, options?: Partial<AttachOptions>): this {
    const resolved = resolveOptions(ATTACH_DEFAULTS, options);
    const path = this._computePath(resolved);
    const matches = (url: string) => url.startsWith(path);
    server.on("close", () => this.close());
    server.on("listening", () => this.init());
    claimRequests(server, matches, (request, response) => {
      this.#ours = isOnlyListener(server, "request") ? request : undefined;
      this.handleRequest(request, response);
      this.#ours = undefined;
    });
    if (this.opts.transports.includes("websocket")) {
      claimUpgrades(
        server,
        matches,
        (request, socket, head) => {
          this.#ours = isOnlyListener(server, "upgrade") ? request : undefined;
          this.handleUpgrade(request, socket, head);
          this.#ours = undefined;
        },
        resolved.destroyUpgrade ? resolved.destroyUpgradeTimeout : undefined,
      );
    }
    this.httpServer = server;
    return this;
  }

  /** Answers an upgrade request. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const request = asEngineRequest(req);
    const response = this.asksMiddlewares ? new UpgradeResponse(request, socket) : undefined;
    const upgrade: UpgradeRequest = { request, socket, head, response, isTaken: false };
    try {
      this.decide(request, response, true, (code, context) => {
        if (code !== undefined) {
          this.#refuseUpgrade(upgrade, code, context);
        } else {
          this.#admitUpgrade(upgrade);
        }
      });
    } finally {
      if (!upgrade.isTaken) {
        // In the same tick: a reset of this socket must find a listener (CVE-2022-41940).
        socket.on("error", socketOnError);
      }
    }
  }

  /** Reads the query of a request that is for {@link onWebSocket}. */
  prepare(req: IncomingMessage): void {
    asEngineRequest(req);
  }

  /** Takes a WebSocket that another server has accepted, as Nitro does; `socket` is that of the request. */
  onWebSocket(req: IncomingMessage, _socket: unknown, websocket: WebSocket): void {
    const request = asEngineRequest(req);
    const { sid } = request._query;
    if (sid) {
      this.#probeWith(request, sid, websocket);
    } else {
      this.#openWebSocket(request, websocket);
    }
  }

  protected createTransport(transportName: string, req: EngineRequest): Transport {
    return transportFor(transportName, req, this.opts, this.timers);
  }

  /** A record will do where nobody can tell the difference: the application has not seen the request. */
  protected override remember(req: EngineRequest): EngineRequest | RequestRecord {
    const isUnseen =
      req === this.#ours &&
      this.middlewares.length === 0 &&
      !this.opts.allowRequest &&
      this.listenerCount("initial_headers") + this.listenerCount("headers") === 0 &&
      // The one listener is our own.
      !((this.ws?.listenerCount("headers") ?? 0) > 1) &&
      isOriginal(this);
    return isUnseen && canBeRecorded(req) ? new RequestRecord(req) : req;
  }

  protected override init(): void {
    super.init();
    if (this.opts.transports.includes("websocket")) {
      this.#acceptor?.close();
      this.#acceptor = this.#acceptorFor(createWebSocketServer(this.opts));
    }
  }

  protected override cleanup(): void {
    super.cleanup();
    this.#acceptor?.close();
  }

  #admitUpgrade(upgrade: UpgradeRequest): void {
    const { request } = upgrade;
    const { sid } = request._query;
    if (sid) {
      this.#accept(upgrade, (ws) => this.#probeWith(request, sid, ws));
      return;
    }
    this.prepareHandshake(request, (code, context) => {
      if (code !== undefined) {
        this.#refuseUpgrade(upgrade, code, context);
      } else {
        this.#accept(upgrade, (ws) => this.#openWebSocket(request, ws));
      }
    });
  }

  #accept(upgrade: UpgradeRequest, done: (ws: WebSocket) => void): void {
    const { request, socket, head, response } = upgrade;
    if (!this.#acceptor || this.isClosed) {
      rejectUpgrade(socket, 503, "Service Unavailable");
      return;
    }
    // The 101 and the handshake leave together, when other sessions are flushed.
    socket.cork();
    this.flushes.add({ flush: () => socket.uncork() });
    this.#acceptor.accept(request, socket, head, response?.headers, (ws) => {
      upgrade.isTaken = true;
      socket.off("error", socketOnError);
      if (request._query.transport === "websocket") {
        done(ws);
      } else {
        closeUnused(ws);
      }
    });
  }

  #probeWith(request: EngineRequest, sid: string, ws: WebSocket): void {
    request.websocket = ws;
    const session = this.sessions.get(sid);
    this.upgradeSession(session, this.createTransport("websocket", request));
  }

  #openWebSocket(request: EngineRequest, ws: WebSocket): void {
    request.websocket = ws;
    this.startHandshake("websocket", request, () => closeUnused(ws));
    if (ws.listenerCount("error") === 0) {
      // An override that takes its time; until then, an error of the WebSocket would be nobody's.
      ws.on("error", socketOnError);
    }
  }

  #refuseUpgrade({ request, socket }: UpgradeRequest, code: number, context: Context): void {
    this.reportRefusal(request, code, context);
    if (isOwn(code)) {
      rejectUpgrade(socket, statusOf(code), bodyOf(code, context), headersOf(context));
    } else {
      rejectUpgrade(socket, upgradeStatus(context), String(messageOf(code, context)));
    }
  }

  #acceptorFor(server: WebSocketServer): WebSocketAcceptor {
    return new WebSocketAcceptor(server, (headers, request) => {
      if (!request._query.sid) {
        this.emit("initial_headers", headers, request);
      }
      this.emit("headers", headers, request);
    });
  }
}

/** Whether nobody else is told of that event: neither a listener, nor a tool that wraps `emit`. */
function isOnlyListener(server: HttpServer, event: string): boolean {
  return server.listenerCount(event) === 1 && server.emit === EventEmitter.prototype.emit;
}

/** The steps that get to see a request; an application may have replaced any of them. */
const {
  _applyMiddlewares,
  createTransport,
  decide,
  emit,
  generateId,
  handleRequest,
  handleUpgrade,
  handshake,
  prepareHandshake,
  sessionOnHeaders,
  verify,
} = Engine.prototype as unknown as Steps;

type Steps = Readonly<Record<string, unknown>>;

function isOriginal(engine: Engine): boolean {
  const steps = engine as unknown as Steps;
  // Not a loop over names: that takes longer than all else that a handshake asks.
  return (
    steps._applyMiddlewares === _applyMiddlewares &&
    steps.createTransport === createTransport &&
    steps.decide === decide &&
    steps.emit === emit &&
    steps.generateId === generateId &&
    steps.handleRequest === handleRequest &&
    steps.handleUpgrade === handleUpgrade &&
    steps.handshake === handshake &&
    steps.prepareHandshake === prepareHandshake &&
    steps.sessionOnHeaders === sessionOnHeaders &&
    steps.verify === verify
  );
}

function socketOnError(): void {}
