/** Small pieces for making elements: everything on the page is made by these, never by HTML from data. */

/**
 * Makes an element.
 * @param {string} tag The element's name.
 * @param {Record<string, unknown>} [attributes] Attributes; `on…` functions become listeners, undefined and false are left out.
 * @param {...(Node | string)} children What stands inside.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  commands: "M9 19L15 5",
  down: "M6 9l6 6 6-6",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  reply: "M10 6L4 12l6 6M4 12h9a7 7 0 0 1 7 7",
  send: "M5 12h14M13 6l6 6-6 6",
  sun: "M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6l1.5 1.5M16.9 16.9l1.5 1.5M5.6 18.4l1.5-1.5M16.9 7.1l1.5-1.5M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0z",
};

/** Makes one of the page's own icons. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A round picture with the initials of a name, coloured by the name. */
export function avatar(name, size = "") {
  const made = element("span", { class: `avatar ${size}`.trim(), "aria-hidden": "true" });
  paintAvatar(made, name);
  return made;
}

/** Puts initials and colour of a name into an existing avatar. */
export function paintAvatar(target, name) {
  target.textContent = initials(name);
  target.style.setProperty("--hue", String(hueOf(name)));
}

/** A colour angle for a name, always the same one. */
export function hueOf(name) {
  let hash = 7;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return (hash * 47) % 360;
}

function initials(name) {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((word) => [...word][0].toUpperCase()).join("");
}

/** Hours and minutes of a Unix time in seconds. */
export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

/** "Today", "Yesterday" or the date of a Unix time in seconds. */
export function dayName(seconds) {
  const day = new Date(seconds * 1000).setHours(0, 0, 0, 0);
  const ago = Math.round((new Date().setHours(0, 0, 0, 0) - day) / 86_400_000);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  return new Date(day).toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}
