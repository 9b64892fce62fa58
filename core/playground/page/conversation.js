/** The list of messages: keeps elements and messages in step, scrolls, and lets a message be chosen for a reply. */
import { dayName, element, icon } from "./dom.js";
import { renderMessage } from "./message.js";

const NEAR_BOTTOM = 80;
const LONG_PRESS = 450;

export class Conversation {
  #parts;
  #actions;
  #shown = new Map();
  #key = "";
  #target;
  #atBottom = true;

  /**
   * @param {Record<string, HTMLElement>} parts The elements of the page by id.
   * @param {import("./message.js").MessageActions & {reply: (id: number) => void}} actions
   */
  constructor(parts, actions) {
    this.#parts = parts;
    this.#actions = { ...actions, jump: (id) => this.#jump(id) };
    const { log } = parts;
    parts.reply.append(icon("reply"));
    parts["to-bottom"].append(icon("down"));
    parts["to-bottom"].addEventListener("click", () => this.#toBottom("smooth"));
    parts.reply.addEventListener("click", () => this.#target && actions.reply(Number(this.#target.dataset.id)));
    log.addEventListener("scroll", () => {
      this.#atBottom = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_BOTTOM;
      parts["to-bottom"].hidden = this.#atBottom;
      this.#aim(undefined);
    });
    new ResizeObserver(() => this.#atBottom && this.#toBottom()).observe(log);
    log.addEventListener(
      "pointerover",
      (event) => event.pointerType === "mouse" && this.#aim(event.target.closest(".message")),
    );
    parts.actions.parentElement.addEventListener("pointerleave", () => this.#aim(undefined));
    log.addEventListener("focusin", (event) =>
      this.#aim(event.target.matches(":focus-visible") ? event.target.closest(".message") : undefined),
    );
    log.addEventListener("keydown", (event) => this.#keyDown(event));
    this.#listenForLongPress();
  }

  /** Shows the messages of a chat; the key tells one chat and person from another. */
  show(key, messages) {
    const { log } = this.#parts;
    const another = key !== this.#key;
    if (another) {
      this.#key = key;
      this.#shown.clear();
      log.replaceChildren();
      this.#atBottom = true;
    }
    log.setAttribute("aria-busy", String(another));
    const focused = focusWithin(log);
    const nodes = [];
    const shown = new Map();
    let before;
    messages.forEach((message, index) => {
      const day = dayName(message.date);
      if (before === undefined || day !== dayName(before.date)) nodes.push(this.#dayNode(day));
      const after = messages[index + 1];
      const kept = this.#shown.get(message.id);
      const print = JSON.stringify(message);
      const made = kept?.print === print ? kept.node : renderMessage(message, this.#actions);
      if (kept === undefined && !another) made.classList.add("fresh");
      made.classList.toggle("first", before?.name !== message.name || day !== dayName(before.date));
      made.classList.toggle("last", after?.name !== message.name);
      made.tabIndex = after === undefined ? 0 : -1;
      shown.set(message.id, { node: made, print });
      nodes.push(made);
      before = message;
    });
    this.#shown = shown;
    this.#place(nodes);
    if (this.#target && !this.#target.isConnected) this.#aim(undefined);
    if (this.#atBottom || (messages.at(-1)?.mine && nodes.at(-1)?.classList.contains("fresh"))) this.#toBottom();
    focused?.();
    log.removeAttribute("aria-busy");
  }

  #dayNode(day) {
    const kept = [...this.#parts.log.querySelectorAll(".day")].find((node) => node.textContent === day);
    return kept ?? element("div", { class: "day" }, element("span", {}, day));
  }

  /** Brings the list into the given order and touches only what changed, so that pictures and focus stay. */
  #place(nodes) {
    const { log } = this.#parts;
    const wanted = new Set(nodes);
    for (const child of [...log.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, index) => {
      if (log.children[index] !== node) log.insertBefore(node, log.children[index] ?? null);
    });
  }

  #toBottom(behavior = "instant") {
    const { log } = this.#parts;
    log.scrollTo({ top: log.scrollHeight, behavior });
  }

  #jump(id) {
    const node = this.#shown.get(id)?.node;
    if (node === undefined) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1300);
  }

  /** Puts the reply action beside a message. It stands outside the log, so that the log holds only what was sent. */
  #aim(message) {
    const { actions, log } = this.#parts;
    this.#target = message ?? undefined;
    actions.hidden = !message;
    if (!message) return;
    const stage = log.getBoundingClientRect();
    const place = message.querySelector(".bubble").getBoundingClientRect();
    const left = message.classList.contains("mine") ? place.left - 40 : place.right + 8;
    actions.style.left = `${Math.max(4, Math.min(stage.width - 40, left - stage.left))}px`;
    actions.style.top = `${Math.max(4, Math.min(stage.height - 40, place.top - stage.top))}px`;
  }

  #keyDown(event) {
    const message = event.target.closest(".message");
    if (message === null) return;
    if (event.key === "Escape") return this.#actions.leave();
    if (event.target !== message) return;
    const all = [...this.#shown.values()].map(({ node }) => node);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = all[all.indexOf(message) + step];
      if (next !== undefined) next.focus();
      else if (step > 0) this.#actions.leave();
    } else if (event.key === "r" || event.key === "R" || event.key === "Enter") {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.#actions.reply(Number(message.dataset.id));
    }
  }

  #listenForLongPress() {
    const { log } = this.#parts;
    let timer;
    const stop = () => clearTimeout(timer);
    log.addEventListener("pointerdown", (event) => {
      const message = event.target.closest(".message");
      if (event.pointerType === "mouse" || message === null || event.target.closest(".key")) return;
      timer = setTimeout(() => this.#actions.reply(Number(message.dataset.id)), LONG_PRESS);
    });
    for (const name of ["pointerup", "pointercancel", "pointermove", "scroll"]) log.addEventListener(name, stop);
    log.addEventListener("contextmenu", (event) => event.pointerType === "touch" && event.preventDefault());
  }
}

/** Remembers which part of which message has the focus; the answer puts it back when the message was drawn anew. */
function focusWithin(log) {
  const active = document.activeElement;
  const message = active?.closest?.(".message");
  if (!message || !log.contains(message)) return undefined;
  const index = [...message.querySelectorAll(".key")].indexOf(active);
  return () => {
    if (active.isConnected && log.contains(active)) return;
    const again = log.querySelector(`.message[data-id="${message.dataset.id}"]`);
    (again?.querySelectorAll(".key")[index] ?? again ?? document.getElementById("input"))?.focus({
      preventScroll: true,
    });
  };
}
