import { DecodeError, type Packet, PacketType } from "./packet.ts";
import { RULES } from "./validate.ts";

/** As the second argument of JSON.parse. */
export type Reviver = (this: unknown, key: string, value: unknown) => unknown;

export interface DecoderOptions {
  /** Passed to JSON.parse. */
  reviver?: Reviver | undefined;
  /** How many attachments a packet may announce. Default: 10. */
  maxAttachments?: number | undefined;
  /**
   * Whether a payload is refused, told what it is and what text it came from; such as `nestsTooDeep` for
   * packets of strangers. Default: refuses none.
   */
  refuses?: ((data: unknown, text: string) => boolean) | undefined;
}

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
  { reviver, maxAttachments, refuses }: DecoderOptions,
): Packet {
  const type = text.charCodeAt(0) - ZERO;
  if (!(type >= PacketType.CONNECT && type <= PacketType.BINARY_ACK)) {
    throw new DecodeError(`unknown packet type ${Number(text[0])}`);
  }
  const packet: Packet = { type: type as PacketType, nsp: "/" };
  let i = 1;

  if (type === PacketType.BINARY_EVENT || type === PacketType.BINARY_ACK) {
    let count = 0;
    for (let code = text.charCodeAt(i); isDigit(code); code = text.charCodeAt(++i)) {
      count = count * 10 + (code - ZERO);
    }
    if (text[i] !== DASH || count < 1) {
      throw new DecodeError("Illegal attachments");
    }
    if (count > (maxAttachments ?? 10)) {
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
  let id = 0;
  for (let code = text.charCodeAt(i); isDigit(code); code = text.charCodeAt(++i)) {
    id = id * 10 + (code - ZERO);
  }
  if (i > start) {
    packet.id = id;
    if (!Number.isSafeInteger(id)) {
      throw new DecodeError("id too large");
    }
  }

  if (i < text.length) {
    try {
      packet.data = JSON.parse(text.slice(i), reviver);
    } catch {
      throw new DecodeError("invalid payload");
    }
    if (!RULES[type]!(packet.data)) {
      throw new DecodeError("invalid payload");
    }
    if (refuses?.(packet.data, text)) {
      throw new DecodeError("nested too deep");
    }
  }
  return packet;
}
