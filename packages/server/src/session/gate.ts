import type { ServerResponse } from "node:http";
import { type FrameworkMiddleware, type Middleware, runMiddlewares } from "../http/middleware.ts";
import { isOriginAllowed } from "../http/origin.ts";
import { type EngineRequest, headerOf } from "../http/request.ts";
import { type ErrorCallback, foreignOrigin, middlewareFailure } from "./refusal.ts";
import { SessionTable } from "./session-table.ts";

/** Who lets a request pass: the middlewares, then the origin of its page, then `verify`. */
export abstract class Gate extends SessionTable {
  /** Those of `use`, in order. */
  protected readonly middlewares: Middleware[] = [];

  /** Adds an Express-style middleware, run for every polling and upgrade request in order. */
  use(middleware: Middleware): void;
  use(middleware: FrameworkMiddleware): void;
  use(middleware: Middleware | FrameworkMiddleware): void {
    this.middlewares.push(middleware);
  }

  /** Runs the middlewares; `callback` gets what one has thrown, rejected with or passed to `next`. */
  protected _applyMiddlewares(
    req: EngineRequest,
    res: ServerResponse,
    callback: (error?: unknown) => void,
  ): void {
    runMiddlewares(this.middlewares, req, res, callback);
  }

  /** Whether there is anything that would look at a response before the request is decided about. */
  protected get asksMiddlewares(): boolean {
    return (
      this.middlewares.length > 0 || this._applyMiddlewares !== Gate.prototype._applyMiddlewares
    );
  }

  /**
   * Asks the middlewares and `verify`; `done` is called once, or never where a middleware has answered.
   * @param res may be left out unless {@link asksMiddlewares}
   */
  protected decide(
    req: EngineRequest,
    res: ServerResponse | undefined,
    upgrade: boolean,
    done: ErrorCallback,
  ): void {
    if (!res) {
      this.#decideAlone(req, undefined, upgrade, done);
      return;
    }
    this._applyMiddlewares(req, res, (error) => {
      if (res.writableEnded || res.headersSent || res.destroyed) {
        return;
      }
      if (error) {
        const { code, context } = middlewareFailure(error);
        done(code, context);
      } else {
        this.#decideAlone(req, res, upgrade, done);
      }
    });
  }

  protected abstract verify(req: EngineRequest, upgrade: boolean, callback: ErrorCallback): void;

  /** Whether pages of other origins are refused. */
  protected get checksOrigin(): boolean {
    return this.opts.checkOrigin ?? this.opts.cors !== false;
  }

  #decideAlone(
    req: EngineRequest,
    res: ServerResponse | undefined,
    upgrade: boolean,
    done: ErrorCallback,
  ): void {
    if (
      upgrade &&
      this.checksOrigin &&
      !isOriginAllowed(req, res?.getHeader("access-control-allow-origin"))
    ) {
      const { code, context } = foreignOrigin(headerOf(req, "origin"));
      done(code, context);
      return;
    }
    let isDecided = false;
    this.verify(req, upgrade, (code, context) => {
      // An override may answer twice; the request is answered once.
      if (!isDecided) {
        isDecided = true;
        done(code, context);
      }
    });
  }
}
