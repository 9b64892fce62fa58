import type { Entity } from "./protocol.ts";
import { badRequest } from "./refusal.ts";

/** A text without markup, and what the markup said. */
export interface Parsed {
  readonly text: string;
  readonly entities: readonly Entity[];
}

const types: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  "tg-spoiler": "spoiler",
  a: "text_link",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  span: "span",
  "tg-emoji": "custom_emoji",
};

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

interface Open {
  readonly tag: string;
  readonly offset: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** Where the tag began, in bytes, for the refusal. */
  readonly byte: number;
}

function refuse(reason: string): never {
  throw badRequest(`can't parse entities: ${reason}`);
}

function decode(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot));?/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name) return named[name.toLowerCase()] ?? whole;
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
    },
  );
}

function entityOf({ tag, attributes }: Open, inner: string): Pick<Entity, "type" | "url" | "language"> | undefined {
  if (tag === "a") {
    const url = attributes.href ?? inner;
    // A link that leads nowhere is no entity; Telegram keeps the text.
    const whole = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `http://${url}`;
    return URL.canParse(whole) && /^(https?|tg|mailto|tel|ton):/i.test(whole)
      ? { type: "text_link", url: whole }
      : undefined;
  }
  if (tag === "blockquote" && "expandable" in attributes) return { type: "expandable_blockquote" };
  if (tag === "span") return { type: "spoiler" };
  const language = /^language-(.+)$/.exec(attributes.class ?? "")?.[1];
  if (tag === "code" && language) return { type: "code", language };
  return { type: types[tag] ?? tag };
}

/**
 * Parses Telegram's HTML (Bot API, "HTML style"), with Telegram's own refusals.
 *
 * @throws Refusal `Bad Request: can't parse entities: …`.
 */
export function parseHtml(source: string): Parsed {
  let text = "";
  const entities: Entity[] = [];
  const open: Open[] = [];
  let at = 0;
  const byteAt = (index: number) => Buffer.byteLength(source.slice(0, index));

  while (at < source.length) {
    const next = source.indexOf("<", at);
    text += decode(source.slice(at, next === -1 ? source.length : next));
    if (next === -1) break;
    const byte = byteAt(next);
    if (source[next + 1] === "/") {
      const end = /^<\/([^\s>]*)\s*>/.exec(source.slice(next));
      if (!end) refuse(`Unclosed end tag at byte offset ${byte}`);
      const name = (end[1] ?? "").toLowerCase();
      const start = open.pop();
      if (!start) refuse(`Unexpected end tag at byte offset ${byte}`);
      if (name !== "" && name !== start.tag) {
        refuse(`Unmatched end tag at byte offset ${byte}, expected "</${start.tag}>", found "</${name}>"`);
      }
      const entity = entityOf(start, text.slice(start.offset));
      if (entity && text.length > start.offset)
        entities.push({ ...entity, offset: start.offset, length: text.length - start.offset });
      at = next + end[0].length;
      continue;
    }
    const start = /^<([^\s/>]*)((?:\s+[^\s=>/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*>/.exec(
      source.slice(next),
    );
    const tag = (/^<([^\s/>]*)/.exec(source.slice(next))?.[1] ?? "").toLowerCase();
    if (!(tag in types)) refuse(`Unsupported start tag "${tag}" at byte offset ${byte}`);
    if (!start) refuse(`Unclosed start tag at byte offset ${byte}`);
    const attributes: Record<string, string> = {};
    for (const [, name = "", double, single, bare] of (start[2] ?? "").matchAll(
      /([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g,
    )) {
      attributes[name.toLowerCase()] = decode(double ?? single ?? bare ?? "");
    }
    if (tag === "span" && attributes.class !== "tg-spoiler")
      refuse(`Tag "span" must have class "tg-spoiler" at byte offset ${byte}`);
    open.push({ tag, offset: text.length, attributes, byte });
    at = next + start[0].length;
  }
  const left = open.pop();
  if (left) refuse(`Can't find end tag corresponding to start tag "${left.tag}"`);
  return trim({ text, entities: entities.sort((a, b) => a.offset - b.offset || b.length - a.length) });
}

/** Cuts white space at both ends, as Telegram does, and moves the entities along. */
export function trim({ text, entities }: Parsed): Parsed {
  const cut = text.length - text.trimStart().length;
  const trimmed = text.trim();
  const moved = entities.flatMap((entity) => {
    const from = Math.max(0, entity.offset - cut);
    const to = Math.min(trimmed.length, entity.offset - cut + entity.length);
    return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
  });
  return { text: trimmed, entities: moved };
}

const detected: readonly (readonly [type: string, pattern: RegExp])[] = [
  ["url", /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)'\]]/gi],
  ["bot_command", /(?<![\w/])\/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])/g],
  ["mention", /(?<!\w)@\w{4,32}\b/g],
  ["hashtag", /(?<![\w#])#[\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*/gu],
];

/** What Telegram finds in a text by itself: links, commands, mentions, hashtags. */
export function detectEntities(text: string): readonly Entity[] {
  const found: Entity[] = [];
  for (const [type, pattern] of detected) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      const overlaps = found.some(
        ({ offset, length }) => entity.offset < offset + length && offset < entity.offset + entity.length,
      );
      if (!overlaps) found.push(entity);
    }
  }
  return found.sort((a, b) => a.offset - b.offset);
}
