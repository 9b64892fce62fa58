/** The menu of commands above the field: opens at `/`, is narrowed by what is typed, and completes. */
import { element } from "./dom.js";

export class CommandMenu {
  #list;
  #input;
  #button;
  #complete;
  #commands = [];
  #shown = [];
  /** The entry chosen with the arrows; -1 as long as none is. */
  #chosen = -1;

  /**
   * @param {{list: HTMLElement, input: HTMLTextAreaElement, button: HTMLElement, complete: (command: string) => void}} parts
   */
  constructor({ list, input, button, complete }) {
    this.#list = list;
    this.#input = input;
    this.#button = button;
    this.#complete = complete;
    button.hidden = true;
  }

  /** The commands the bot has set: `{command, description}` each. */
  set commands(commands) {
    this.#commands = commands;
    this.#button.hidden = commands.length === 0;
    if (this.open) this.update();
  }

  get open() {
    return !this.#list.hidden;
  }

  /** Shows what fits the text before the first space, or nothing. */
  update() {
    const typed = /^\/([a-z0-9_]*)$/i.exec(this.#input.value);
    const start = typed?.[1]?.toLowerCase();
    this.#shown = start === undefined ? [] : this.#commands.filter(({ command }) => command.startsWith(start));
    this.#draw();
    this.#choose(-1);
  }

  close() {
    this.#shown = [];
    this.#draw();
    this.#choose(-1);
  }

  /** Handles a key while the menu is open; true when the key is used up. */
  key(event) {
    if (!this.open || event.isComposing) return false;
    const count = this.#shown.length;
    switch (event.key) {
      case "ArrowDown":
        this.#choose((this.#chosen + 1) % count);
        return true;
      case "ArrowUp":
        this.#choose(this.#chosen > 0 ? this.#chosen - 1 : count - 1);
        return true;
      case "Escape":
        this.close();
        return true;
      case "Tab":
        return !event.shiftKey && this.#take(Math.max(this.#chosen, 0));
      case "Enter":
        return !event.shiftKey && this.#take(this.#chosen);
      default:
        return false;
    }
  }

  #take(index) {
    const taken = this.#shown[index];
    if (taken === undefined) return false;
    this.close();
    this.#complete(taken.command);
    return true;
  }

  #choose(index) {
    this.#chosen = index;
    const options = [...this.#list.children];
    for (const [at, option] of options.entries()) option.setAttribute("aria-selected", String(at === index));
    const option = options[index];
    if (option === undefined) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", option.id);
    option?.scrollIntoView({ block: "nearest" });
  }

  #draw() {
    const open = this.#shown.length > 0;
    this.#list.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    this.#list.replaceChildren(
      ...this.#shown.map(({ command, description }, index) =>
        element(
          "div",
          {
            id: `command-${command}`,
            role: "option",
            // Or the field would lose its focus.
            onmousedown: (event) => event.preventDefault(),
            onclick: () => this.#take(index),
          },
          element("b", {}, `/${command}`),
          element("span", {}, description),
        ),
      ),
    );
  }
}
