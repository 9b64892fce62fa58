/** What the bot answers to a pressed button: a line that passes, or a box that waits for OK. */
import { element } from "./dom.js";

/** Shows a line for a few seconds. */
export function showToast(place, text) {
  const toast = element("div", { class: "toast" }, text);
  place.append(toast);
  while (place.children.length > 3) place.firstChild.remove();
  setTimeout(() => toast.remove(), Math.max(3000, text.length * 60));
}

/** Shows a box over the page; the focus returns to where it was. */
export function showAlert(dialog, target, text) {
  target.textContent = text;
  if (!dialog.open) dialog.showModal();
}
