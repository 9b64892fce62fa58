/** Formatted text: a message's text and its entities (offsets and lengths in UTF-16 code units) as DOM nodes. */
import { element } from "./dom.js";

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);

/**
 * Renders a text with its entities.
 * @param {string} text The plain text.
 * @param {{type: string, offset: number, length: number, url?: string, language?: string}[]} entities Its entities.
 * @param {{onCommand: (command: string) => void}} actions What happens when a command in the text is chosen.
 */
export function formatText(text, entities, actions) {
  const sorted = [...entities].sort((one, other) => one.offset - other.offset || other.length - one.length);
  const made = document.createDocumentFragment();
  made.append(...nodesOf({ text, actions }, sorted, 0, text.length));
  return made;
}

function nodesOf(context, entities, from, to) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const start = Math.max(at, entity.offset);
    const end = Math.min(to, entity.offset + entity.length);
    index += 1;
    if (end <= start) continue;
    const inner = [];
    while (index < entities.length && entities[index].offset < end) {
      inner.push(entities[index]);
      index += 1;
    }
    if (start > at) nodes.push(context.text.slice(at, start));
    nodes.push(wrap(context, entity, context.text.slice(start, end), nodesOf(context, inner, start, end)));
    // The line break that ends a block is the block's own.
    at = BLOCKS.has(entity.type) && context.text[end] === "\n" ? end + 1 : end;
  }
  if (at < to) nodes.push(context.text.slice(at, to));
  return nodes;
}

function wrap({ actions }, entity, covered, children) {
  switch (entity.type) {
    case "bold":
      return element("b", {}, ...children);
    case "italic":
      return element("i", {}, ...children);
    case "underline":
      return element("u", {}, ...children);
    case "strikethrough":
      return element("s", {}, ...children);
    case "code":
      return element("code", {}, ...children);
    case "pre":
      return element("pre", {}, element("code", { "data-language": entity.language }, ...children));
    case "spoiler":
      return spoiler(children);
    case "blockquote":
      return element("blockquote", {}, ...children);
    case "expandable_blockquote":
      return expandable(children);
    case "text_link":
      return link(entity.url ?? "", children);
    case "url":
      return link(/^[a-z][a-z0-9+.-]*:/i.test(covered) ? covered : `https://${covered}`, children);
    case "email":
      return link(`mailto:${covered}`, children);
    case "bot_command":
      return element(
        "a",
        { href: "#", onclick: (event) => choose(event, () => actions.onCommand(covered)) },
        ...children,
      );
    case "mention":
    case "hashtag":
    case "cashtag":
    case "text_mention":
      return element("a", {}, ...children);
    default:
      return element("span", {}, ...children);
  }
}

function choose(event, action) {
  event.preventDefault();
  action();
}

/** A link that opens beside the page; addresses that are neither web, mail nor Telegram lead nowhere. */
function link(url, children) {
  const safe = /^(https?|mailto|tg):/i.test(url) ? url : undefined;
  return element("a", { href: safe, target: "_blank", rel: "noopener noreferrer", title: safe }, ...children);
}

function spoiler(children) {
  const hidden = element("span", { "aria-hidden": "true" }, ...children);
  const made = element("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": "Show spoiler" }, hidden);
  onPress(made, () => {
    made.classList.add("open");
    hidden.removeAttribute("aria-hidden");
    for (const name of ["role", "tabindex", "aria-label"]) made.removeAttribute(name);
  });
  return made;
}

function expandable(children) {
  const made = element("blockquote", { class: "expandable", tabindex: 0, "aria-expanded": "false" }, ...children);
  onPress(made, () => made.setAttribute("aria-expanded", String(made.classList.toggle("open"))));
  // Whether three lines were enough is known once it is laid out.
  requestAnimationFrame(() => {
    if (made.scrollHeight > made.clientHeight + 2) return;
    made.classList.add("short");
    made.removeAttribute("tabindex");
    made.removeAttribute("aria-expanded");
  });
  return made;
}

function onPress(target, action) {
  target.addEventListener("click", (event) => {
    if (!event.target.closest("a[href]")) action();
  });
  target.addEventListener("keydown", (event) => {
    if (event.target !== target || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
}
