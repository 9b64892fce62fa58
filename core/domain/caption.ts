import { escapeHtml, type HtmlToken, tokeniseHtml } from "./html.ts";

/** Longest caption of a photo, in UTF-16 code units after entities are parsed (Bot API, sendPhoto). */
export const CAPTION_LIMIT = 1024;

/** Longest text of a message, counted likewise (Bot API, sendMessage). */
export const MESSAGE_LIMIT = 4096;

/** The text a reader sees, without tags. */
export function visibleText(html: string): string {
  return tokeniseHtml(html)
    .map((token) => (token.type === "text" ? token.text : ""))
    .join("");
}

/** Splits text where people see one character end and the next begin: flags, families and accents stay whole. */
let characters: Intl.Segmenter | undefined;

/** What people take for one character is seldom longer, in UTF-16 code units; rubbish can be endless. */
const LONGEST_CHARACTER = 64;

/** The last place at or before `end` that is not inside a character. */
function betweenCharacters(text: string, end: number): number {
  const from = Math.max(0, end - LONGEST_CHARACTER);
  const around = text.slice(from, end + LONGEST_CHARACTER);
  // Made when it is needed: that costs a start 10 ms.
  characters ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  const begin = from + (characters.segment(around).containing(end - from)?.index ?? end - from);
  // A "character" as long as that is rubbish, and is cut; but never in the middle of a surrogate pair.
  if (begin > from || from === 0) return begin;
  return (text.codePointAt(end - 1) ?? 0) > 0xffff ? end - 1 : end;
}

/** Where to cut so that at most `limit` units stay: after a word, else between whole characters. */
function cutPosition(text: string, limit: number): number {
  let end = limit;
  if (/\S/.test(text.charAt(end))) {
    // A "word" that fills much of the text is no word: scripts without spaces, or rubbish.
    const least = limit - Math.min(200, limit / 2);
    let word = end;
    while (word > least && !/\s/.test(text.charAt(word - 1))) word--;
    end = word > least ? word : betweenCharacters(text, end);
  }
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end--;
  return end;
}

/** Moves a cut out of a custom emoji, whose text must stay one emoji. */
function outsideEmoji(tokens: readonly HtmlToken[], cut: number): number {
  let at = 0;
  let start: number | undefined;
  for (const token of tokens) {
    if (token.type === "text") {
      if (at <= cut && cut < at + token.text.length && start !== undefined) return start;
      at += token.text.length;
    } else if (token.name === "tg-emoji") start = token.type === "open" ? at : undefined;
  }
  return cut;
}

function render(tokens: readonly HtmlToken[], end: number, ellipsis: string): string {
  let html = "";
  let left = end;
  const open: string[] = [];
  for (const token of tokens) {
    if (token.type === "text") {
      if (left <= 0) break;
      html += escapeHtml(token.text.slice(0, left));
      left -= token.text.length;
      if (left <= 0) break;
    } else if (token.type === "open") {
      open.push(token.name);
      html += token.html;
    } else {
      open.pop();
      html += `</${token.name}>`;
    }
  }
  html += ellipsis;
  for (const name of open.reverse()) html += `</${name}>`;
  return html;
}

/**
 * Makes Telegram HTML that Telegram takes, at most `limit` UTF-16 code units long as Telegram counts
 * (after entities are parsed): cut at a word, never inside a tag, a reference or a character; every tag
 * closed; what is no HTML of Telegram's stands there as text.
 *
 * @example
 * cutHtml("<b>Sweet Home &amp; more</b>", 12); // "<b>Sweet Home…</b>"
 */
export function cutHtml(html: string, limit: number): string {
  const tokens = tokeniseHtml(html);
  let length = 0;
  let text = "";
  for (const token of tokens) {
    if (token.type !== "text") continue;
    length += token.text.length;
    // Only what stands around the cut is looked at.
    if (text.length <= limit + 1) text += token.text;
  }
  if (length <= limit) return render(tokens, Number.POSITIVE_INFINITY, "");
  if (limit < 1) return "";
  return render(tokens, outsideEmoji(tokens, cutPosition(text, limit - 1)), "…");
}

/**
 * Cuts plain text likewise, for button labels and toasts.
 *
 * @param limit UTF-16 code units, the ellipsis included.
 */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (limit < 1) return "";
  return `${text.slice(0, cutPosition(text, limit - 1))}…`;
}
