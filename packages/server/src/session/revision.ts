import type { Timers } from "../clock/timers.ts";
import type { EngineOptions } from "../options.ts";
import { codecV4, type TransportCodec, textCodecV4 } from "../transport/codec.ts";
import { type Heartbeat, type HeartbeatSession, ServerHeartbeat } from "./heartbeat.ts";

/**
 * A revision of the Engine.IO protocol as a value. A handshake selects one; nothing behind it asks
 * which one it is.
 */
export interface Revision {
  readonly protocol: number;
  /** Whether the options let clients of this revision in. */
  isServed(options: EngineOptions): boolean;
  /** The codec of a new transport. @param query of the request that makes it; says what the peer can do */
  codecFor(query: Readonly<Record<string, string>>): TransportCodec;
  createHeartbeat(session: HeartbeatSession, options: EngineOptions, timers: Timers): Heartbeat;
}

export const revision4: Revision = {
  protocol: 4,
  isServed: () => true,
  codecFor: ({ b64 }) => (b64 ? textCodecV4 : codecV4),
  createHeartbeat: (session, options, timers) => new ServerHeartbeat(session, options, timers),
};
