import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import { claimRequests, claimUpgrades, type HttpServer } from "../http/attach.ts";
import { asEngineRequest, type EngineRequest } from "../http/request.ts";
import { rejectUpgrade, UpgradeResponse } from "../http/upgrade-response.ts";
import { ATTACH_DEFAULTS, type AttachOptions, type EngineOptions } from "../options.ts";
import { resolveOptions } from "../resolve-options.ts";
import { throwLater } from "../throw-later.ts";
import type { Transport } from "../transport/transport.ts";
import {
  closeUnused,
  createWebSocketServer,
  WebSocketAcceptor,
} from "../transport/websocket-acceptor.ts";
import { BaseServer } from "./base-server.ts";
import { messageOf } from "./refusal.ts";
import { transportFor } from "./transports.ts";

/** An upgrade request, before it is a WebSocket. */
interface UpgradeRequest {
  readonly request: EngineRequest;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** What middlewares have seen; its headers go into the 101. */
  readonly response: UpgradeResponse;
}

type Context = Record<string, unknown> | undefined;

/** The Engine.IO server on an HTTP server of Node. */
export class Engine extends BaseServer {
  httpServer: HttpServer | undefined;
  #acceptor: WebSocketAcceptor | undefined;

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

  /** Answers an upgrade request. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Before anything else: a reset of this socket must find a listener (CVE-2022-41940).
    socket.on("error", socketOnError);
    const request = asEngineRequest(req);
    const response = new UpgradeResponse(request, socket);
    const upgrade: UpgradeRequest = { request, socket, head, response };
    this.decide(request, response, true, (code, context) => {
      if (code !== undefined) {
        this.#refuseUpgrade(upgrade, code, context);
      } else {
        this.#admitUpgrade(upgrade);
      }
    });
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

  #accept(
    { request, socket, head, response }: UpgradeRequest,
    done: (ws: WebSocket) => void,
  ): void {
    if (!this.#acceptor || this.isClosed) {
      rejectUpgrade(socket, 503, "Service Unavailable");
      return;
    }
    this.#acceptor.accept(request, socket, head, response.headers, (ws) => {
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
    const session = Object.hasOwn(this.clients, sid) ? this.clients[sid] : undefined;
    this.upgradeSession(session, this.createTransport("websocket", request));
  }

  #openWebSocket(request: EngineRequest, ws: WebSocket): void {
    request.websocket = ws;
    this.handshake("websocket", request, () => closeUnused(ws)).catch(throwLater);
    if (ws.listenerCount("error") === 0) {
      // An override that takes its time; until then, an error of the WebSocket would be nobody's.
      ws.on("error", socketOnError);
    }
  }

  #refuseUpgrade({ request, socket }: UpgradeRequest, code: number, context: Context): void {
    this.reportRefusal(request, code, context);
    rejectUpgrade(socket, 400, String(messageOf(code, context)));
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

function socketOnError(): void {}
