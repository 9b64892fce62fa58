/** The line under a chat's name: what kind of chat it is, or that the bot is typing. */
import { element } from "./dom.js";

/** How long a typing action lasts, in ms (Bot API, sendChatAction). */
const LASTS = 5000;

export class Typing {
  #line;
  #timer;
  #status = "";

  /** @param {HTMLElement} line */
  constructor(line) {
    this.#line = line;
  }

  begin() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), LASTS);
    this.draw();
  }

  end() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.draw();
  }

  /** @param {string} status What stands there while nobody is typing. */
  draw(status = this.#status) {
    this.#status = status;
    const busy = this.#timer !== undefined;
    const shown = busy ? "typing" : status;
    if (this.#line.dataset.shown === shown) return;
    this.#line.dataset.shown = shown;
    this.#line.classList.toggle("busy", busy);
    this.#line.replaceChildren(shown);
    const dot = () => element("i");
    if (busy) this.#line.append(element("span", { class: "typing", "aria-hidden": "true" }, dot(), dot(), dot()));
  }
}
