/** The list of messages: keeps elements and messages in step, in view, and within reach of the keyboard. */
import { dayName, element, icon } from "./dom.js";
import { renderMessage } from "./message.js";
import { fitPhotos } from "./photo.js";
import { ReplyAction } from "./reply-action.js";
import { Scroll } from "./scroll.js";

/** How long nothing is read out after a chat was opened, in ms. */
const HUSH = 500;
/** For whoever wants no motion. */
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Conversation {
  #log;
  #actions;
  #reply;
  #scroll;
  #shown = new Map();
  #key = "";
  /** The message whose button was pressed last. */
  #pressed;
  #hushed;

  /**
   * @param {Record<string, HTMLElement>} parts The elements of the page by id.
   * @param {import("./message.js").MessageActions & {reply: (id: number) => void, leave: () => void}} actions
   */
  constructor(parts, actions) {
    const { log, "to-bottom": toBottom } = parts;
    this.#log = log;
    this.#actions = {
      ...actions,
      jump: (id) => this.#jump(id),
      press: (id, ...rest) => {
        this.#pressed = id;
        actions.press(id, ...rest);
      },
    };
    this.#reply = new ReplyAction(parts, actions.reply);
    this.#scroll = new Scroll(log, {
      onMove: (atEnd) => {
        toBottom.hidden = atEnd;
        this.#reply.aim(undefined);
      },
      onResize: () => this.#fit(this.#shown.values()),
    });
    toBottom.append(icon("down"));
    toBottom.addEventListener("click", () => this.#scroll.toEnd(calm.matches ? "instant" : "smooth"));
    log.addEventListener("keydown", (event) => this.#keyDown(event));
  }

  /** Shows the messages of a chat; the key tells one chat and person from another. */
  show(key, messages) {
    const another = key !== this.#key;
    if (another) {
      this.#key = key;
      this.#pressed = undefined;
      this.#shown.clear();
      this.#log.replaceChildren();
      this.#hush();
    }
    const giveBack = focusWithin(this.#log);
    const newest = messages.at(-1);
    const ownNew = newest?.mine && !this.#shown.has(newest.id);
    const changed = new Map();
    this.#scroll.keep(() => {
      this.#place(this.#nodesOf(messages, changed));
      this.#fit(changed.values());
    });
    if (!another) for (const { node, isNew } of changed.values()) node.classList.toggle("fresh", isNew);
    const pressed = changed.get(this.#pressed)?.node;
    if (another || ownNew || (this.#scroll.follows && changed.has(newest?.id)))
      this.#scroll.reveal(this.#log.lastElementChild);
    else if (pressed && this.#scroll.isAbove(pressed)) this.#scroll.toStart(pressed);
    giveBack();
    this.#reply.check();
  }

  /** A screen reader reads out what comes, but not a whole chat that is opened. */
  #hush() {
    this.#log.ariaLive = "off";
    clearTimeout(this.#hushed);
    this.#hushed = setTimeout(() => {
      this.#log.ariaLive = "polite";
    }, HUSH);
  }

  /** The elements of the messages, and of the days between them; those made anew are also put into `changed`. */
  #nodesOf(messages, changed) {
    const nodes = [];
    const shown = new Map();
    let before;
    messages.forEach((message, index) => {
      const after = messages[index + 1];
      const day = dayName(message.date);
      const newDay = before === undefined || day !== dayName(before.date);
      if (newDay) nodes.push(this.#dayNode(day));
      const kept = this.#shown.get(message.id);
      const print = JSON.stringify(message);
      const same = kept?.print === print;
      const node = same ? kept.node : renderMessage(message, this.#actions);
      if (!same) changed.set(message.id, { node, isNew: kept === undefined });
      node.classList.toggle("first", newDay || before.name !== message.name);
      node.classList.toggle("last", after?.name !== message.name);
      node.tabIndex = after === undefined ? 0 : -1;
      shown.set(message.id, { node, print });
      nodes.push(node);
      before = message;
    });
    this.#shown = shown;
    return nodes;
  }

  #dayNode(day) {
    const kept = [...this.#log.querySelectorAll(".day")].find((node) => node.textContent === day);
    return kept ?? element("div", { class: "day" }, element("span", {}, day));
  }

  /** Brings the list into the given order and touches only what changed, so that pictures and focus stay. */
  #place(nodes) {
    const wanted = new Set(nodes);
    for (const child of [...this.#log.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, index) => {
      if (this.#log.children[index] !== node) this.#log.insertBefore(node, this.#log.children[index] ?? null);
    });
  }

  #fit(shown) {
    fitPhotos(
      [...shown].map(({ node }) => node),
      this.#log.clientHeight,
    );
  }

  #jump(id) {
    const node = this.#shown.get(id)?.node;
    if (node === undefined) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1300);
  }

  #keyDown(event) {
    const message = event.target.closest(".message");
    if (message === null) return;
    if (event.key === "Escape") return this.#actions.leave();
    if (event.target !== message || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...this.#shown.values()].map(({ node }) => node);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = all[all.indexOf(message) + step];
      if (next !== undefined) next.focus();
      else if (step > 0) this.#actions.leave();
    } else if (event.key === "r" || event.key === "R" || event.key === "Enter") {
      event.preventDefault();
      this.#actions.reply(Number(message.dataset.id));
    }
  }
}

/**
 * Remembers what in which message has the focus. The function given back puts it there again when the message was
 * drawn anew: on the same button, else on the message, else, when that is gone, into the field.
 */
function focusWithin(log) {
  const active = document.activeElement;
  const message = active?.closest?.(".message");
  if (!message || !log.contains(message)) return () => undefined;
  const index = [...message.querySelectorAll(".key")].indexOf(active);
  return () => {
    if (log.contains(active)) return;
    const again = log.querySelector(`.message[data-id="${message.dataset.id}"]`);
    const key = again?.querySelectorAll(".key")[index];
    const target = key?.textContent === active.textContent ? key : again;
    (target ?? document.getElementById("input")).focus({ preventScroll: true });
  };
}
