/** A message's photo: its frame, and how high that is. */
import { element } from "./dom.js";

/** A photo is not made lower than this, in px, for the sake of the text below it. */
const LEAST = 200;
/** What a message leaves free of the view, in px. */
const MARGIN = 20;
/** How much of the view a photo takes when its message is too long to be seen at once. */
const SHARE = 0.42;

/**
 * Renders a photo as a link to the picture itself.
 * @param {{url: string, width: number, height: number}} photo
 * @param {string} text The message's text; its first line names the photo.
 */
export function renderPhoto({ url, width, height }, text) {
  const firstLine = text.split("\n", 1)[0].trim();
  const image = element("img", {
    src: url,
    width,
    height,
    alt: firstLine === "" ? "Photo" : `Photo: ${firstLine.slice(0, 120)}`,
    decoding: "async",
    draggable: "false",
  });
  const frame = element(
    "a",
    {
      class: "photo",
      href: url,
      target: "_blank",
      rel: "noopener",
      style: `--picture: url("${url}"); --shape: ${width} / ${height}`,
    },
    image,
  );
  image.addEventListener("error", () => frame.classList.add("broken"));
  return frame;
}

/**
 * Makes photos as high as lets each message be seen whole, where that leaves enough of the photo.
 * @param {HTMLElement[]} messages The messages' elements, laid out.
 * @param {number} view The height of the view in px.
 */
export function fitPhotos(messages, view) {
  const fitted = messages.flatMap((message) => {
    const frame = message.querySelector(".photo");
    if (frame === null) return [];
    const [width, height] = ["width", "height"].map((name) => Number(frame.firstChild.getAttribute(name)));
    const whole = (frame.clientWidth * height) / width;
    const left = view - MARGIN - (message.offsetHeight - frame.offsetHeight);
    return { frame, height: Math.min(whole, left >= LEAST ? left : view * SHARE) };
  });
  // Written after all is read, so that the list is laid out once.
  for (const { frame, height } of fitted) frame.style.height = `${Math.round(height)}px`;
}
