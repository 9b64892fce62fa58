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

/** Whether a character continues the one before it: marks, joiners, variation selectors, skin tones. */
function continues(code: number | undefined): boolean {
  return code !== undefined && /^(?:\p{M}|\u200d|[\u{1f3fb}-\u{1f3ff}])$/u.test(String.fromCodePoint(code));
}

/** Where to cut so that at most `limit` units stay: after a word, else between whole characters. */
function cutPosition(text: string, limit: number): number {
  let end = limit;
  if (/\S/.test(text.charAt(end))) {
    let word = end;
    while (word > 0 && !/\s/.test(text.charAt(word - 1))) word--;
    // A "word" that fills much of the text is no word: scripts without spaces, or rubbish.
    if (word > limit - Math.min(200, limit / 2)) end = word;
    else {
      for (let steps = 0; steps < 64 && end > 0; steps++) {
        const inPair = text.codePointAt(end - 1) ?? 0;
        if (inPair > 0xffff) end -= 1;
        else if (continues(text.codePointAt(end)) || text.charAt(end - 1) === "\u200d") end -= 1;
        else break;
      }
    }
  }
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end--;
  // The bounded search above may have stopped inside a surrogate pair.
  return end > 0 && (text.codePointAt(end - 1) ?? 0) > 0xffff ? end - 1 : end;
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
  return `${text.slice(0, cutPosition(text, limit - 1))}…`;
}
