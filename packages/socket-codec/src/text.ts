import { DecodeError, type Packet, PacketType } from "./packet.ts";
import { isDataValid } from "./validate.ts";

/** As the second argument of JSON.parse. */
export type Reviver = (this: unknown, key: string, value: unknown) => unknown;

/** Whether JSON is refused unparsed: that of `text` from `start` on. */
export type Refuses = (text: string, start: number) => boolean;

const ZERO = 0x30;
const NINE = 0x39;
const SLASH = 0x2f;
const DASH = "-";

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/**
 * Reads the text of one packet: `<type>[<attachments>-][<nsp>,][<id>][<json>]`.
 * Linear in the length of the text.
 * @throws DecodeError
 */
export function decodeText(
  text: string,
  maxAttachments: number,
  reviver?: Reviver,
  refuses?: Refuses,
): Packet {
  const type = text.charCodeAt(0) - ZERO;
  if (!(type >= PacketType.CONNECT && type <= PacketType.BINARY_ACK)) {
    throw new DecodeError(`unknown packet type ${Number(text[0])}`);
  }
  const packet: Packet = { type: type as PacketType, nsp: "/" };
  let i = 1;

  if (type === PacketType.BINARY_EVENT || type === PacketType.BINARY_ACK) {
    const start = i;
    while (isDigit(text.charCodeAt(i))) {
      i++;
    }
    const count = Number(text.slice(start, i));
    if (i === start || text[i] !== DASH || count < 1) {
      throw new DecodeError("Illegal attachments");
    }
    if (count > maxAttachments) {
      throw new DecodeError("too many attachments");
    }
    packet.attachments = count;
    i++;
  }

  if (text.charCodeAt(i) === SLASH) {
    const comma = text.indexOf(",", i);
    const end = comma === -1 ? text.length : comma;
    packet.nsp = text.slice(i, end);
    i = end + 1;
  }

  const start = i;
  while (isDigit(text.charCodeAt(i))) {
    i++;
  }
  if (i > start) {
    packet.id = Number(text.slice(start, i));
    if (!Number.isSafeInteger(packet.id)) {
      throw new DecodeError("id too large");
    }
  }

  if (i < text.length) {
    if (refuses?.(text, i)) {
      throw new DecodeError("nested too deep");
    }
    try {
      packet.data = JSON.parse(text.slice(i), reviver);
    } catch {
      throw new DecodeError("invalid payload");
    }
    if (!isDataValid(packet.type, packet.data)) {
      throw new DecodeError("invalid payload");
    }
  }
  return packet;
}
