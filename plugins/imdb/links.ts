import type { LinkMatch } from "dramabot/plugin";

/** Where people open titles, whatever upstream was asked. */
export const PUBLIC_SITE = "https://www.imdb.com";

/**
 * Recognises links of imdb.com, its mobile and its translated forms: `/title/tt0133093`, `/it/title/tt0133093/reference`,
 * whatever stands behind the id is a title; people, lists, charts and everything else is not.
 */
export function matchUrl(url: URL): LinkMatch | undefined {
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  const host = url.hostname.replace(/\.$/, "");
  if (host !== "imdb.com" && !host.endsWith(".imdb.com")) return undefined;
  const parts = url.pathname.split("/").filter((part) => part !== "");
  const [word, id] = /^[a-z]{2}(?:-[a-z]{2})?$/i.test(parts[0] ?? "") ? parts.slice(1) : parts;
  const known = word?.toLowerCase() === "title" && id !== undefined ? readId(id) : undefined;
  return known === undefined ? { kind: "other" } : { kind: "title", id: known };
}

/** Recognises `tt0133093`. */
export function matchId(text: string): string | undefined {
  return readId(text.trim());
}

/** The id in `imdbdetails_<digits>`, the callback data of the older bot's keyboards. */
export function matchLegacyCallback(data: string): string | undefined {
  const digits = data.match(/^imdbdetails_(\d{1,10})$/)?.[1];
  return digits === undefined ? undefined : `tt${digits.padStart(7, "0")}`;
}

/** `tt0133093` in lower case; `undefined` for what is no title's id. */
export function readId(text: string): string | undefined {
  return /^tt\d{7,10}$/i.test(text) ? text.toLowerCase() : undefined;
}
