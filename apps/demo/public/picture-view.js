// A picture in the conversation, shown from its bytes. In the history a picture is only described;
// its bytes are fetched when it comes near the screen.

import { $, make } from "./page.js";

const LARGEST_SIDE = 320;

/**
 * @typedef {{
 *   type: string, width: number, height: number,
 *   bytes?: ArrayBuffer | Uint8Array | null, kept?: boolean,
 * }} ShownPicture
 */

/**
 * @param {ShownPicture} picture
 * @param {string} author
 * @param {() => Promise<any>} fetchBytes  resolves with the server's reply, or null
 */
export function pictureView(picture, author, fetchBytes) {
  const { type, width, height } = picture;
  const scale = Math.min(1, LARGEST_SIDE / Math.max(width, height));
  const image = make("img", { alt: `Picture from ${author}` });
  image.width = Math.max(1, Math.round(width * scale));
  image.height = Math.max(1, Math.round(height * scale));
  const element = make(
    "button",
    { class: "picture", type: "button", "aria-label": `Enlarge the picture from ${author}` },
    image,
  );

  /** @param {BlobPart} bytes */
  const show = (bytes) => {
    image.src = URL.createObjectURL(new Blob([bytes], { type }));
    element.classList.remove("waiting");
  };
  const fail = () => {
    element.classList.remove("waiting");
    element.classList.add("gone");
    element.disabled = true;
    element.replaceChildren("This picture is no longer kept.");
  };
  const observer = new IntersectionObserver(async ([entry]) => {
    if (!entry?.isIntersecting) return;
    observer.disconnect();
    const reply = await fetchBytes();
    if (reply?.bytes) show(reply.bytes);
    else if (reply && !reply.ok) fail();
    else setTimeout(() => observer.observe(element), 1000);
  });

  element.addEventListener("click", () => enlarge(image));
  if (picture.bytes) show(/** @type {BlobPart} */ (picture.bytes));
  else if (picture.kept === false) fail();
  else {
    element.classList.add("waiting");
    observer.observe(element);
  }
  return {
    element,
    /** Pixels on the page. */
    width: image.width,
    /** Frees the bytes; the view is not used again. */
    release() {
      observer.disconnect();
      if (image.src) URL.revokeObjectURL(image.src);
    },
  };
}

/** @param {HTMLImageElement} image */
function enlarge(image) {
  if (!image.src) return;
  const box = $("#lightbox");
  const large = $("img", box);
  large.src = image.src;
  large.alt = image.alt;
  box.onclick = (/** @type {Event} */ { target }) => {
    if (target === box || target === large) box.close();
  };
  box.showModal();
}
