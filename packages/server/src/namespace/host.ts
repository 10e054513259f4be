import type { Chunk, Packet } from "@hawser/socket-codec/packets";
import type { Backpressure } from "../backpressure.ts";
import type { Timers } from "../clock/timers.ts";
import type { Failures } from "../failures.ts";
import type { Limits } from "../limits/limits.ts";
import type { RecoveryOptions } from "../options.ts";
import type { Adapter, AdapterNamespace } from "../room/adapter.ts";
import type { SocketCounters } from "../stats/counters.ts";

/** What a namespace asks of the server. */
export interface NamespaceServer {
  readonly opts: object;
  readonly timers: Timers;
  readonly quietTimers: Timers;
  readonly counters: SocketCounters;
  readonly limits: Limits;
  readonly failures: Failures;
  readonly ackTimeout: number | undefined;
  /** Undefined where connections are not recovered. */
  readonly recovery: RecoveryOptions | undefined;
  /** The option, for namespaces without their own. */
  readonly backpressure: Backpressure;
  readonly encoder: { encode(packet: Packet): Chunk[] };
  createAdapter(namespace: AdapterNamespace): Adapter;
}
