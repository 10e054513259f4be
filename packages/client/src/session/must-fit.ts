import type { RawData } from "@hawser/engine-codec/frames";
import { type Packet, PacketType } from "@hawser/socket-codec/packets";
import { HawserError } from "../errors.ts";
import { base64Size } from "../transport/batch.ts";

/** What a session knows of its server. */
interface Receiver {
  /** Bytes that it takes in one message, as far as it has told. */
  readonly maxPayload: number | undefined;
  readonly transport: { readonly name: string };
  readonly opts: { readonly forceBase64?: boolean | undefined };
}

/** Called with the messages that a packet has become, each attachment being one of its own. */
export type MustFit = (messages: readonly RawData[], packet: Packet, receiver: Receiver) => void;

/** Nothing could be sent with less: no limit, but an absurdity. */
const LEAST = 100;

/** @throws HawserError `PAYLOAD_TOO_LARGE`, if the server would close the connection for one of the messages */
export const mustFit: MustFit = (messages, { type, data }, receiver) => {
  const { maxPayload: limit, transport, opts } = receiver;
  // Whoever joins or leaves has nobody to catch it.
  for (const message of limit! >= LEAST && type >= PacketType.EVENT ? messages : []) {
    let size = 0;
    if (typeof message !== "string") {
      size = message.byteLength ?? (message as unknown as Blob).size;
      // Bytes are text there.
      if (transport.name === "polling" || opts.forceBase64) {
        size = base64Size(size);
      }
    } else if (message.length * 3 >= limit!) {
      // No character has more than three bytes. Before them comes the digit of the packet.
      size = new Blob([message]).size + 1;
    }
    if (size > limit!) {
      throw new HawserError("PAYLOAD_TOO_LARGE", `${size} bytes, at most ${limit}`, {
        event: type === PacketType.EVENT ? (data as unknown[])[0] : undefined,
        size,
        limit,
      });
    }
  }
};
