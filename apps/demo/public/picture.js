// A file becomes a picture that can be sent: as it is when it fits, made smaller when it does not.

import { LIMITS, PICTURE_TYPES } from "./limits.js";

const LARGEST_SIDE = 2560;
/** Side and quality of each attempt to make a picture fit. */
const ATTEMPTS = /** @type {const} */ ([
  [1920, 0.85],
  [1600, 0.8],
  [1280, 0.75],
  [960, 0.7],
  [640, 0.6],
]);

/**
 * @param {Blob} file
 * @returns {Promise<{ type: string, width: number, height: number, bytes: Uint8Array }>}
 *   rejects with a message for the person when the file is no picture the browser knows
 */
export async function readPicture(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("That file is not a picture this browser can read.");
  }
  try {
    const { width, height } = bitmap;
    const fits = file.size <= LIMITS.pictureBytes && Math.max(width, height) <= LARGEST_SIDE;
    if (fits && PICTURE_TYPES.includes(file.type))
      return { ...(await packed(file)), width, height };
    for (const [side, quality] of ATTEMPTS) {
      const smaller = await resized(bitmap, side, quality);
      if (smaller.bytes.length <= LIMITS.pictureBytes) return smaller;
    }
    throw new Error("That picture could not be made small enough.");
  } finally {
    bitmap.close();
  }
}

/** @param {ImageBitmap} bitmap @param {number} side @param {number} quality */
async function resized(bitmap, side, quality) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot make the picture smaller.");
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // WebP keeps transparency. A browser that cannot write it answers with PNG, which may be too
  // large; the next attempt is smaller.
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", quality));
  return { ...(await packed(blob)), width: canvas.width, height: canvas.height };
}

/** @param {Blob} blob */
async function packed(blob) {
  return { type: blob.type, bytes: new Uint8Array(await blob.arrayBuffer()) };
}
