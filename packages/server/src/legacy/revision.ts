import type { Revision } from "../session/revision.ts";
import { codecV3, jsonpCodecV3, textCodecV3 } from "./codec.ts";
import { ClientHeartbeat } from "./heartbeat.ts";

/** Engine.IO revision 3, which clients of Socket.IO 1 and 2 speak. */
export const revision3: Revision = {
  protocol: 3,
  isServed: ({ allowEIO3 }) => allowEIO3,
  codecFor: ({ j, b64 }) => (j !== undefined ? jsonpCodecV3(j) : b64 ? textCodecV3 : codecV3),
  createHeartbeat: (session, options, timers) => new ClientHeartbeat(session, options, timers),
};
