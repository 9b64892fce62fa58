/** The menu of commands above the field: opens at `/`, is narrowed by what is typed, and completes. */
import { element } from "./dom.js";

export class CommandMenu {
  #list;
  #input;
  #button;
  #complete;
  #commands = [];
  #shown = [];
  #chosen = -1;
  #byArrow = false;

  /**
   * @param {{list: HTMLElement, input: HTMLTextAreaElement, button: HTMLElement, complete: (command: string) => void}} parts
   */
  constructor({ list, input, button, complete }) {
    this.#list = list;
    this.#input = input;
    this.#button = button;
    this.#complete = complete;
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
    this.#byArrow = false;
    this.#chosen = this.#shown.length > 0 ? 0 : -1;
    this.#draw();
  }

  close() {
    this.#shown = [];
    this.#chosen = -1;
    this.#byArrow = false;
    this.#draw();
  }

  /** Handles a key while the menu is open; true when the key is used up. */
  key(event) {
    if (!this.open || event.isComposing) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      // The first press of an arrow marks the first (or last) entry, later ones move on from there.
      const from = this.#byArrow ? this.#chosen : step > 0 ? -1 : 0;
      this.#chosen = (from + step + this.#shown.length) % this.#shown.length;
      this.#byArrow = true;
      this.#draw();
      return true;
    }
    if (event.key === "Tab" && !event.shiftKey) return this.#take();
    if (event.key === "Enter" && !event.shiftKey && this.#byArrow) return this.#take();
    if (event.key === "Escape") {
      this.close();
      return true;
    }
    return false;
  }

  #take() {
    const chosen = this.#shown[this.#chosen];
    if (chosen === undefined) return false;
    this.close();
    this.#complete(chosen.command);
    return true;
  }

  #draw() {
    const open = this.#shown.length > 0;
    this.#list.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    this.#list.replaceChildren(
      ...this.#shown.map(({ command, description }, index) => {
        const option = element(
          "div",
          { id: `command-${command}`, role: "option", "aria-selected": String(index === this.#chosen) },
          element("b", {}, `/${command}`),
          element("span", {}, description),
        );
        // Before the field would lose its focus.
        option.addEventListener("pointerdown", (event) => event.preventDefault());
        option.addEventListener("click", () => {
          this.#chosen = index;
          this.#take();
        });
        return option;
      }),
    );
    const active = this.#byArrow ? this.#shown[this.#chosen] : undefined;
    if (active === undefined) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", `command-${active.command}`);
    this.#list.children[this.#chosen]?.scrollIntoView({ block: "nearest" });
  }
}
