import { browser } from "./platform/browser.ts";
import { createClock } from "./platform/clock.ts";
import type { Environment } from "./session/environment.ts";
import { ladderOf } from "./session/ladder.ts";
import { mustFit } from "./session/must-fit.ts";
import { revision4 } from "./session/revision.ts";
import { WebSocket, XHR } from "./transport/browser.ts";
import { WebTransport } from "./transport/webtransport.ts";

/** Browsers and workers, with all that they can speak. */
export const browserEnvironment: Environment = {
  platform: browser,
  createLadder: ladderOf({ polling: XHR, websocket: WebSocket, webtransport: WebTransport }),
  createRevision: revision4,
  createClock,
  mustFit,
};
