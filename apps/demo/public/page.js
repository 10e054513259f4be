// The page's elements, and making new ones.

/**
 * The element a selector names. The page is ours: a missing one is a mistake, not a case.
 *
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {any}
 */
export function $(selector, within = document) {
  const element = within.querySelector(selector);
  if (!element) throw new Error(`The page has no ${selector}.`);
  return element;
}

/**
 * A new element. Text is always set as text, never as markup.
 *
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** One of the drawings in the page's sprite. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let hideNotice;

/** Says something short to the person, for a few seconds. @param {string} text */
export function notice(text) {
  const element = $("#notice");
  element.textContent = text;
  clearTimeout(hideNotice);
  hideNotice = setTimeout(() => {
    element.textContent = "";
  }, 5000);
}
