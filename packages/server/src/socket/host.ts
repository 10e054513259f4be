import type { Timers } from "../clock/timers.ts";
import type { Adapter, AdapterNamespace } from "../room/adapter.ts";
import type { RecoverableSocketSeam } from "../seams.ts";

/** What a socket asks of its namespace. */
export interface SocketHost extends AdapterNamespace {
  readonly server: AdapterNamespace["server"] & { readonly timers: Timers };
  readonly adapter: Adapter;
  /** Whether clients can come back to their sockets. */
  readonly recovers: boolean;
  /** The socket is gone. */
  socketOnClose(socket: RecoverableSocketSeam): void;
}
