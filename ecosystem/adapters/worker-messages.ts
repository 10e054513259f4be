import type { FleetNode } from "./fleet-node.ts";

export type Method = Exclude<keyof FleetNode, "name" | "port">;

/** Primary to worker: call a method of the server. */
export interface Request {
  readonly to: "server-node";
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** Worker to primary: the server listens. */
export interface Ready {
  readonly from: "server-node";
  readonly ready: true;
  /** 0 when the primary listens instead. */
  readonly port: number;
}

/** Worker to primary: what the call came to. */
export interface Reply {
  readonly from: "server-node";
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}
