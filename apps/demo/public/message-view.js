// One message on the page.

import { $, icon, make } from "./page.js";
import { avatar } from "./person.js";
import { pictureView } from "./picture-view.js";

/** Messages of one person within this many ms stand together. */
const TOGETHER_MS = 5 * 60_000;

/**
 * @typedef {{
 *   id: string, author: { id: string, name: string }, at: number | null, text: string,
 *   picture: import("./picture-view.js").ShownPicture | null, delivered: number, seen: number,
 * }} Message  `at` is null until the server has taken the message.
 */

export class MessageView {
  #message;
  #isOwn;
  #time = make("time");
  #state = make("span", { class: "state", role: "img" });
  /** @type {ReturnType<typeof pictureView> | null} */
  #picture = null;

  /**
   * @param {Message} message
   * @param {boolean} isOwn
   * @param {(id: string) => Promise<any>} fetchPicture
   */
  constructor(message, isOwn, fetchPicture) {
    this.#message = { ...message };
    this.#isOwn = isOwn;
    const { id, author, text, picture } = message;
    const bubble = make("div", { class: "bubble" });
    if (picture) {
      this.#picture = pictureView(picture, author.name, () => fetchPicture(id));
      // The words below a picture wrap at its width instead of widening the bubble.
      bubble.style.setProperty("--picture-width", `${this.#picture.width}px`);
      bubble.append(this.#picture.element);
    }
    if (text) bubble.append(make("p", { class: "words" }, ...withLinks(text)));
    const by = make(
      "p",
      { class: "by" },
      make("span", { class: "author" }, isOwn ? "You" : author.name),
    );
    const meta = make("span", { class: "meta" }, this.#time);
    if (isOwn) meta.append(this.#state);
    bubble.append(meta);
    this.element = make("li", { class: isOwn ? "message own" : "message", "data-id": id });
    this.element.append(avatar(author), make("div", { class: "body" }, by, bubble));
    this.#showTime();
    this.#showState();
  }

  get id() {
    return this.#message.id;
  }

  get at() {
    return this.#message.at;
  }

  /** @param {number} at */
  setSent(at) {
    this.#message.at = at;
    this.#showTime();
    this.#showState();
  }

  /** Counts only grow: a receipt may arrive after a later one. @param {{ delivered: number, seen: number }} receipt */
  setReceipt({ delivered, seen }) {
    this.#message.delivered = Math.max(this.#message.delivered, delivered);
    this.#message.seen = Math.max(this.#message.seen, seen);
    this.#showState();
  }

  /** @param {string} reason */
  setFailed(reason) {
    this.#tick("failed", "t-failed", `Not sent. ${reason}`);
    $(".bubble", this.element).append(make("p", { class: "failure" }, reason));
  }

  /** Stands together with the message before, or apart from it. @param {MessageView | undefined} before */
  follow(before) {
    const mine = this.#message;
    const theirs = before ? before.#message : undefined;
    const now = Date.now();
    const day = dayOf(mine.at ?? now);
    const isNewDay = !theirs || dayOf(theirs.at ?? now) !== day;
    const together =
      !isNewDay &&
      theirs.author.id === mine.author.id &&
      theirs.author.name === mine.author.name &&
      (mine.at ?? now) - (theirs.at ?? now) < TOGETHER_MS;
    this.element.classList.toggle("continued", together);
    if (isNewDay) this.element.dataset.day = day;
    else delete this.element.dataset.day;
  }

  remove() {
    this.#picture?.release();
    this.element.remove();
  }

  #showTime() {
    const date = new Date(this.#message.at ?? Date.now());
    this.#time.dateTime = date.toISOString();
    this.#time.title = date.toLocaleString();
    this.#time.textContent = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  }

  #showState() {
    if (!this.#isOwn) return;
    const { at, delivered, seen } = this.#message;
    if (at === null) this.#tick("pending", "t-pending", "Sending");
    else if (seen > 0) this.#tick("seen", "t-delivered", `Seen by ${seen}`);
    else if (delivered > 0) this.#tick("delivered", "t-delivered", `Delivered to ${delivered}`);
    else this.#tick("sent", "t-sent", "Sent");
  }

  /** @param {string} state @param {string} drawing @param {string} label */
  #tick(state, drawing, label) {
    if (this.#state.dataset.state !== state) this.#state.replaceChildren(icon(drawing));
    this.#state.dataset.state = state;
    this.#state.setAttribute("aria-label", label);
    this.#state.title = label;
  }
}

/** @param {number} at */
function dayOf(at) {
  const date = new Date(at);
  if (date.toDateString() === new Date().toDateString()) return "Today";
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

/** @param {string} text @returns {(Node | string)[]} */
function withLinks(text) {
  return text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)'\]])/u).map((part, index) => {
    if (index % 2 === 0) return part;
    return make("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part);
  });
}
