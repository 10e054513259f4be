// Light and dark: the system's choice until the person makes one.

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

/** @param {HTMLElement} button */
export function themeButton(button) {
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    root.dataset.theme = theme;
    localStorage.setItem("hawser.theme", theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}
