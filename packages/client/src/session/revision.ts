import {
  decodeFrame,
  decodePayload,
  encodeFrame,
  encodePayload,
  encodeText,
  protocol,
} from "@hawser/engine-codec";
import type { Codec } from "../transport/transport.ts";
import { answerPings, type StartHeartbeat } from "./heartbeat.ts";

/** All that differs between revisions of the Engine.IO protocol. */
export interface Revision {
  /** Announced as `EIO` in the query. */
  readonly protocol: number;
  readonly codec: Codec;
  readonly startHeartbeat: StartHeartbeat;
}

export const revision4: Revision = {
  protocol,
  codec: { decodeFrame, decodePayload, encodeFrame, encodePayload, encodeText },
  startHeartbeat: answerPings,
};
