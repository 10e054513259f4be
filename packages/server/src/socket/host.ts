import type { Adapter, AdapterNamespace, AdapterSocket } from "../room/adapter.ts";

/** What a socket asks of its namespace. */
export interface SocketHost extends AdapterNamespace {
  readonly adapter: Adapter;
  /** The socket is gone. */
  socketOnClose(socket: AdapterSocket): void;
}
