import type { Entity } from "./protocol.ts";

/** Entities that may overlap each other and be cut (Bot API, MessageEntity). */
const splittable = new Set(["bold", "italic", "underline", "strikethrough", "spoiler"]);
const quotes = new Set(["blockquote", "expandable_blockquote"]);
const verbatim = new Set(["code", "pre"]);

/** Which of two entities with the same place comes first, as Telegram's library has it. */
const ranks: Readonly<Record<string, number>> = {
  blockquote: 0,
  expandable_blockquote: 0,
  pre: 11,
  code: 20,
  text_link: 49,
  text_mention: 49,
  bold: 90,
  italic: 91,
  underline: 92,
  strikethrough: 93,
  spoiler: 94,
};
const rankOf = ({ type }: Entity) => ranks[type] ?? 50;
const endOf = ({ offset, length }: Entity) => offset + length;

/** Entities in Telegram's order: by their beginning, the longer first. */
function sortEntities(entities: readonly Entity[]): Entity[] {
  return entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length || rankOf(a) - rankOf(b));
}

/** Leaves out what overlaps an earlier one. */
function apart(sorted: readonly Entity[]): Entity[] {
  let end = 0;
  return sorted.filter((entity) => {
    if (entity.offset < end) return false;
    end = endOf(entity);
    return true;
  });
}

/** Leaves out what crosses the edge of a quote, or holds one. Both lists are sorted and do not overlap themselves. */
function withinQuotes(entities: readonly Entity[], sortedQuotes: readonly Entity[]): Entity[] {
  let next = 0;
  return entities.filter((entity) => {
    while (next < sortedQuotes.length && endOf(sortedQuotes[next] ?? entity) <= entity.offset) next++;
    const quote = sortedQuotes[next];
    return !quote || endOf(entity) <= quote.offset || (entity.offset >= quote.offset && endOf(entity) <= endOf(quote));
  });
}

/** Joins what overlaps or touches, for one type. */
function joined(sorted: readonly Entity[]): Entity[] {
  const found: Entity[] = [];
  for (const entity of sorted) {
    const last = found.at(-1);
    if (last && entity.offset <= endOf(last))
      found[found.length - 1] = { ...last, length: Math.max(endOf(last), endOf(entity)) - last.offset };
    else found.push(entity);
  }
  return found;
}

/** Cuts the places of code out of an entity. Code is sorted and does not overlap itself. */
function around(entity: Entity, code: readonly Entity[]): Entity[] {
  const pieces: Entity[] = [];
  let from = entity.offset;
  for (const hole of code) {
    if (hole.offset >= endOf(entity)) break;
    if (hole.offset > from) pieces.push({ ...entity, offset: from, length: hole.offset - from });
    from = Math.max(from, endOf(hole));
  }
  if (from < endOf(entity)) pieces.push({ ...entity, offset: from, length: endOf(entity) - from });
  return pieces;
}

/**
 * Settles entities that contradict each other, as Telegram does without a word: links do not stand inside of links,
 * quotes not inside of quotes, and nothing inside of code.
 *
 * @param most Entities kept; links, code and quotes come before styles.
 */
export function settleEntities(entities: readonly Entity[], most: number): Entity[] {
  const sorted = sortEntities(entities.filter(({ length }) => length > 0));
  const quoted = apart(sorted.filter(({ type }) => quotes.has(type)));
  const whole = withinQuotes(apart(sorted.filter(({ type }) => !splittable.has(type) && !quotes.has(type))), quoted);
  const code = whole.filter(({ type }) => verbatim.has(type));
  const styles = [...splittable].flatMap((type) =>
    joined(sorted.filter((entity) => entity.type === type)).flatMap((entity) => around(entity, code)),
  );
  return sortEntities([...sortEntities([...whole, ...quoted]), ...sortEntities(styles)].slice(0, most));
}

/** Adds what Telegram found by itself, unless it overlaps a link or code or crosses the edge of a quote. */
export function addDetected(own: readonly Entity[], detected: readonly Entity[]): Entity[] {
  const whole = own.filter(({ type }) => !splittable.has(type) && !quotes.has(type));
  const quoted = own.filter(({ type }) => quotes.has(type));
  let next = 0;
  const free = detected.filter((entity) => {
    while (next < whole.length && endOf(whole[next] ?? entity) <= entity.offset) next++;
    const other = whole[next];
    return !other || endOf(entity) <= other.offset;
  });
  return sortEntities([...own, ...withinQuotes(free, quoted)]);
}
