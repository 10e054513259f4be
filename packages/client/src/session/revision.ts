import {
  decodeBinaryFrame,
  decodeFrame,
  encodeFrame,
  encodePayload,
  encodeText,
  type Packet,
  protocol,
  type RawData,
} from "@hawser/engine-codec/frames";
import type { Parser } from "../parser.ts";
import type { Clock } from "../platform/clock.ts";
import type { Codec } from "../transport/transport.ts";
import { answerPings, type StartHeartbeat } from "./heartbeat.ts";

/** All that differs between revisions of the Engine.IO protocol. */
export interface Revision {
  /** Announced as `EIO` in the query. */
  readonly protocol: number;
  readonly codec: Codec;
  readonly startHeartbeat: StartHeartbeat;
  /**
   * Called by the Manager once for a session: what it encodes and decodes with in the place of
   * `parser`. Missing where Socket.IO's packets are those of its protocol 5.
   */
  readonly adaptParser?: (parser: Parser, host: ParserHost) => Parser;
}

/** What an adapted parser needs of its session. */
export interface ParserHost {
  readonly id: string | undefined;
  readonly clock: Clock;
  sendAll(messages: readonly RawData[]): unknown;
}

/**
 * The revision of a new session.
 * @param owner the same for all sessions with one server, to remember by what it speaks
 */
export type CreateRevision = (owner: object) => Revision;

/** Stands between the packets of a polling body. */
const SEPARATOR = "\x1e";

/** For clients that never poll. */
export const framesOnly4: CreateRevision = () => ({
  protocol,
  codec: { decodeFrame: decodeBinaryFrame, encodeFrame },
  startHeartbeat: answerPings,
});

/** The packets of a polling body. Ends with the first that cannot be read, of type `error`. */
function* packetsOf(body: RawData): Generator<Packet> {
  const text = body as string;
  let end = -1;
  do {
    const start = end + 1;
    end = text.indexOf(SEPARATOR, start);
    const packet = decodeFrame(text.slice(start, end < 0 ? undefined : end));
    yield packet;
    if (packet.type === "error") {
      return;
    }
  } while (end >= 0);
}

/** Engine.IO 4 and Socket.IO 5: the servers of Socket.IO 3 and 4. */
export const revision4: CreateRevision = () => ({
  protocol,
  codec: {
    decodeFrame,
    encodeFrame,
    encodeText,
    payload: { encode: encodePayload, decode: packetsOf },
  },
  startHeartbeat: answerPings,
});
