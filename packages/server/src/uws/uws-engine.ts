import type { Claim } from "../http/client-files.ts";
import { asEngineRequest, type EngineRequest } from "../http/request.ts";
import type { AttachOptions, EngineOptions } from "../options.ts";
import { revisionOf } from "../session/admission.ts";
import { BaseServer } from "../session/base-server.ts";
import { abort, type RefusalContext } from "../session/refusal.ts";
import { transportFor } from "../session/transports.ts";
import type { Transport } from "../transport/transport.ts";
import type {
  UwsApp,
  UwsHttpRequest,
  UwsHttpResponse,
  UwsOptions,
  UwsUserData,
  UwsWebSocket,
} from "./app.ts";
import { UwsRequest } from "./uws-request.ts";
import { UwsResponse } from "./uws-response.ts";
import { UwsTransport } from "./uws-transport.ts";

/** An upgrade request that is not answered yet. */
interface Upgrade {
  readonly request: EngineRequest;
  readonly response: UwsResponse;
  readonly res: UwsHttpResponse;
  readonly context: unknown;
}

/** The Engine.IO server on an app of µWebSockets.js, which the application hands over. */
export class UwsEngine extends BaseServer {
  /** WebSockets whose transport is about to be made. */
  readonly #sockets = new WeakMap<EngineRequest, UwsWebSocket>();

  readonly #claim: Claim | undefined;

  /**
   * @param claim requests under the path that are somebody else's
   * @throws HawserTypeError `INVALID_OPTION`
   */
  constructor(options?: Partial<EngineOptions>, claim?: Claim) {
    super(options);
    this.#claim = claim;
    this.init();
  }

  /** Takes the requests under `path` of an app. Call it before the app's own patterns. */
  attach(app: UwsApp, options: Partial<AttachOptions> & UwsOptions = {}): this {
    const path = this._computePath(options);
    const { compression = 0, idleTimeout = 120, maxBackpressure = 1024 * 1024 } = options;
    for (const pattern of path.endsWith("/") ? [`${path}*`] : [path, `${path}/*`]) {
      app.any(pattern, (res, req) => this.#appOnRequest(res, req));
      app.ws(pattern, {
        compression,
        idleTimeout,
        maxBackpressure,
        maxPayloadLength: this.opts.maxHttpBufferSize,
        upgrade: (res, req, context) => this.#appOnUpgrade(res, req, context),
        open: (ws) => ws.getUserData().onOpen(ws),
        message: (ws, message, isBinary) => ws.getUserData().listener?.onMessage(message, isBinary),
        drain: (ws) => ws.getUserData().listener?.onDrain(),
        close: (ws) => ws.getUserData().listener?.onClose(),
      });
    }
    return this;
  }

  protected createTransport(transportName: string, req: EngineRequest): Transport {
    const ws = this.#sockets.get(req);
    return ws
      ? new UwsTransport(revisionOf(req).codecFor(req._query), ws)
      : transportFor(transportName, req, this.opts, this.timers);
  }

  #appOnRequest(res: UwsHttpResponse, req: UwsHttpRequest): void {
    const request = new UwsRequest(req, res);
    const response = new UwsResponse(request, res);
    if (this.#claim?.matches(request.url ?? "")) {
      this.#claim.handle(request, response);
      return;
    }
    const length = request.headers["content-length"];
    if (request.method === "POST" && length === undefined) {
      response.writeHead(411).end();
      return;
    }
    // A body that is too long is refused without being read, so it is not kept either.
    if (Number(length ?? 0) <= this.opts.maxHttpBufferSize) {
      request.receive(res);
    }
    this.handleRequest(request, response);
  }

  #appOnUpgrade(res: UwsHttpResponse, req: UwsHttpRequest, context: unknown): void {
    const request = asEngineRequest(new UwsRequest(req, res));
    const response = new UwsResponse(request, res);
    const upgrade: Upgrade = { request, response, res, context };
    this.decide(request, response, true, (code, why) => {
      if (code !== undefined) {
        this.#refuse(upgrade, code, why);
      } else {
        this.#admitUpgrade(upgrade);
      }
    });
  }

  #admitUpgrade(upgrade: Upgrade): void {
    const { request } = upgrade;
    const { sid } = request._query;
    if (sid) {
      this.#accept(upgrade, () => {
        const session = this.sessions.get(sid);
        this.upgradeSession(session, this.createTransport("websocket", request));
      });
      return;
    }
    this.prepareHandshake(request, (code, why) => {
      if (code !== undefined) {
        this.#refuse(upgrade, code, why);
        return;
      }
      this.#accept(upgrade, (ws) => {
        const close = () => {
          if (this.#sockets.has(request)) {
            ws.end();
          }
        };
        this.startHandshake("websocket", request, close);
      });
    });
  }

  #accept({ request, response, res, context }: Upgrade, done: (ws: UwsWebSocket) => void): void {
    if (response.destroyed) {
      return;
    }
    if (this.isClosed) {
      response.writeHead(503).end();
      return;
    }
    const header = (name: string) => String(request.headers[name] ?? "");
    const userData: UwsUserData = {
      onOpen: (ws) => {
        if (request._query.transport !== "websocket") {
          ws.end();
          return;
        }
        this.#sockets.set(request, ws);
        // One that is closed before it has a transport may not be touched any more.
        const onClose = () => void this.#sockets.delete(request);
        userData.listener = { onMessage() {}, onDrain() {}, onClose };
        done(ws);
      },
    };
    this.#askForHeaders(request, response);
    res.cork(() => {
      res.writeStatus("101 Switching Protocols");
      response.writeHeadersTo(res);
      res.upgrade(
        userData,
        header("sec-websocket-key"),
        header("sec-websocket-protocol"),
        header("sec-websocket-extensions"),
        context,
      );
    });
  }

  #refuse({ request, response }: Upgrade, code: number, why: RefusalContext | undefined): void {
    this.reportRefusal(request, code, why);
    abort(request, response, code, why);
  }

  /** Asks the application for headers of the 101. */
  #askForHeaders(request: EngineRequest, response: UwsResponse): void {
    const headers: Record<string, string | string[]> = {};
    if (!request._query.sid) {
      this.emit("initial_headers", headers, request);
    }
    this.emit("headers", headers, request);
    for (const [name, value] of Object.entries(headers)) {
      response.setHeader(name, value);
    }
  }
}
