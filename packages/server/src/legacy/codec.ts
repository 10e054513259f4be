import {
  decodeBinaryPayload3,
  decodeFrame3,
  decodePayload3,
  encodeBinaryPayload3,
  encodeFrame3,
  encodePayload3,
  encodeText3,
} from "@hawser/engine-codec/frames";
import { noMoreThan, type TransportCodec } from "../transport/codec.ts";

const TEXT = "text/plain; charset=UTF-8";
const BYTES = "application/octet-stream";

/** Revision 3 for a client that takes bytes: a body is bytes as soon as a packet in it is. */
export const codecV3: TransportCodec = {
  protocol: 3,
  encodeBody: (packets) =>
    packets.some(({ data }) => data !== undefined && typeof data !== "string")
      ? { type: BYTES, body: encodeBinaryPayload3(packets) }
      : { type: TEXT, body: encodePayload3(packets) },
  decodeBody: (body, contentType, max) =>
    noMoreThan(
      max,
      contentType === BYTES
        ? decodeBinaryPayload3(body, max)
        : decodePayload3(body.toString(), max),
    ),
  encodeFrame: encodeFrame3,
  decodeFrame: decodeFrame3,
};

/** Revision 3 for a client that takes text only. */
export const textCodecV3: TransportCodec = {
  ...codecV3,
  encodeBody: (packets) => ({ type: TEXT, body: encodePayload3(packets) }),
  encodeFrame: encodeText3,
};

/**
 * Revision 3 for a page that polls by script tags and posts forms.
 * @param index the number of the page's callback
 */
export function jsonpCodecV3(index: string): TransportCodec {
  const callback = `___eio[${index.replace(/\D/g, "")}]`;
  return {
    ...textCodecV3,
    encodeBody: (packets) => ({
      type: TEXT,
      body: `${callback}(${scriptLiteral(encodePayload3(packets))});`,
    }),
    decodeBody(body, _contentType, max) {
      const text = unescapeLines(new URLSearchParams(body.toString()).get("d") ?? "");
      return noMoreThan(max, decodePayload3(text, max));
    },
  };
}

/** JSON that is a script too: these two end a line in scripts, but not in JSON. */
function scriptLiteral(text: string): string {
  return JSON.stringify(text)
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** Forms change line ends, so clients write a line end as `\n`, and what looked like that as `\\n`. */
function unescapeLines(text: string): string {
  return text
    .replace(/(\\)?\\n/g, (match, escaped: string | undefined) => (escaped ? match : "\n"))
    .replace(/\\\\n/g, "\\n");
}
