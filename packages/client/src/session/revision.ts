import {
  decodeBinaryFrame,
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

/** For clients that never poll. */
export const framesOnly4: Revision = {
  protocol,
  codec: { decodeFrame: decodeBinaryFrame, encodeFrame },
  startHeartbeat: answerPings,
};

// Spelled out: bundlers keep a spread even where nobody uses the result.
export const revision4: Revision = {
  protocol,
  codec: {
    decodeFrame,
    encodeFrame,
    encodeText,
    payload: { encode: encodePayload, decode: decodePayload },
  },
  startHeartbeat: answerPings,
};
