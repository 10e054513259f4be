import { systemClock } from "../clock/clock.ts";
import { Timers } from "../clock/timers.ts";
import { HawserTypeError } from "../errors.ts";
import type { EngineRequest } from "../http/request.ts";
import { resolveLimits } from "../limits/limits.ts";
import { ENGINE_DEFAULTS, type EngineOptions, type TransportName } from "../options.ts";
import { PollingTransport } from "../transport/polling.ts";
import type { Transport } from "../transport/transport.ts";
import { WebSocketTransport } from "../transport/websocket.ts";
import { WebTransportTransport } from "../transport/webtransport.ts";
import { revisionOf } from "./admission.ts";

/** The classes of the transports, by name. */
const CLASSES = {
  polling: PollingTransport,
  websocket: WebSocketTransport,
  webtransport: WebTransportTransport,
} as const;

/** To which transports a session may change from that one. */
export function upgradesFrom(name: string): readonly TransportName[] {
  return Object.hasOwn(CLASSES, name) ? CLASSES[name as TransportName].upgradesTo : [];
}

/**
 * The transport that an HTTP request asks for.
 * @param request says by its query what the peer can do; for a WebSocket, it has that as `websocket`
 * @throws HawserTypeError `INVALID_ARGUMENT` for a name without a transport
 */
export function transportFor(
  name: string,
  request: EngineRequest,
  options: EngineOptions,
  timers: Timers,
): Transport {
  const codec = revisionOf(request).codecFor(request._query);
  if (name === "polling") {
    return new PollingTransport(codec, options, timers);
  }
  if (name === "websocket" && request.websocket) {
    return new WebSocketTransport(codec, request.websocket);
  }
  const problem = name === "websocket" ? "the request has no WebSocket" : "there is none by HTTP";
  throw new HawserTypeError("INVALID_ARGUMENT", `no transport "${name}": ${problem}`);
}

/** A transport as `engine.io` exports it: made of a request alone, with the default options. */
export interface TransportConstructor {
  new (request: EngineRequest): Transport;
  readonly prototype: Transport;
  readonly upgradesTo: readonly TransportName[];
}

function constructorOf(name: TransportName): TransportConstructor {
  const timers = new Timers(systemClock);
  const options = { ...ENGINE_DEFAULTS, limits: resolveLimits(ENGINE_DEFAULTS) };
  function TransportOfRequest(request: EngineRequest): Transport {
    return transportFor(name, request, options, timers);
  }
  const { prototype, upgradesTo } = CLASSES[name];
  Object.defineProperty(TransportOfRequest, "name", { value: name });
  return Object.assign(TransportOfRequest, {
    prototype,
    upgradesTo,
  }) as unknown as TransportConstructor;
}

/** The transports by name. They are made by the engine; others rarely need to. */
export const transports: Readonly<Record<TransportName, TransportConstructor>> = {
  polling: constructorOf("polling"),
  websocket: constructorOf("websocket"),
  webtransport: constructorOf("webtransport"),
};
