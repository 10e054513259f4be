import {
  decodeFrame,
  decodePayload,
  encodeFrame,
  encodePayload,
  encodeText,
  type Packet,
  type RawData,
} from "@hawser/engine-codec/frames";
import { LimitError } from "../errors.ts";

/** How packets of one protocol revision become HTTP bodies and WebSocket messages. */
export interface TransportCodec {
  /** The revision. */
  readonly protocol: number;
  /** The body of a polling response. */
  encodeBody(packets: readonly Packet[]): { type: string; body: string | Uint8Array };
  /**
   * The packets of a polling request, or `undefined` when the revision knows no such content type.
   * @param max packets that a request may have
   * @throws LimitError for one that has more
   */
  decodeBody(body: Buffer, contentType: string, max: number): Packet[] | undefined;
  encodeFrame(packet: Packet): RawData;
  decodeFrame(frame: RawData): Packet;
}

/** What stands between the packets of a body. */
const SEPARATOR = "\x1e";

export const codecV4: TransportCodec = {
  protocol: 4,
  encodeBody: (packets) => ({ type: "text/plain; charset=UTF-8", body: encodePayload(packets) }),
  decodeBody: (body, contentType, max) =>
    contentType === "application/octet-stream" ? undefined : decodeText(body.toString(), max),
  encodeFrame,
  decodeFrame,
};

/** For a peer that cannot receive binary WebSocket messages. */
export const textCodecV4: TransportCodec = { ...codecV4, encodeFrame: encodeText };

/** Answers packets that were read, unless there are too many of them. */
export function noMoreThan(max: number, packets: Packet[]): Packet[] {
  if (packets.length > max) {
    throw new LimitError("packetsPerPayload", max);
  }
  return packets;
}

/** Too many packets are noticed before the first of them is made. */
function decodeText(text: string, max: number): Packet[] {
  let packets = 1;
  // As many separators need as many characters, so most bodies need not be looked through.
  if (text.length >= max) {
    for (let i = text.indexOf(SEPARATOR); i !== -1; i = text.indexOf(SEPARATOR, i + 1)) {
      if (++packets > max) {
        throw new LimitError("packetsPerPayload", max);
      }
    }
  }
  return decodePayload(text);
}
