// Everything a client sends is unknown until one of these functions has looked at it.

import { LIMITS, PICTURE_TYPES, personName, roomName } from "../public/limits.js";

/** A refusal whose message may be shown to the person. */
export class InputError extends Error {}

/**
 * @typedef {{ type: string, width: number, height: number, bytes: Uint8Array }} Picture
 * @typedef {{ id: string, room: string, text: string, picture: Picture | null }} Draft
 */

/** @param {unknown} value @returns {Record<string, unknown>} */
function fields(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError("That request was not understood.");
  }
  return /** @type {Record<string, unknown>} */ (value);
}

/** @param {unknown} value */
export function checkName(value) {
  if (typeof value !== "string" || value.length > 200) throw new InputError("Choose a name.");
  const name = personName(value);
  if (name === "") throw new InputError("Choose a name.");
  return name;
}

/** @param {unknown} value */
export function checkRoom(value) {
  const good = typeof value === "string" && value !== "" && value.length <= 200;
  if (!good || roomName(value) !== value) {
    throw new InputError("A room's name is made of letters, digits and hyphens.");
  }
  return value;
}

/** Identifiers are made by the page: 128 random bits in hexadecimal. @param {unknown} value */
export function checkId(value) {
  if (typeof value !== "string" || !/^[0-9a-f]{32}$/.test(value)) {
    throw new InputError("That request was not understood.");
  }
  return value;
}

/** @param {unknown} value */
export function checkJoin(value) {
  const { name, room } = fields(value);
  return { name: checkName(name), room: checkRoom(room) };
}

/** @param {unknown} value @returns {Draft} */
export function checkDraft(value) {
  const { id, room, text, picture } = fields(value);
  if (typeof text !== "string") throw new InputError("That request was not understood.");
  if (text.length > LIMITS.textLength) {
    throw new InputError(`A message is at most ${LIMITS.textLength} characters long.`);
  }
  const draft = {
    id: checkId(id),
    room: checkRoom(room),
    text: text.trim(),
    picture: picture === undefined || picture === null ? null : checkPicture(picture),
  };
  if (draft.text === "" && draft.picture === null) throw new InputError("The message is empty.");
  return draft;
}

/** @param {unknown} value @returns {Picture} */
function checkPicture(value) {
  const { type, width, height, bytes } = fields(value);
  if (!(bytes instanceof Uint8Array)) throw new InputError("That picture was not understood.");
  if (bytes.length > LIMITS.pictureBytes) throw new InputError("That picture is too large.");
  if (typeof type !== "string" || !PICTURE_TYPES.includes(type) || typeOf(bytes) !== type) {
    throw new InputError("Pictures are PNG, JPEG, GIF or WebP.");
  }
  if (!isSide(width) || !isSide(height)) throw new InputError("That picture was not understood.");
  // A copy, so that a remembered picture does not keep alive the larger buffer it was cut from.
  return { type, width, height, bytes: Uint8Array.from(bytes) };
}

/** @param {unknown} value @returns {value is number} */
function isSide(value) {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 20_000;
}

/** The type a picture's first bytes speak of; the name it was sent under proves nothing. @param {Uint8Array} bytes */
function typeOf(bytes) {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp";
  return "";
}

/** @param {unknown} value */
export function checkSeen(value) {
  const { ids } = fields(value);
  if (!Array.isArray(ids) || ids.length > LIMITS.history) {
    throw new InputError("That request was not understood.");
  }
  return ids.map(checkId);
}
