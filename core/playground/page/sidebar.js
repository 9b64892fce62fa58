/** The left column: the chats of the person, and the people one can write as. */
import { avatar, clock, element } from "./dom.js";
import { excerptOf } from "./message.js";

/** Draws the list of chats. */
export function drawChats(list, chats, open) {
  redraw(list, chats, ({ id, type, title, current, last, unread }) => {
    const from = last?.mine ? "You: " : type === "group" ? `${last?.name}: ` : "";
    const lines = element(
      "span",
      { class: "lines" },
      element(
        "span",
        { class: "top" },
        element("strong", {}, title),
        last ? element("time", {}, clock(last.date)) : "",
      ),
      element("span", { class: "last", dir: "auto" }, last ? from + excerptOf(last) : "Nothing here yet"),
    );
    const made = element(
      "button",
      { type: "button", "aria-current": current ? "true" : undefined, onclick: () => open(id) },
      avatar(title),
      lines,
    );
    if (unread > 0 && !current)
      made.append(element("span", { class: "unread", "aria-label": `${unread} unread` }, String(unread)));
    return element("li", {}, made);
  });
}

/** Draws the people; arrows move between them, as in any group of radio buttons. */
export function drawPeople(group, people, choose) {
  redraw(group, people, ({ id, name, role, current }) =>
    element(
      "button",
      {
        type: "button",
        role: "radio",
        "aria-checked": String(current),
        tabindex: current ? 0 : -1,
        title: role,
        onclick: () => choose(id),
        onkeydown: (event) => {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          const next = people[(people.findIndex((each) => each.id === id) + step + people.length) % people.length];
          choose(next.id);
          group.querySelector("[aria-checked=true]")?.focus();
        },
      },
      avatar(name, "small"),
      name,
    ),
  );
}

/** Draws a list anew when its content changed, keeping the focus on the same place. */
function redraw(target, items, render) {
  const print = JSON.stringify(items);
  if (target.dataset.shown === print) return;
  target.dataset.shown = print;
  const index = [...target.querySelectorAll("button")].indexOf(document.activeElement);
  target.replaceChildren(...items.map(render));
  if (index >= 0) target.querySelectorAll("button")[index]?.focus();
}
