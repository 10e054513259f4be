// On a narrow screen the columns beside the chat slide over it. Only one is open at a time; while
// closed they are inert, so that neither the keyboard nor a screen reader wanders into them.

import { $ } from "./page.js";

const NARROW = { side: matchMedia("(max-width: 760px)"), about: matchMedia("(max-width: 1080px)") };
/** @type {"side" | "about" | null} */
let openOne = null;

export function setUpDrawers() {
  for (const name of /** @type {const} */ (["side", "about"])) {
    opener(name).addEventListener("click", () => setOpen(name));
    $(`[data-close=${name}]`).addEventListener("click", closeDrawer);
    NARROW[name].addEventListener("change", closeDrawer);
  }
  $("#scrim").addEventListener("click", closeDrawer);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && openOne) closeDrawer();
  });
  show();
}

export function closeDrawer() {
  const wasOpen = openOne;
  setOpen(null);
  if (wasOpen) opener(wasOpen).focus();
}

/** @param {"side" | "about"} name */
const opener = (name) => $(`[data-open=${name}]`);

/** @param {"side" | "about" | null} name */
function setOpen(name) {
  openOne = name;
  show();
  if (name) $(`[data-close=${name}]`).focus();
}

function show() {
  for (const name of /** @type {const} */ (["side", "about"])) {
    const drawer = $(`#${name}`);
    drawer.classList.toggle("open", openOne === name);
    drawer.inert = NARROW[name].matches && openOne !== name;
    opener(name).setAttribute("aria-expanded", String(openOne === name));
  }
  $("#chat").inert = openOne !== null;
  $("#scrim").hidden = openOne === null;
}
