import { checkLink } from "./links.ts";
import type { Entity, Person } from "./protocol.ts";
import { reference, withoutReferences } from "./references.ts";
import { badRequest } from "./refusal.ts";

/** A text without markup, and what the markup said. */
export interface Parsed {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** Tags by what they mean; `span` means a spoiler when its class says so. */
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
  span: "spoiler",
  a: "text_link",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  "tg-emoji": "custom_emoji",
};

/** What stands behind the last character; it counts as white space. */
const END = "\0";
const isSpace = (character: string) => character === END || " \t\r\n\v".includes(character);

interface Open {
  readonly tag: string;
  readonly offset: number;
  /** What the tag's one meaningful attribute says: `href`, the language, the emoji's id, or that it expands. */
  readonly argument: string;
}

/** The attribute that means something to a tag, with what has to stand before its value. */
const meaningful: Readonly<Record<string, readonly [attribute: string, prefix: string]>> = {
  a: ["href", ""],
  code: ["class", "language-"],
  span: ["class", "tg-"],
  "tg-emoji": ["emoji-id", ""],
};

/**
 * Parses Telegram's HTML (Bot API, "HTML style") as its own parser does, with its own refusals. The entities
 * come in the order their tags end; they may contradict each other.
 *
 * @param person Looks up whom a `tg://user?id=` link names.
 * @throws Refusal `Bad Request: can't parse entities: …`; offsets in bytes of UTF-8.
 */
export function parseHtml(source: string, person: (id: number) => Person | undefined = () => undefined): Parsed {
  let text = "";
  let broken = false;
  const entities: Entity[] = [];
  const open: Open[] = [];
  let at = 0;
  const here = () => source[at] ?? END;
  const refuse = (reason: string): never => {
    throw badRequest(`Can't parse entities: ${reason}`);
  };
  const refuseAt = (reason: string, index: number) =>
    refuse(`${reason} at byte offset ${Buffer.byteLength(source.slice(0, index))}`);
  const skipSpace = () => {
    while (at < source.length && isSpace(here())) at++;
  };

  /** Reads a value in quotes or a bare token, from behind the equal sign. */
  const value = (begin: number): string => {
    const quote = here();
    let read = "";
    if (quote !== "'" && quote !== '"') {
      const first = at;
      while (/[a-zA-Z0-9.-]/.test(here())) at++;
      if (!isSpace(here()) && here() !== ">") refuseAt("Unexpected end of name token", first);
      read = source.slice(first, at).toLowerCase();
    } else {
      at++;
      const closing = source.indexOf(quote, at);
      const end = closing === -1 ? source.length : closing;
      read = withoutReferences(source.slice(at, end));
      at = end;
      if (here() === quote) at++;
    }
    if (at >= source.length) refuseAt("Unclosed start tag", begin);
    return read;
  };

  /** Reads a tag's attributes up to its end. */
  const argumentOf = (tag: string, begin: number): string => {
    let argument = "";
    while (here() !== ">") {
      skipSpace();
      if (here() === ">") break;
      const first = at;
      while (!isSpace(here()) && !"=>/\"'".includes(here())) at++;
      const name = source.slice(first, at);
      if (name === "") refuseAt(`Empty attribute name in the tag "${tag}"`, begin);
      skipSpace();
      const expands = tag === "blockquote" && name === "expandable";
      if (here() !== "=") {
        if (at >= source.length) refuseAt(`Unclosed start tag "${tag}"`, begin);
        if (expands) argument = "1";
        continue;
      }
      at++;
      skipSpace();
      if (at >= source.length) refuseAt(`Unclosed start tag "${tag}"`, begin);
      const given = value(begin);
      const [attribute, prefix = ""] = meaningful[tag] ?? [];
      if (name === attribute && given.startsWith(prefix)) argument = given.slice(prefix.length);
      if (expands) argument = "1";
    }
    return argument;
  };

  const startTag = (begin: number) => {
    while (!isSpace(here()) && here() !== ">") at++;
    if (at >= source.length) refuseAt("Unclosed start tag", begin);
    const tag = source.slice(begin + 1, at).toLowerCase();
    if (!Object.hasOwn(types, tag)) refuseAt(`Unsupported start tag "${tag}"`, begin);
    const argument = argumentOf(tag, begin);
    if (tag === "span" && argument !== "spoiler") refuseAt('Tag "span" must have class "tg-spoiler"', begin);
    open.push({ tag, offset: text.length, argument });
    at++;
  };

  const endTag = (begin: number) => {
    const start = open.pop() ?? refuseAt("Unexpected end tag", begin);
    while (!isSpace(here()) && here() !== ">") at++;
    const name = source.slice(begin + 2, at).toLowerCase();
    skipSpace();
    if (here() !== ">") refuseAt("Unclosed end tag", begin);
    if (name !== "" && name !== start.tag)
      refuse(
        `Unmatched end tag at byte offset ${Buffer.byteLength(source.slice(0, begin))}, expected "</${start.tag}>", found "</${name}>"`,
      );
    if (text.length > start.offset) close(start);
    at++;
  };

  const close = ({ tag, offset, argument }: Open) => {
    const place = { offset, length: text.length - offset };
    const last = entities.at(-1);
    const same = last?.offset === place.offset && last.length === place.length ? last : undefined;
    if (tag === "tg-emoji") {
      if (!/^-?\d+$/.test(argument) || Number(argument) === 0) refuse("Invalid custom emoji identifier specified");
      // Only bots with a bought username may send these; for others the text stands alone.
    } else if (tag === "a") {
      const href = argument === "" ? text.slice(offset) : argument;
      const id = /^tg:(?:\/\/)?user\?(?:.*&)?id=(\d+)/i.exec(href)?.[1];
      const user = id === undefined ? undefined : person(Number(id));
      const link = checkLink(href);
      if (user) entities.push({ type: "text_mention", ...place, user });
      // A link that leads nowhere is none; the text stays.
      else if (id === undefined && "url" in link) entities.push({ type: "text_link", ...place, url: link.url });
    } else if (tag === "pre" && same?.type === "code" && same.language !== undefined) {
      entities[entities.length - 1] = { ...same, type: "pre" };
    } else if (tag === "code" && same?.type === "pre" && argument !== "") {
      entities[entities.length - 1] = { ...same, language: argument };
    } else if (tag === "blockquote" && argument !== "") {
      entities.push({ type: "expandable_blockquote", ...place });
    } else {
      const language = tag === "code" && argument !== "" ? { language: argument } : {};
      entities.push({ type: types[tag] ?? tag, ...place, ...language });
    }
  };

  while (at < source.length) {
    const decoded = here() === "&" ? reference(source, at) : undefined;
    if (decoded) {
      broken ||= /^[\ud800-\udfff]$/.test(decoded.text);
      text += decoded.text;
      at = decoded.next;
    } else if (here() === "<") {
      const begin = at++;
      if (here() === "/") endTag(begin);
      else startTag(begin);
    } else {
      let next = at + 1;
      while (next < source.length && source[next] !== "<" && source[next] !== "&") next++;
      text += source.slice(at, next);
      at = next;
    }
  }
  const left = open.at(-1);
  if (left) refuse(`Can't find end tag corresponding to start tag "${left.tag}"`);
  if (broken)
    refuse(
      "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
    );
  return {
    text,
    // The language of code inside of a line is not kept.
    entities: entities.map(({ language, ...entity }) =>
      entity.type === "pre" && language !== undefined ? { ...entity, language } : entity,
    ),
  };
}
