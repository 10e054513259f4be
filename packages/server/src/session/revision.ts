import type { Timers } from "../clock/timers.ts";
import type { EngineOptions } from "../options.ts";
import { codecV4, type TransportCodec } from "../transport/codec.ts";
import { type Heartbeat, type HeartbeatSession, ServerHeartbeat } from "./heartbeat.ts";

/**
 * A revision of the Engine.IO protocol as a value. A handshake selects one; nothing behind it asks
 * which one it is.
 */
export interface Revision {
  readonly protocol: number;
  readonly codec: TransportCodec;
  createHeartbeat(session: HeartbeatSession, options: EngineOptions, timers: Timers): Heartbeat;
}

export const revision4: Revision = {
  protocol: 4,
  codec: codecV4,
  createHeartbeat: (session, options, timers) => new ServerHeartbeat(session, options, timers),
};

/** The revision that the `EIO` query parameter asks for, if this server speaks it. */
export function selectRevision(eio: string | undefined): Revision | undefined {
  return eio === "4" ? revision4 : undefined;
}
