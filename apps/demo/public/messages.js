// The messages of the room on the page: each once, in the server's order, mine that wait at the end.

import { MessageView } from "./message-view.js";
import { $ } from "./page.js";

/** So many stay on the page; a long evening must not fill the browser's memory. */
const MOST_SHOWN = 400;
/** Nearer than this many pixels to the end, the list follows what comes. */
const NEAR_END = 90;

/**
 * @typedef {import("./message-view.js").Message} Message
 */

export class Messages {
  /** By id, in the order of the page. @type {Map<string, MessageView>} */
  #views = new Map();
  #list = $("#messages");
  #scroller = $("#scroller");
  #unseenWhileHidden = 0;
  /** @type {Set<string>} */
  #seen = new Set();
  #observer;
  #connection;
  #room;
  #profile;

  /**
   * @param {import("./connection.js").Connection} connection
   * @param {import("./room.js").Room} room
   * @param {import("./person.js").Profile} profile
   */
  constructor(connection, room, profile) {
    this.#connection = connection;
    this.#room = room;
    this.#profile = profile;
    this.#observer = new IntersectionObserver((entries) => this.#onVisible(entries), {
      root: this.#scroller,
      threshold: 0.2,
    });
    const { socket } = connection;
    socket.on(
      "message",
      (/** @type {Message & { room: string }} */ message, /** @type {unknown} */ confirm) => {
        if (typeof confirm === "function") confirm(true);
        if (message.room === room.name) this.#messageOnArrival(message);
      },
    );
    socket.on("receipt", (/** @type {Message} */ receipt) => {
      this.#views.get(receipt.id)?.setReceipt(receipt);
    });
    room.addEventListener("leave", () => this.#clear());
    room.addEventListener("joined", (event) =>
      this.#merge(/** @type {CustomEvent} */ (event).detail),
    );
    document.addEventListener("visibilitychange", () => this.#tellSeen());
    this.#scroller.addEventListener("scroll", () => this.#showToEnd(), { passive: true });
    $("#to-end").addEventListener("click", () => this.#scrollToEnd("smooth"));
    // The list keeps its end in view when the keyboard, the composer or the window takes room.
    let wasNearEnd = true;
    this.#scroller.addEventListener("scroll", () => {
      wasNearEnd = this.#isNearEnd();
    });
    new ResizeObserver(() => {
      if (wasNearEnd) this.#scrollToEnd();
    }).observe(this.#scroller);
  }

  /** Shows a message of mine that the server does not have yet. @param {{ id: string, text: string, picture: any }} draft */
  addPending({ id, text, picture }) {
    const { id: author, name } = this.#profile;
    this.#add({ id, text, picture, author: { id: author, name }, at: null, delivered: 0, seen: 0 });
    this.#scrollToEnd();
  }

  /** @param {string} id @param {number} at */
  markSent(id, at) {
    const view = this.#views.get(id);
    if (!view) return;
    view.setSent(at);
    this.#place(view);
  }

  /** @param {string} id @param {string} reason */
  markFailed(id, reason) {
    this.#views.get(id)?.setFailed(reason);
  }

  /** @param {Message[]} history */
  #merge(history) {
    const follow = this.#isNearEnd() || this.#views.size === 0;
    for (const message of history) this.#add(message);
    $("#empty").hidden = this.#views.size > 0;
    if (follow) this.#scrollToEnd();
  }

  /** @param {Message} message */
  #messageOnArrival(message) {
    const follow = this.#isNearEnd();
    this.#add(message);
    if (follow) this.#scrollToEnd();
    this.#showToEnd();
    if (document.hidden) this.#unseenWhileHidden += 1;
    this.#showTitle();
  }

  /** @param {Message} message */
  #add(message) {
    const known = this.#views.get(message.id);
    if (known) {
      if (message.at !== null && known.at === null) this.markSent(message.id, message.at);
      known.setReceipt(message);
      return;
    }
    const isOwn = message.author.id === this.#profile.id;
    const view = new MessageView(message, isOwn, (id) => this.#connection.ask("picture", id));
    this.#views.set(message.id, view);
    this.#place(view);
    if (!isOwn) this.#observer.observe(view.element);
    $("#empty").hidden = true;
    if (this.#views.size > MOST_SHOWN) this.#removeFirst();
  }

  /** Puts a view where its time belongs; one without a time goes to the end. @param {MessageView} view */
  #place(view) {
    let next = null;
    let before = this.#list.lastElementChild;
    while (before && (before === view.element || isAfter(this.#viewOf(before), view))) {
      if (before !== view.element) next = before;
      before = before.previousElementSibling;
    }
    if (view.element.parentNode !== this.#list || view.element.nextElementSibling !== next) {
      const oldNext = view.element.nextElementSibling;
      this.#list.insertBefore(view.element, next);
      this.#group(oldNext);
    }
    this.#group(view.element);
    this.#group(view.element.nextElementSibling);
  }

  /** Joins a message with the one before it, or parts them. @param {Element | null} element */
  #group(element) {
    if (!element) return;
    const before = element.previousElementSibling;
    this.#viewOf(element)?.follow(before ? this.#viewOf(before) : undefined);
  }

  /** @param {Element} element */
  #viewOf(element) {
    return this.#views.get(/** @type {HTMLElement} */ (element).dataset.id ?? "");
  }

  #removeFirst() {
    const first = this.#list.firstElementChild;
    const view = first && this.#viewOf(first);
    if (!view) return;
    this.#observer.unobserve(view.element);
    this.#views.delete(view.id);
    view.remove();
    this.#group(this.#list.firstElementChild);
  }

  #clear() {
    this.#observer.disconnect();
    for (const view of this.#views.values()) view.remove();
    this.#views.clear();
    this.#seen.clear();
    $("#empty").hidden = true;
    $("#to-end").hidden = true;
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #onVisible(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#seen.add(/** @type {HTMLElement} */ (target).dataset.id ?? "");
      this.#observer.unobserve(target);
    }
    this.#tellSeen();
  }

  #tellSeen() {
    if (document.hidden) return;
    this.#unseenWhileHidden = 0;
    this.#showTitle();
    if (this.#seen.size === 0 || !this.#room.joined) return;
    const ids = [...this.#seen];
    this.#seen.clear();
    for (let start = 0; start < ids.length; start += 100) {
      this.#connection.socket.emit("seen", { ids: ids.slice(start, start + 100) });
    }
  }

  #isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  /** @param {ScrollBehavior} [behavior] */
  #scrollToEnd(behavior = "instant") {
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior });
  }

  #showToEnd() {
    $("#to-end").hidden = this.#isNearEnd();
  }

  #showTitle() {
    const count = this.#unseenWhileHidden > 0 ? `(${this.#unseenWhileHidden}) ` : "";
    document.title = `${count}#${this.#room.name} · Hawser`;
  }
}

/** @param {MessageView | undefined} a @param {MessageView} b */
function isAfter(a, b) {
  const time = (/** @type {MessageView | undefined} */ view) =>
    view?.at ?? Number.POSITIVE_INFINITY;
  return time(a) > time(b);
}
