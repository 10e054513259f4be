import type { Backpressure } from "../backpressure.ts";
import type { Timers } from "../clock/timers.ts";
import type { Failures } from "../failures.ts";
import type { Limits } from "../limits/limits.ts";
import type { Adapter, AdapterNamespace } from "../room/adapter.ts";
import type { RecoverableSocketSeam } from "../seams.ts";
import type { SocketCounters } from "../stats/counters.ts";

/** What a socket asks of its namespace. */
export interface SocketHost extends AdapterNamespace {
  readonly server: AdapterNamespace["server"] & {
    readonly timers: Timers;
    readonly counters: SocketCounters;
    readonly limits: Limits;
    readonly failures: Failures;
    /** Milliseconds that acknowledgements without `timeout()` are waited for. */
    readonly ackTimeout: number | undefined;
  };
  readonly adapter: Adapter;
  /** What is done when a client is too slow. */
  readonly backpressure: Backpressure;
  /** Whether clients can come back to their sockets. */
  readonly recovers: boolean;
  /** The socket is gone. */
  socketOnClose(socket: RecoverableSocketSeam): void;
}
