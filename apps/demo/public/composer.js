// Where a message is written.

import { Attachments } from "./attachments.js";
import { $ } from "./page.js";

export class Composer {
  #field = $("#text");
  #attachments = new Attachments(() => this.#showSend());
  #outbox;
  #typing;

  /**
   * @param {{
   *   outbox: import("./outbox.js").Outbox, typing: import("./typing.js").Typing,
   *   room: import("./room.js").Room,
   * }} parts
   */
  constructor({ outbox, typing, room }) {
    this.#outbox = outbox;
    this.#typing = typing;
    $("#composer").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      // While an input method composes a word, Enter accepts the word.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("input", () => {
      typing.tell(this.#field.value.trim() !== "");
      this.#fit();
      this.#showSend();
    });
    room.addEventListener("leave", () => typing.tell(false));
    this.#showSend();
  }

  #submit() {
    const text = this.#field.value.trim();
    const pictures = this.#attachments.take();
    if (text === "" && pictures.length === 0) return;
    // Several pictures are several messages; the words go with the first.
    if (pictures.length === 0) this.#outbox.add({ text, picture: null });
    for (const [index, picture] of pictures.entries()) {
      this.#outbox.add({ text: index === 0 ? text : "", picture });
    }
    this.#field.value = "";
    this.#typing.tell(false);
    this.#fit();
    this.#showSend();
    this.#field.focus();
  }

  #fit() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }

  #showSend() {
    $("#send").disabled = this.#field.value.trim() === "" && this.#attachments.isEmpty;
  }
}
