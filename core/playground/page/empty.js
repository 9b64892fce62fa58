/** What an empty chat offers to a first-time visitor. */
import { element } from "./dom.js";

/** So many commands are offered where only commands are answered. */
const COMMANDS = 4;

/**
 * Draws the offer over an empty chat, or takes it away.
 * @param {Record<string, HTMLElement>} parts The elements of the page by id.
 * @param {object} options
 * @param {boolean} options.shown Whether the chat is empty.
 * @param {"private" | "group"} options.type
 * @param {string[]} options.suggestions Texts worth sending.
 * @param {{command: string, description: string}[]} options.commands The bot's menu.
 * @param {(text: string) => void} options.send Sends a text.
 * @param {(text: string) => void} options.fill Puts a text into the field, to be finished by the person.
 */
export function drawEmpty(parts, { shown, type, suggestions, commands, send, fill }) {
  parts.empty.hidden = !shown;
  if (!shown) return;
  const group = type === "group";
  // In a group a bot sees commands and replies alone.
  const ready = group ? suggestions.filter((text) => text.startsWith("/")) : suggestions;
  const started = ready.length > 0 ? [] : shortest(commands).slice(0, COMMANDS);
  const print = JSON.stringify([type, ready, started]);
  if (parts.suggestions.dataset.shown === print) return;
  parts.suggestions.dataset.shown = print;
  parts["empty-text"].textContent = group
    ? "In a group the bot answers commands and replies. Try one of these."
    : "Type a title, or try one of these.";
  parts.suggestions.replaceChildren(
    ...ready.map((text) => element("button", { type: "button", onclick: () => send(text) }, text)),
    ...started.map(({ command, description }) =>
      element("button", { type: "button", title: description, onclick: () => fill(`/${command} `) }, `/${command}`),
    ),
  );
}

/** The commands that are not a longer form of another one, as `/mdlurl` is of `/mdl`. */
function shortest(commands) {
  return commands.filter(
    ({ command }) => !commands.some((other) => other.command !== command && command.startsWith(other.command)),
  );
}
