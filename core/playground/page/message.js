/** One message as an element. */
import { avatar, clock, element, hueOf } from "./dom.js";
import { formatText } from "./entities.js";
import { renderPhoto } from "./photo.js";

/**
 * @typedef {object} MessageView
 * @property {number} id
 * @property {string} name Who wrote it.
 * @property {boolean} mine Whether the person who is looking wrote it.
 * @property {number} date Unix time in seconds.
 * @property {boolean} edited
 * @property {string} text
 * @property {object[]} entities
 * @property {{url: string, width: number, height: number} | undefined} photo
 * @property {{text: string, url?: string, data?: string, copy?: string}[][]} keyboard
 * @property {{id: number, name: string, excerpt: string} | undefined} replyTo
 */

/**
 * @typedef {object} MessageActions
 * @property {(id: number, button: object, key: HTMLElement) => void} press
 * @property {(id: number) => void} jump
 * @property {(command: string) => void} onCommand
 */

/**
 * Renders a message.
 * @param {MessageView} message
 * @param {MessageActions} actions
 */
export function renderMessage(message, actions) {
  const made = element("article", {
    class: [
      "message",
      message.mine && "mine",
      message.photo && "with-photo",
      message.keyboard.length > 0 && "with-keys",
    ]
      .filter(Boolean)
      .join(" "),
    "data-id": message.id,
    tabindex: -1,
    "aria-label": `${message.mine ? "You" : message.name}, ${clock(message.date)}: ${excerptOf(message)}`,
  });
  if (!message.mine) made.append(avatar(message.name));
  const body = element("div", { class: "body" }, bubble(message, actions));
  if (message.keyboard.length > 0) body.append(keyboard(message, actions));
  made.append(body);
  return made;
}

function bubble(message, actions) {
  const made = element("div", { class: "bubble" });
  if (!message.mine)
    made.append(element("div", { class: "sender", style: `--hue: ${hueOf(message.name)}` }, message.name));
  if (message.replyTo !== undefined) made.append(quote(message.replyTo, actions));
  if (message.photo !== undefined) made.append(renderPhoto(message.photo, message.text));
  const meta = element(
    "span",
    { class: "meta", dir: "ltr" },
    message.edited ? "edited " : "",
    element("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
  );
  if (message.text === "") made.append(meta);
  else
    made.append(
      element("div", { class: "text", dir: "auto" }, formatText(message.text, message.entities, actions), meta),
    );
  return made;
}

function quote(replyTo, actions) {
  return element(
    "a",
    {
      class: "quote",
      href: `#message-${replyTo.id}`,
      onclick: (event) => {
        event.preventDefault();
        actions.jump(replyTo.id);
      },
    },
    element("strong", {}, replyTo.name),
    element("span", { dir: "auto" }, replyTo.excerpt),
  );
}

function keyboard(message, actions) {
  const rows = message.keyboard.map((row) =>
    element("div", {}, ...row.map((button) => key(message.id, button, actions))),
  );
  return element("div", { class: "keys", role: "group", "aria-label": "Buttons" }, ...rows);
}

function key(id, button, actions) {
  if (button.url !== undefined) {
    const safe = /^(https?|tg):/i.test(button.url) ? button.url : undefined;
    return element("a", { class: "key link", href: safe, target: "_blank", rel: "noopener noreferrer" }, button.text);
  }
  const made = element("button", { class: "key", type: "button" }, button.text);
  // With a mouse the focus stays in the field; a finger takes it away, and the phone's own keyboard with it.
  made.addEventListener("mousedown", (event) => matchMedia("(pointer: fine)").matches && event.preventDefault());
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-busy") !== "true") actions.press(id, button, made);
  });
  return made;
}

/** What a message is called where there is room for one line only. */
export function excerptOf({ text, photo: picture }) {
  const line = text.replace(/\s+/g, " ").trim().slice(0, 160);
  if (line !== "") return line;
  return picture === undefined ? "Message" : "Photo";
}
