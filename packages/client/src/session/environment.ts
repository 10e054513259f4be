import type { Clock, ClockOptions } from "../platform/clock.ts";
import type { Platform } from "../platform/platform.ts";
import type { CreateLadder } from "./ladder.ts";
import type { MustFit } from "./must-fit.ts";
import type { CreateRevision } from "./revision.ts";

/** What an entry of the package decides: where it runs, and what it can speak. */
export interface Environment {
  readonly platform: Platform;
  readonly createLadder: CreateLadder;
  /** Where options name none. */
  readonly createRevision: CreateRevision;
  createClock(options: ClockOptions): Clock;
  /** Refuses what the server would close the connection for; missing where size matters more. */
  readonly mustFit?: MustFit;
}
