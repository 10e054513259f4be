// Pictures chosen, dropped or pasted, waiting to go with the next message.

import { $, icon, make, notice } from "./page.js";
import { readPicture } from "./picture.js";

const MOST = 6;

/** @typedef {Awaited<ReturnType<typeof readPicture>>} Picture */

export class Attachments {
  /** @type {{ picture: Picture, url: string, element: HTMLElement }[]} */
  #items = [];
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
    const file = $("#file");
    $("#attach").addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      this.#addAll(file.files);
      file.value = "";
    });
    document.addEventListener("paste", (event) => {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      event.preventDefault();
      this.#addAll(files);
    });
    this.#acceptDrops();
  }

  get isEmpty() {
    return this.#items.length === 0;
  }

  /** The pictures, which are then no longer here. */
  take() {
    const pictures = this.#items.map((item) => item.picture);
    for (const item of [...this.#items]) this.#remove(item);
    return pictures;
  }

  #acceptDrops() {
    const overlay = $("#drop");
    const hasFiles = (/** @type {DragEvent} */ event) =>
      event.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      overlay.hidden = false;
    });
    addEventListener("dragleave", (event) => {
      // Only leaving the window has no element it leads to.
      if (event.relatedTarget === null) overlay.hidden = true;
    });
    addEventListener("drop", (event) => {
      overlay.hidden = true;
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.#addAll(event.dataTransfer?.files ?? []);
      $("#text").focus();
    });
  }

  /** @param {Iterable<File>} files */
  async #addAll(files) {
    // A copy at once: the browser empties the list when the event is over.
    for (const file of [...files]) {
      if (this.#items.length >= MOST) return notice(`At most ${MOST} pictures at a time.`);
      try {
        this.#add(await readPicture(file));
      } catch (error) {
        notice(/** @type {Error} */ (error).message);
      }
    }
  }

  /** @param {Picture} picture */
  #add(picture) {
    const blob = new Blob([/** @type {BlobPart} */ (picture.bytes)], { type: picture.type });
    const url = URL.createObjectURL(blob);
    const remove = make(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Remove this picture" },
      icon("i-close"),
    );
    const element = make("li", {}, make("img", { src: url, alt: "Picture to send" }), remove);
    const item = { picture, url, element };
    remove.addEventListener("click", () => {
      this.#remove(item);
      $("#text").focus();
    });
    this.#items.push(item);
    $("#attachments").append(element);
    this.#show();
  }

  /** @param {{ picture: Picture, url: string, element: HTMLElement }} item */
  #remove(item) {
    this.#items.splice(this.#items.indexOf(item), 1);
    URL.revokeObjectURL(item.url);
    item.element.remove();
    this.#show();
  }

  #show() {
    $("#attachments").hidden = this.isEmpty;
    this.#onChange();
  }
}
