const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

const referencePattern = /&(?:#x([\da-fA-F]*)|#(\d*)|([a-zA-Z]*))/y;

/** Reads a character reference; `undefined` for what Telegram leaves as it stands, `&nbsp;` among it. */
export function reference(source: string, at: number): { readonly text: string; readonly next: number } | undefined {
  referencePattern.lastIndex = at;
  const [whole = "", hex, decimal, name = ""] = referencePattern.exec(source) ?? [];
  const next = at + whole.length + (source[at + whole.length] === ";" ? 1 : 0);
  if (hex === undefined && decimal === undefined) {
    const text = Object.hasOwn(named, name) ? named[name] : undefined;
    return text === undefined ? undefined : { text, next };
  }
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (!(code > 0 && code < 0x10ffff) || whole.length >= 10) return undefined;
  return { text: String.fromCodePoint(code), next };
}

/** Replaces the character references of an attribute's value. */
export function withoutReferences(value: string): string {
  let read = "";
  let from = 0;
  for (let at = value.indexOf("&"); at !== -1; at = value.indexOf("&", at)) {
    const decoded = reference(value, at);
    if (decoded) {
      read += value.slice(from, at) + decoded.text;
      from = decoded.next;
    }
    at = decoded?.next ?? at + 1;
  }
  return read + value.slice(from);
}
