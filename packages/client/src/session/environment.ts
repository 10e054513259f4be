import type { Clock, ClockOptions } from "../platform/clock.ts";
import type { Platform } from "../platform/platform.ts";
import type { CreateLadder } from "./ladder.ts";
import type { Revision } from "./revision.ts";

/** What an entry of the package decides: where it runs, and what it can speak. */
export interface Environment {
  readonly platform: Platform;
  readonly createLadder: CreateLadder;
  readonly revision: Revision;
  createClock(options: ClockOptions): Clock;
}
