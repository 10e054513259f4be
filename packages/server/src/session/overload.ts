import type { EngineRequest } from "../http/request.ts";
import type { EngineOptions } from "../options.ts";
import type { LagSampler } from "../stats/lag.ts";
import { REJECTION, type Rejection, reject, retrySoon } from "./refusal.ts";

/** Whether the event loop stays too late for those who are connected, so that nobody else may come. */
export function isOverloaded({ overload }: EngineOptions, lag: LagSampler): boolean {
  return overload !== false && lag.staysAbove(overload.maxLag);
}

/** Refuses a handshake while the server is overloaded; requests of sessions pass. */
export function shed(
  { _query }: EngineRequest,
  options: EngineOptions,
  lag: LagSampler,
): Rejection | undefined {
  if (_query.sid || !isOverloaded(options, lag)) {
    return undefined;
  }
  return reject(REJECTION.OVERLOADED, { name: "OVERLOADED", retryAfter: retrySoon() });
}
