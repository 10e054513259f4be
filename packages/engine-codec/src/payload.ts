import { decodeFrame, encodeText } from "./frame.ts";
import type { Packet } from "./packet.ts";

/** Stands between the packets of one polling body; JSON escapes it, so no packet contains it. */
export const SEPARATOR = "\x1e";

/** A polling body: the packets in order, binary in base64. */
export function encodePayload(packets: readonly Packet[]): string {
  if (packets.length === 1) {
    return encodeText(packets[0]!);
  }
  let body = "";
  for (let i = 0; i < packets.length; i++) {
    body += (i > 0 ? SEPARATOR : "") + encodeText(packets[i]!);
  }
  return body;
}

/** Stops at the first packet that cannot be read, which is then the last one, of type `error`. */
export function decodePayload(body: string): Packet[] {
  const packets: Packet[] = [];
  for (const frame of body.split(SEPARATOR)) {
    const packet = decodeFrame(frame);
    packets.push(packet);
    if (packet.type === "error") {
      break;
    }
  }
  return packets;
}
