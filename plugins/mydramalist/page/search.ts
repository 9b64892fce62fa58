import type { RawHit } from "../normalise.ts";
import { slugOf } from "../text.ts";
import { all, attribute, first, type NoPage, nameOfNoPage, parsePage, pictureOf, textOf } from "./dom.ts";

/**
 * Reads the cards of a search page or of a listing; people among them are left out.
 *
 * @returns the results (an empty list when the site found nothing), or what the page is instead.
 */
export function readSearchPage(html: string): readonly RawHit[] | NoPage {
  const page = parsePage(html);
  const hits: RawHit[] = [];
  for (const card of all('.box[id^="mdl-"]', page)) {
    const link = first(".title a[href]", card);
    const slug = slugOf(attribute(link, "href"));
    if (!link || slug === undefined) continue;
    // "Korean Drama - 2020, 10 episodes", "Korean Movie - TBA"
    const [, kind, year] = textOf(first("span.text-muted", card)).match(/^(.*?)(?: - ([^,]*).*)?$/) ?? [];
    hits.push({ slug, title: textOf(link), kind, year, thumbnail: pictureOf(first(".cover img", card)) });
  }
  if (hits.length > 0) return hits;
  const heading = textOf(first("title", page));
  const said = all("p, h1, h2, h3", page).some((element) => /\bno results?\b|\bresults? found/i.test(textOf(element)));
  return /^search results/i.test(heading) || said ? [] : nameOfNoPage(page);
}
