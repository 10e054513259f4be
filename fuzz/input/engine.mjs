// Engine.IO packets and polling bodies of both revisions, written here once more: a fuzzer that used the
// codec under test would share its faults.

/** @typedef {string | Buffer} Message text with its digit, or the bytes of a message */
/** @typedef {4 | 3} Revision */
/** @typedef {"text" | "binary" | "jsonp"} Form of a revision 3 body; revision 4 has text only */

/** A chunk of Socket.IO as an engine packet. @param {string | Buffer} chunk @returns {Message} */
export function messageOf(chunk) {
  return typeof chunk === "string" ? `4${chunk}` : chunk;
}

/** @param {Message[]} messages @param {Revision} revision @param {Form} form */
export function bodyOf(messages, revision, form) {
  if (revision === 4) {
    return Buffer.from(messages.map((message) => textOf(message, "b")).join("\x1e"));
  }
  if (form === "binary") {
    return Buffer.concat(messages.map(binaryOf));
  }
  const text = messages
    .map((message) => textOf(message, "b4"))
    .map((packet) => `${packet.length}:${packet}`)
    .join("");
  return form === "jsonp"
    ? Buffer.from(`d=${encode(text.replaceAll("\\n", "\\\\n"))}`)
    : Buffer.from(text);
}

/** As encodeURIComponent, which does not take half a character. @param {string} text */
function encode(text) {
  return encodeURIComponent(Buffer.from(text).toString());
}

/** @param {Message} message @param {string} mark of base64 */
function textOf(message, mark) {
  return typeof message === "string" ? message : mark + message.toString("base64");
}

/** @param {Message} message */
function binaryOf(message) {
  const isText = typeof message === "string";
  const bytes = isText ? Buffer.from(message) : Buffer.concat([Buffer.of(4), message]);
  return Buffer.concat([
    Buffer.of(isText ? 0 : 1, ...Array.from(String(bytes.length), Number), 0xff),
    bytes,
  ]);
}

/** @param {Revision} revision @param {Form} form */
export function contentTypeOf(revision, form) {
  return revision === 3 && form !== "text"
    ? { binary: "application/octet-stream", jsonp: "application/x-www-form-urlencoded" }[form]
    : "text/plain;charset=UTF-8";
}

/**
 * One WebSocket message for a packet.
 * @param {Message} message @param {Revision} revision @param {boolean} isBase64
 */
export function webSocketMessageOf(message, revision, isBase64) {
  if (typeof message === "string") {
    return message;
  }
  if (isBase64) {
    return textOf(message, revision === 4 ? "b" : "b4");
  }
  return revision === 4 ? message : Buffer.concat([Buffer.of(4), message]);
}
