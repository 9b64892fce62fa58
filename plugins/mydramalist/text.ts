/** Runs of any white space, the zero-width kind and the no-break space included, become one space. */
export function collapse(text: string): string {
  return text.replace(/[\s\u200b\u2060\ufeff]+/g, " ").trim();
}

/** A number written with thousands separators ("47,104"), or `undefined` when there is none. */
export function parseNumber(text: string | undefined): number | undefined {
  const match = text?.match(/\d[\d,]*(?:\.\d+)?/);
  if (!match) return undefined;
  const number = Number(match[0].replaceAll(",", ""));
  return Number.isFinite(number) ? number : undefined;
}

/** The first year of "2020", "2020-2021" or "Dec 18, 2020"; `undefined` for "TBA". */
export function parseYear(text: string | undefined): number | undefined {
  const match = text?.match(/(?<!\d)(?:18|19|20|21)\d\d(?!\d)/);
  return match ? Number(match[0]) : undefined;
}

/**
 * The largest size of a picture: the letter before `.jpg` names the size (`_4t _4s _4m _4c _4f`; older ids
 * have no underscore), and `f` is the full one. Pictures of other hosts stay as they are.
 */
export function fullSize(url: string): string {
  const absolute = url.startsWith("//") ? `https:${url}` : url;
  const match = absolute.match(/^(https?:\/\/i\.mydramalist\.com\/[^?#]+)[a-z]\.jpg(?:[?#].*)?$/i);
  return match ? `${match[1]}f.jpg` : absolute;
}

/** `34064-sweet-home` from a link to a title, with or without the site in front. */
export function slugOf(href: string | undefined): string | undefined {
  return href?.match(/^(?:(?:https?:)?\/\/[^/?#]+)?\/?(\d{1,9}(?:-[a-z0-9-]*)?)(?=[/?#]|$)/i)?.[1];
}
