import { bytesOf } from "./bytes.ts";
import { type BinaryType, encodePacket, inForm, isBlob, type Packet } from "./parser.ts";
import { StreamReader, streamHead } from "./stream.ts";

/** Packets in, frames of WebTransport out: for each packet its head, then its payload. */
export function createPacketEncoderStream(): TransformStream<Packet, Uint8Array> {
  const utf8 = new TextEncoder();
  return new TransformStream({
    async transform(packet, controller) {
      const data = isBlob(packet.data) ? await packet.data.arrayBuffer() : packet.data;
      encodePacket({ ...packet, data }, true, (frame) => {
        const isBinary = typeof frame !== "string";
        const payload = isBinary ? bytesOf(frame) : utf8.encode(frame);
        controller.enqueue(streamHead(payload.length, isBinary));
        controller.enqueue(payload);
      });
    },
  });
}

/**
 * Frames of WebTransport in, in pieces of any size, packets out. After a length that is not allowed,
 * which is told as a packet of type `error`, the rest of the stream is dropped.
 * @param maxPayload bytes
 */
export function createPacketDecoderStream(
  maxPayload: number,
  binaryType?: BinaryType,
): TransformStream<Uint8Array, Packet> {
  const reader = new StreamReader(maxPayload);
  return new TransformStream({
    transform(chunk, controller) {
      for (const packet of reader.push(chunk)) {
        controller.enqueue(inForm(packet, binaryType));
      }
    },
  });
}
