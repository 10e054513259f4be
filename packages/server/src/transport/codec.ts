import {
  decodeFrame,
  decodePayload,
  encodeFrame,
  encodePayload,
  encodeText,
  type Packet,
  type RawData,
} from "@hawser/engine-codec/frames";

/** How packets of one protocol revision become HTTP bodies and WebSocket messages. */
export interface TransportCodec {
  /** The revision. */
  readonly protocol: number;
  /** The body of a polling response. */
  encodeBody(packets: readonly Packet[]): { type: string; body: string | Uint8Array };
  /** The packets of a polling request, or `undefined` when the revision knows no such content type. */
  decodeBody(body: Buffer, contentType: string): Packet[] | undefined;
  encodeFrame(packet: Packet): RawData;
  decodeFrame(frame: RawData): Packet;
}

export const codecV4: TransportCodec = {
  protocol: 4,
  encodeBody: (packets) => ({ type: "text/plain; charset=UTF-8", body: encodePayload(packets) }),
  decodeBody: (body, contentType) =>
    contentType === "application/octet-stream" ? undefined : decodePayload(body.toString()),
  encodeFrame,
  decodeFrame,
};

/** For a peer that cannot receive binary WebSocket messages. */
export const textCodecV4: TransportCodec = { ...codecV4, encodeFrame: encodeText };
