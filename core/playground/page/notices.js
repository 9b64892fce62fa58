/** What is said beside the conversation: a line that passes, a box that waits for OK, and what stays until it is mended. */
import { element } from "./dom.js";

/** Shows a line for a few seconds. */
export function showToast(place, text) {
  const toast = element("div", { class: "toast" }, text);
  place.append(toast);
  while (place.children.length > 3) place.firstChild.remove();
  setTimeout(() => toast.remove(), Math.max(3000, text.length * 60));
}

/** Shows what is wrong with plugins, a line each; nothing when all is well. */
export function showProblems(place, problems) {
  place.hidden = problems.length === 0;
  const title = problems.length === 1 ? "A plugin has a problem:" : `${problems.length} problems with plugins:`;
  const list = element("ul", {}, ...problems.map((problem) => element("li", {}, problem)));
  place.replaceChildren(...(place.hidden ? [] : [title, list]));
}

/** Shows a box over the page; the focus returns to where it was. */
export function showAlert(dialog, target, text) {
  target.textContent = text;
  if (!dialog.open) dialog.showModal();
}
