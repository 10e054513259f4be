// People: how one looks, and who I am.

import { personName } from "./limits.js";
import { $, make } from "./page.js";

/** 128 random bits in hexadecimal. `crypto.randomUUID` is missing on plain-http addresses. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A round initial in the person's colour.
 *
 * @param {{ id: string, name: string }} person
 */
export function avatar({ id, name }) {
  const element = make("span", { class: "avatar", "aria-hidden": "true" });
  paint(element, id, name);
  return element;
}

/** @param {HTMLElement} element @param {string} id @param {string} name */
function paint(element, id, name) {
  element.textContent = [...name][0]?.toUpperCase() ?? "";
  element.style.setProperty("--hue", String(Number.parseInt(id.slice(0, 6), 16) % 360 || 0));
}

/**
 * Me. The secret is one tab's, so that two tabs are two people; the name is remembered by the
 * browser, and by the tab where it was told apart from somebody else's.
 */
export class Profile extends EventTarget {
  secret = remembered("hawser.person", randomId);
  /** The id the others see; known after the first join. */
  id = "";
  name = sessionStorage.getItem("hawser.name") ?? localStorage.getItem("hawser.name") ?? "";

  #dialog = $("#profile");
  #field = $("#profile-name");

  constructor() {
    super();
    $("#me").addEventListener("click", () => this.ask());
    $("#profile-form").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      const name = personName(this.#field.value);
      if (!name) return;
      localStorage.setItem("hawser.name", name);
      this.#set(name);
      this.#dialog.close();
      this.dispatchEvent(new Event("chosen"));
    });
    this.#dialog.addEventListener("cancel", (/** @type {Event} */ event) => {
      if (!this.name) event.preventDefault();
    });
    this.#show();
  }

  ask() {
    this.#field.value = this.name;
    this.#dialog.showModal();
    this.#field.select();
  }

  /** What the server calls me in this room. @param {{ id: string, name: string }} self */
  adopt(self) {
    this.id = self.id;
    this.#set(self.name);
  }

  /** @param {string} name */
  #set(name) {
    this.name = name;
    sessionStorage.setItem("hawser.name", name);
    this.#show();
  }

  #show() {
    $("#me-name").textContent = this.name || "No name yet";
    paint($("#me-avatar"), this.id, this.name);
  }
}

/** @param {string} key @param {() => string} create */
function remembered(key, create) {
  const value = sessionStorage.getItem(key) ?? create();
  sessionStorage.setItem(key, value);
  return value;
}
