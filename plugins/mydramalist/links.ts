import type { LinkMatch } from "dramabot/plugin";

const SLUG = /^(\d{1,9})(?:-([a-z0-9-]*))?$/i;

/**
 * Recognises links of mydramalist.com, its mobile and its translated hosts: `/34064-sweet-home` and `/34064`,
 * whatever stands behind them (`/cast`, `/episodes`, `/reviews`, a query, a fragment) is a title;
 * people, lists, articles and everything else is not.
 */
export function matchUrl(url: URL): LinkMatch | undefined {
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  const host = url.hostname.replace(/\.$/, "");
  if (host !== "mydramalist.com" && !host.endsWith(".mydramalist.com")) return undefined;
  const first = url.pathname.split("/").find((part) => part !== "") ?? "";
  const id = readSlug(first);
  return id === undefined ? { kind: "other" } : { kind: "title", id };
}

/**
 * Recognises `34064-sweet-home` and `mdl-34064`. A bare number is left alone: "1987" and "2046" are titles.
 */
export function matchId(text: string): string | undefined {
  const word = text.trim();
  const numbered = word.match(/^mdl-(\d{1,9})$/i);
  if (numbered) return numbered[1];
  return /^\d{1,9}-[a-z0-9-]*[a-z][a-z0-9-]*$/i.test(word) ? readSlug(word) : undefined;
}

/** The slug in `details_<slug>`, the callback data of the older bot's keyboards. */
export function matchLegacyCallback(data: string): string | undefined {
  return data.startsWith("details_") ? readSlug(data.slice("details_".length)) : undefined;
}

/** `34064-sweet-home` or `34064` in lower case; `undefined` for what is no slug. */
export function readSlug(slug: string): string | undefined {
  const match = SLUG.exec(slug);
  if (!match) return undefined;
  const words = (match[2] ?? "").toLowerCase().replace(/^-+|-+$/g, "");
  return words === "" ? match[1] : `${match[1]}-${words}`;
}
