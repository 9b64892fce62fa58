/** Light and dark: the system's choice until the person makes their own, which is remembered in this browser. */
import { icon } from "./dom.js";

const KEY = "playground-theme";

/** Applies the theme and makes the button switch it. */
export function startTheme(button) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = remembered();
  const apply = () => {
    const dark = chosen === undefined ? system.matches : chosen === "dark";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.setAttribute("aria-pressed", String(dark));
    button.replaceChildren(icon(dark ? "sun" : "moon"));
  };
  system.addEventListener("change", apply);
  button.addEventListener("click", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // A browser that keeps nothing still switches for this visit.
    }
    apply();
  });
  apply();
}

function remembered() {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
