// What a name, a room and a message may be. The page and the server read this one file: the page
// to help, the server to refuse.

export const LIMITS = Object.freeze({
  nameLength: 32,
  roomLength: 32,
  textLength: 2000,
  /**
   * Bytes of one picture. Over long-polling a picture travels as base64, a third larger, and the
   * whole has to stay under the server's `maxHttpBufferSize` of 1,000,000.
   */
  pictureBytes: 700_000,
  /** Messages a room remembers. */
  history: 200,
});

export const PICTURE_TYPES = Object.freeze(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/**
 * The room a text stands for: lower case, spaces as hyphens, letters and digits of any script.
 * Empty when nothing usable is left.
 *
 * @param {string} text
 */
export function roomName(text) {
  const name = text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s_-]+/gu, "-")
    .replace(/[^\p{L}\p{M}\p{N}-]/gu, "")
    .replace(/^-+/u, "");
  return [...name].slice(0, LIMITS.roomLength).join("").replace(/-+$/u, "");
}

/**
 * A person's name on one line, without control characters. Empty when nothing usable is left.
 *
 * @param {string} text
 */
export function personName(text) {
  const name = text
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return [...name].slice(0, LIMITS.nameLength).join("").trim();
}
