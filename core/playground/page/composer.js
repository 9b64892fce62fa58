/** The field at the bottom: text, reply bar, command menu and sending. */
import { CommandMenu } from "./command-menu.js";
import { icon } from "./dom.js";

/** The `keyCode` of the Enter that ends a composition in Safari, where `isComposing` is false by then. */
const COMPOSING = 229;

export class Composer {
  #parts;
  #menu;
  #send;
  #reply;
  #drafts = new Map();
  #key = "";

  /**
   * @param {Record<string, HTMLElement>} parts The elements of the page by id.
   * @param {(text: string, replyTo: number | undefined) => Promise<boolean>} send Sends; false when it did not work.
   */
  constructor(parts, send) {
    this.#parts = parts;
    this.#send = send;
    const { input, menu, commands, composer } = parts;
    commands.append(icon("commands"));
    parts.send.append(icon("send"));
    parts["reply-cancel"].append(icon("close"));
    this.#menu = new CommandMenu({
      list: menu,
      input,
      button: commands,
      complete: (command) => this.fill(`/${command} `),
    });
    input.addEventListener("input", () => this.#changed());
    input.addEventListener("keydown", (event) => this.#keyDown(event));
    input.addEventListener("blur", () => this.#menu.close());
    commands.addEventListener("mousedown", (event) => event.preventDefault());
    commands.addEventListener("click", () => {
      if (this.#menu.open) this.#menu.close();
      else this.fill("/");
    });
    parts["reply-cancel"].addEventListener("click", () => this.cancelReply());
    composer.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.#changed();
  }

  set commands(commands) {
    this.#menu.commands = commands;
  }

  /** Puts a text into the field and the cursor behind it. */
  fill(text) {
    const { input } = this.#parts;
    input.value = text;
    input.focus();
    input.setSelectionRange(text.length, text.length);
    this.#changed();
  }

  focus() {
    this.#parts.input.focus({ preventScroll: true });
  }

  /** Keeps what was typed in one chat and brings back what was typed in the other. */
  switchTo(key) {
    if (key === this.#key) return;
    this.#drafts.set(this.#key, this.#parts.input.value);
    this.#key = key;
    this.cancelReply(false);
    this.#parts.input.value = this.#drafts.get(key) ?? "";
    this.#changed();
    this.#menu.close();
  }

  /** Shows which message is being replied to. */
  startReply({ id, name, excerpt }) {
    this.#reply = id;
    this.#parts["reply-name"].textContent = `Reply to ${name}`;
    this.#parts["reply-excerpt"].textContent = excerpt;
    this.#parts["reply-bar"].hidden = false;
    this.focus();
  }

  cancelReply(focus = true) {
    this.#reply = undefined;
    this.#parts["reply-bar"].hidden = true;
    if (focus) this.focus();
  }

  async submit() {
    const { input } = this.#parts;
    const text = input.value.trim();
    if (text === "") return;
    const replyTo = this.#reply;
    input.value = "";
    this.cancelReply();
    this.#menu.close();
    this.#changed();
    if (!(await this.#send(text, replyTo)) && input.value === "") this.fill(text);
  }

  #keyDown(event) {
    if (this.#menu.key(event)) {
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== COMPOSING) {
      event.preventDefault();
      void this.submit();
    } else if (event.key === "Escape" && this.#reply !== undefined) {
      this.cancelReply();
    } else if (event.key === "ArrowUp" && this.#parts.input.value === "") {
      event.preventDefault();
      this.#parts.log.querySelector(".message:last-of-type")?.focus();
    }
  }

  #changed() {
    const { input, send } = this.#parts;
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
    send.disabled = input.value.trim() === "";
    this.#menu.update();
  }
}
