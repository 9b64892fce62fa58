/** The button beside a message that starts a reply to it: under the pointer, with the focus, or after a tap. */
import { icon } from "./dom.js";

/** How long a finger rests on a message, in ms, until that is a reply. */
const LONG_PRESS = 450;

export class ReplyAction {
  #place;
  #log;
  #message;

  /**
   * @param {Record<string, HTMLElement>} parts The elements of the page by id.
   * @param {(id: number) => void} reply
   */
  constructor({ actions, log, reply: button }, reply) {
    this.#place = actions;
    this.#log = log;
    button.append(icon("reply"));
    button.addEventListener("click", () => this.#message && reply(Number(this.#message.dataset.id)));
    log.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse") this.aim(event.target.closest(".message"));
    });
    log.addEventListener("click", (event) => {
      if (event.pointerType !== "mouse" && !event.target.closest("a[href], button, [role=button], .expandable"))
        this.aim(event.target.closest(".message"));
    });
    actions.parentElement.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.aim(undefined);
    });
    log.addEventListener("focusin", (event) =>
      this.aim(event.target.matches(":focus-visible") ? event.target.closest(".message") : undefined),
    );
    this.#listenForLongPress(reply);
  }

  /** Puts the button beside a message. It stands outside the log, so that the log holds only what was sent. */
  aim(message) {
    this.#message = message ?? undefined;
    this.#place.hidden = !message;
    if (!message) return;
    const stage = this.#log.getBoundingClientRect();
    const bubble = message.querySelector(".bubble").getBoundingClientRect();
    const left = message.classList.contains("mine") ? bubble.left - 40 : bubble.right + 8;
    this.#place.style.left = `${Math.max(4, Math.min(stage.width - 40, left - stage.left))}px`;
    this.#place.style.top = `${Math.max(4, Math.min(stage.height - 40, bubble.top - stage.top))}px`;
  }

  /** Takes the button away when its message is gone. */
  check() {
    if (this.#message && !this.#message.isConnected) this.aim(undefined);
  }

  #listenForLongPress(reply) {
    let timer;
    this.#log.addEventListener("pointerdown", (event) => {
      const message = event.target.closest(".message");
      if (event.pointerType === "mouse" || message === null || event.target.closest(".key, a[href]")) return;
      timer = setTimeout(() => reply(Number(message.dataset.id)), LONG_PRESS);
    });
    for (const name of ["pointerup", "pointercancel", "pointermove", "scroll"])
      this.#log.addEventListener(name, () => clearTimeout(timer));
    this.#log.addEventListener("contextmenu", (event) => {
      if (event.pointerType === "touch" && !event.target.closest("a[href]")) event.preventDefault();
    });
  }
}
