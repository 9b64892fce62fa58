/** Longest value that is shown, in UTF-16 code units. */
const LONGEST_SHOWN = 200;

/** Names of variables and options that hold secrets, such as `OMDB_API_KEY` and `apiKey`. */
const secretName = /(?:key|token|secret|password|passwd|pwd|credential)s?$/i;

// Every quantifier is bounded: these run over whatever stands in a file.
const botToken = /\d{1,20}(?::|%3A)[\w-]{20,256}/gi;
const inQuery =
  /([?&;][\w.-]{0,40}(?:key|token|secret|password|passwd|pwd|auth|signature|sig)=)(?!\{\}(?:[&;#]|$))[^&;#\s"'<>]{1,2048}/gi;
const scheme = /^["'(]*[a-z][a-z0-9+.-]{0,20}:\/\//i;

/** Whether a variable or option of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Shows enough of a secret to recognise it: how long it is, and a token's bot id. */
export function maskSecret(value: string): string {
  return `${/^\d{3,20}:/.exec(value)?.[0] ?? ""}•••• (${value.length} ${value.length === 1 ? "character" : "characters"})`;
}

/** Where user and password stand in a word: before a host, or, in what is no URL, before the last @. */
function userIn(word: string): { readonly from: number; readonly to: number } | undefined {
  const url = URL.parse(word);
  if (url?.host && url.username === "" && url.password === "") return undefined;
  const from = scheme.exec(word)?.[0].length ?? 0;
  const authority = from > 0 && url?.host ? from + word.slice(from).search(/[/?#]|$/) : word.length;
  const to = word.lastIndexOf("@", authority - 1);
  // A name with an @, such as a channel's or a mail address, is no secret.
  return to > from && (from > 0 || /:|\/\//.test(word.slice(0, to))) ? { from, to } : undefined;
}

/** Takes users, passwords and keys out of URLs, well formed or not; other text stays. */
export function maskUrls(text: string): string {
  const words = text.split(/(\s+)/).map((word) => {
    const user = word.includes("@") ? userIn(word) : undefined;
    return user === undefined ? word : `${word.slice(0, user.from)}••••${word.slice(user.to)}`;
  });
  return words.join("").replace(inQuery, "$1••••").replace(botToken, "••••");
}

/** What must never be logged of a URL: user and password together, and the password, as written and decoded. */
export function secretsOf(text: string): readonly string[] {
  const found: string[] = [];
  for (const word of text.split(/\s+/)) {
    const at = word.includes("@") ? userIn(word) : undefined;
    if (at === undefined) continue;
    const user = word.slice(at.from, at.to);
    found.push(user);
    const password = user.slice(user.indexOf(":") + 1);
    if (user.includes(":")) found.push(password, decoded(password));
  }
  for (const [whole, before = ""] of text.matchAll(inQuery)) found.push(whole.slice(before.length));
  return [...new Set(found)].filter((secret) => secret !== "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // as it was written, then
  }
}

/** Makes any value fit for one line: no secrets, no control or invisible characters, not longer than a line. */
export function showValue(value: unknown, secret = false): string {
  if (secret && typeof value === "string") return maskSecret(value);
  if (secret) return "••••";
  const text = typeof value === "string" ? JSON.stringify(maskUrls(value)) : json(value);
  return oneLine(text);
}

/** Shows what cannot be seen, and what would move the terminal's cursor, as escapes; cuts what is too long. */
export function oneLine(text: string): string {
  const visible = text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  if (visible.length <= LONGEST_SHOWN) return visible;
  return `${visible.slice(0, LONGEST_SHOWN).toWellFormed()}… (${text.length} characters)`;
}

function json(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value, (key, item: unknown) => {
      if (typeof item === "string") return isSecretName(key) ? maskSecret(item) : maskUrls(item);
      return typeof item === "bigint" || typeof item === "function" ? String(item) : item;
    });
    return typeof text === "string" ? text : String(value);
  } catch {
    return "something that is no JSON"; // a circle
  }
}
