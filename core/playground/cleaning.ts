import type { Parsed } from "./html.ts";

/** Characters Telegram drops: carriage return, separators and direction overrides, three combining marks. */
const dropped = new Set([0x0d, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x0333, 0x033f, 0x030a]);
const LINE_FEED = 0x0a;
const SPACE = 0x20;

/** Characters that show nothing, by their first and last code points: white space of every width, marks, tags. */
const blanks: readonly (readonly [first: number, last: number])[] = [
  [0x0a, 0x0a],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200f],
  [0x202e, 0x202f],
  [0x205f, 0x205f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
  [0xfffc, 0xfffc],
  [0xe0000, 0xe007f],
];

/** Tells whether a text shows nothing, so that Telegram takes it for none. */
export function isBlank(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (!blanks.some(([first, last]) => code >= first && code <= last)) return false;
  }
  return true;
}

/** Makes control characters spaces, drops what Telegram drops, and moves the entities along. */
export function cleanText({ text, entities }: Parsed): Parsed {
  /** Where each character of the old text stands in the new one. */
  const places = new Uint32Array(text.length + 1);
  let cleaned = "";
  let from = 0;
  let gone = 0;
  for (let at = 0; at < text.length; at++) {
    places[at] = at - gone;
    const code = text.charCodeAt(at);
    const drop = dropped.has(code);
    if (!drop && (code >= SPACE || code === LINE_FEED)) continue;
    cleaned += text.slice(from, at) + (drop ? "" : " ");
    from = at + 1;
    if (drop) gone++;
  }
  places[text.length] = text.length - gone;
  const place = (offset: number) => places[offset] ?? 0;
  return {
    // Of several direction marks in a row only the last one is kept.
    text: (cleaned + text.slice(from)).replace(/[\u200e\u200f](?=[\u200e\u200f])/g, "\u200c"),
    entities:
      gone === 0
        ? entities
        : entities.map((entity) => {
            const offset = place(entity.offset);
            return { ...entity, offset, length: place(entity.offset + entity.length) - offset };
          }),
  };
}

/**
 * Cuts spaces and line breaks at both ends as Telegram does: at the end always, at the beginning only
 * where no entity stands yet. The entities are sorted.
 */
export function trimText({ text, entities }: Parsed): Parsed {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\n")) end--;
  const first = entities[0]?.offset ?? end;
  let cut = 0;
  while (cut < Math.min(first, end) && (text[cut] === " " || text[cut] === "\n")) cut++;
  if (cut === 0 && end === text.length) return { text, entities };
  return {
    text: text.slice(cut, end),
    entities: entities.flatMap((entity) => {
      const length = Math.min(entity.length, end - entity.offset);
      return length > 0 ? [{ ...entity, offset: entity.offset - cut, length }] : [];
    }),
  };
}
