import type { Clock, ClockOptions } from "../platform/clock.ts";
import type { Platform } from "../platform/platform.ts";
import type { TransportClass } from "../transport/transport.ts";
import type { Revision } from "./revision.ts";

/** What an entry of the package decides: where it runs, and what it can speak. */
export interface Environment {
  readonly platform: Platform;
  /** By name, in the default order; undefined for one that is known but not available. */
  readonly transports: Readonly<Record<string, TransportClass | undefined>>;
  readonly revision: Revision;
  createClock(options: ClockOptions): Clock;
}
