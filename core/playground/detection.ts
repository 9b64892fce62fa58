import type { Entity } from "./protocol.ts";

const patterns: readonly (readonly [type: string, pattern: RegExp])[] = [
  ["url", /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)'\]]/gi],
  ["email", /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
  ["bot_command", /(?<![\p{L}\p{N}_/<>])\/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu],
  ["mention", /(?<![\p{L}\p{N}_])@[a-zA-Z0-9_]{4,32}(?![\p{L}\p{N}_])/gu],
  ["hashtag", /(?<![\w#])#[\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*/gu],
];

/** What Telegram finds in a text by itself: links, addresses, commands, mentions, hashtags. Sorted, apart. */
export function detectEntities(text: string): readonly Entity[] {
  const found = patterns.flatMap(([type, pattern]) =>
    Array.from(text.matchAll(pattern), (match) => ({ type, offset: match.index, length: match[0].length })),
  );
  let end = 0;
  return found
    .sort((a, b) => a.offset - b.offset)
    .filter(({ offset, length }) => {
      if (offset < end) return false;
      end = offset + length;
      return true;
    });
}
