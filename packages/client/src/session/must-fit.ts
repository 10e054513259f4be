import type { RawData } from "@hawser/engine-codec/frames";
import { type Packet, PacketType } from "@hawser/socket-codec/packets";
import { HawserError } from "../errors.ts";

/** What a session knows of its server. */
interface Receiver {
  /** Bytes that it takes in one message, as far as it has told. */
  readonly maxPayload: number | undefined;
  readonly transport: { asText?(bytes: number): number };
}

/** Called with the messages that a packet has become, each attachment being one of its own. */
export type MustFit = (messages: readonly RawData[], packet: Packet, receiver: Receiver) => void;

/** Nothing could be sent with less: no limit, but an absurdity. */
const LEAST = 100;

/** @throws HawserError `PAYLOAD_TOO_LARGE`, if the server would close the connection for one of the messages */
export const mustFit: MustFit = (messages, { type, data }, { maxPayload: limit, transport }) => {
  // Whoever joins or leaves has nobody to catch it.
  // `undefined` is no limit either.
  const isLimited = limit! >= LEAST && type >= PacketType.EVENT;
  for (const message of isLimited ? messages : []) {
    let size = 0;
    if (typeof message !== "string") {
      size = message.byteLength ?? (message as unknown as Blob).size;
      size = transport.asText?.(size) ?? size;
    } else if (message.length * 3 >= limit!) {
      // No character has more than three bytes. Before them comes the digit of the packet.
      size = new Blob([message]).size + 1;
    }
    if (size > limit!) {
      const event = type === PacketType.EVENT ? (data as unknown[])[0] : undefined;
      throw new HawserError(
        "PAYLOAD_TOO_LARGE",
        `${event ?? "reply"}: ${size} bytes, at most ${limit}`,
        { event, size, limit },
      );
    }
  }
};
