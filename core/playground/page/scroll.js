/** Where the list of messages stands: it follows what is new until the person scrolls away, and then stays in place. */

/** So near to the end, in px, one still follows. */
const NEAR = 80;
/** What is left free, in px, above a message that is brought into view. */
const GAP = 8;

export class Scroll {
  #log;
  /** `end`: at the end; `start`: at the start of the newest message, which is higher than the view; `free`: elsewhere. */
  #place = "end";
  #start = 0;

  /**
   * @param {HTMLElement} log The element that scrolls.
   * @param {{onMove: (atEnd: boolean) => void, onResize: () => void}} listener
   */
  constructor(log, { onMove, onResize }) {
    this.#log = log;
    log.addEventListener("scroll", () => {
      const stayed = this.#place === "start" && Math.abs(log.scrollTop - this.#start) < 2;
      if (!stayed) this.#place = this.#atEnd ? "end" : "free";
      onMove(this.#atEnd);
    });
    new ResizeObserver(() => {
      const place = this.#place;
      this.keep(onResize);
      if (place === "start") this.reveal(log.lastElementChild);
      onMove(this.#atEnd);
    }).observe(log);
  }

  get #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** Whether what is new comes into view by itself. */
  get follows() {
    return this.#place !== "free";
  }

  toEnd(behavior = "instant") {
    this.#place = "end";
    this.#log.scrollTo({ top: this.#log.scrollHeight, behavior });
  }

  /** Shows the newest message: from its start when it is higher than the view, otherwise the end of the list. */
  reveal(newest) {
    if (newest && newest.offsetHeight > this.#log.clientHeight - GAP) {
      this.toStart(newest);
      this.#place = "start";
    } else this.toEnd();
  }

  /** Brings the start of a message to the top. */
  toStart(message) {
    this.#log.scrollTop = message.offsetTop - GAP;
    this.#start = this.#log.scrollTop;
  }

  /** Whether the start of a message is above the view. */
  isAbove(message) {
    return message.offsetTop < this.#log.scrollTop;
  }

  /** Makes a change; what is in view stays where it is, and who was at the end stays there. */
  keep(change) {
    const { scrollTop } = this.#log;
    // First those whose start is in view, then the one that reaches into it from above.
    const anchors = [...this.#log.children]
      .filter((node) => node.dataset.id !== undefined && node.offsetTop + node.offsetHeight > scrollTop)
      .map((node) => ({ id: node.dataset.id, top: node.offsetTop - scrollTop }));
    if (anchors[0]?.top < 0) anchors.push(anchors.shift());
    change();
    if (this.#place === "end") return this.toEnd();
    for (const { id, top } of anchors) {
      const node = this.#log.querySelector(`[data-id="${id}"]`);
      if (node === null) continue;
      this.#log.scrollTop = node.offsetTop - top;
      this.#start = this.#log.scrollTop;
      return;
    }
  }
}
