/** A piece of Telegram HTML (Bot API, "HTML style"). */
export type HtmlToken =
  /** Text with its character references resolved. */
  | { readonly type: "text"; readonly text: string }
  /** A supported opening tag, rewritten so that Telegram takes it. */
  | { readonly type: "open"; readonly name: string; readonly html: string }
  | { readonly type: "close"; readonly name: string };

const synonyms: Readonly<Record<string, string>> = { strong: "b", em: "i", strike: "s", del: "s", ins: "u" };
const plain = new Set(["b", "i", "u", "s", "code", "pre", "tg-spoiler"]);
const references: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/**
 * Escapes text for Telegram HTML, attributes included. Lone surrogates and control characters, which
 * Telegram refuses or drops, are replaced or removed.
 */
export function escapeHtml(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Text without what cannot be sent: lone surrogates become U+FFFD, control characters go. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
}

function decode(text: string): string {
  const decoded = text.replace(
    /&(?:(lt|gt|amp|quot)|#(\d{1,8})|#[xX]([\da-fA-F]{1,6}));/g,
    (whole, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return references[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
  return printable(decoded);
}

/** Attributes of a tag's inside; names in lower case, values with references resolved. */
function attributes(inside: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const match of inside.matchAll(/([a-z][a-z0-9-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi)) {
    found.set((match[1] ?? "").toLowerCase(), decode(match[2] ?? match[3] ?? match[4] ?? ""));
  }
  return found;
}

/** A custom emoji's id is a positive 64-bit number. */
function isEmojiId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) < 2n ** 63n;
}

/** Rewrites an opening tag; `undefined` when it stands for nothing that Telegram shows. */
function opening(written: string, inside: string): { readonly name: string; readonly html: string } | undefined {
  const name = synonyms[written] ?? written;
  if (plain.has(name)) {
    const language = name === "code" ? /^language-[\w+#.-]+$/.exec(attributes(inside).get("class") ?? "") : null;
    return { name, html: language ? `<code class="${escapeHtml(language[0])}">` : `<${name}>` };
  }
  const given = attributes(inside);
  if (name === "a") {
    const href = given.get("href")?.trim();
    return href ? { name, html: `<a href="${escapeHtml(href)}">` } : undefined;
  }
  if (name === "blockquote")
    return { name, html: given.has("expandable") ? "<blockquote expandable>" : "<blockquote>" };
  if (name === "tg-emoji") {
    const id = given.get("emoji-id") ?? "";
    return isEmojiId(id) ? { name, html: `<tg-emoji emoji-id="${id}">` } : undefined;
  }
  if (name === "span")
    return given.get("class") === "tg-spoiler" ? { name, html: '<span class="tg-spoiler">' } : undefined;
  return undefined;
}

const known = new Set([...plain, ...Object.keys(synonyms), "a", "blockquote", "tg-emoji", "span"]);

/**
 * Reads Telegram HTML, however broken: what is no tag of Telegram's is text, a supported tag whose
 * attributes Telegram would refuse is left out, and every closing tag belongs to the latest open tag.
 *
 * @returns tokens in which every tag is opened and closed in order.
 */
export function tokeniseHtml(html: string): readonly HtmlToken[] {
  const tokens: HtmlToken[] = [];
  // Names of open tags; those left out stand here too, so that their closing tags go with them.
  const open: { readonly name: string; readonly shown: boolean }[] = [];
  let text = "";
  const flush = () => {
    if (text) tokens.push({ type: "text", text: decode(text) });
    text = "";
  };
  const close = () => {
    const last = open.pop();
    if (last?.shown) tokens.push({ type: "close", name: last.name });
  };
  let at = 0;
  const tag = /<(\/?)([a-z][a-z0-9-]*)((?:\s(?:[^<>"']|"[^"]*"|'[^']*')*)?)>/gi;
  for (const match of html.matchAll(tag)) {
    const written = (match[2] ?? "").toLowerCase();
    if (!known.has(written)) continue;
    text += html.slice(at, match.index);
    at = match.index + match[0].length;
    flush();
    const name = synonyms[written] ?? written;
    if (match[1]) {
      const depth = open.findLastIndex((one) => one.name === name);
      if (depth >= 0) while (open.length > depth) close();
    } else {
      const shown = open.length < 32 ? opening(written, match[3] ?? "") : undefined;
      open.push({ name, shown: shown !== undefined });
      if (shown) tokens.push({ type: "open", ...shown });
    }
  }
  text += html.slice(at);
  flush();
  while (open.length > 0) close();
  return tokens;
}
