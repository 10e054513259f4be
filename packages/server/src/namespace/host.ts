import type { Chunk, Packet } from "@hawser/socket-codec/packets";
import type { Timers } from "../clock/timers.ts";
import type { RecoveryOptions } from "../options.ts";
import type { Adapter, AdapterNamespace } from "../room/adapter.ts";

/** What a namespace asks of the server. */
export interface NamespaceServer {
  readonly opts: object;
  readonly timers: Timers;
  readonly quietTimers: Timers;
  /** Undefined where connections are not recovered. */
  readonly recovery: RecoveryOptions | undefined;
  readonly encoder: { encode(packet: Packet): Chunk[] };
  createAdapter(namespace: AdapterNamespace): Adapter;
}
