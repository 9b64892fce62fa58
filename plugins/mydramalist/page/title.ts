import type { Document, Element } from "domhandler";
import { labelKey, type RawTitle } from "../normalise.ts";
import type { CastMember, RelatedTitle, WatchOffer } from "../record.ts";
import { collapse, slugOf } from "../text.ts";
import { personSlug, readPerson } from "./credits.ts";
import { all, attribute, first, type NoPage, nameOfNoPage, parsePage, pictureOf, textOf } from "./dom.ts";
import { type LinkedData, readLinkedData } from "./linked-data.ts";

/**
 * Reads a title's page: JSON-LD first, then the labelled rows, then the rest. Where JSON-LD shortens
 * (one of several other titles, tags in lower case, actors without their roles), the rows are taken.
 *
 * @returns what was read, or what the page is instead.
 */
export function readTitlePage(html: string): RawTitle | NoPage {
  const page = parsePage(html);
  const data = readLinkedData(page);
  const heading = first("h1.film-title", page);
  const title = data?.name ?? textOf(heading);
  const slug = slugOf(data?.url) ?? slugOnPage(page, heading);
  if (!title || slug === undefined) return nameOfNoPage(page);
  const rows = readRows(page);
  const labels: Record<string, string> = Object.fromEntries([...rows].map(([key, row]) => [key, row.text]));
  if (data?.countryOfOrigin) labels.country = data.countryOfOrigin.name;
  if (data?.publisher) labels.original_network = data.publisher.name;
  if (data?.datePublished) labels.date_published = data.datePublished;
  labels.type ??= typeOf(rows, data);
  const genres = data?.genre ?? [];
  const tags = list(rows, (key) => key === "tags");
  const others = list(rows, (key) => key === "also_known_as");
  return {
    slug,
    title,
    subtitle: textOf(first(".film-subtitle", page)) || undefined,
    year: textOf(heading).match(/\(([^()]*)\)$/)?.[1],
    rating: data?.aggregateRating?.ratingValue ?? textOf(first(".col-film-rating .box", page)),
    votes: data?.aggregateRating?.ratingCount,
    poster: data?.image ?? pictureOf(first(".film-cover img", page)),
    synopsis: data?.description ?? synopsisOf(page),
    labels,
    lists: {
      native_title: list(rows, (key) => key === "native_title"),
      also_known_as: others.length > 0 || !data?.alternateName ? others : [data.alternateName],
      director: list(rows, (key) => key.split("_").some((word) => /^directors?$/.test(word))),
      screenwriter: list(rows, (key) => key.split("_").some((word) => /^screenwriters?$/.test(word))),
      genres: genres.length > 0 ? genres : list(rows, (key) => key === "genres"),
      tags: tags.length > 0 ? tags : (data?.keywords ?? []),
    },
    cast: readCast(page, data),
    related: readRelated(page),
    watch: readOffers(page),
  };
}

interface Row {
  /** All of the row but its label. */
  readonly text: string;
  readonly parts: readonly string[];
}

/** Rows by what their label says: label and value share one `<li>`, and the page has each row twice. */
function readRows(page: Document): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const item of all(".show-detailsxss li.list-item, .content-side li.list-item", page)) {
    const label = first("b", item);
    const key = labelKey(textOf(label));
    if (!label || key === "" || rows.has(key)) continue;
    const aside = [label, ...all(".edit-tags", item)];
    const text = textOf(item, aside);
    const links = all("a", item).filter((link) => !aside.includes(link));
    // Without links " , " parts other titles, which may hold a comma themselves; elsewhere it is ",".
    const plain = text.split(key === "also_known_as" ? /\s,\s/ : ",").map(collapse);
    rows.set(key, { text, parts: links.length > 0 ? links.map((link) => textOf(link)) : plain });
  }
  return rows;
}

function list(rows: ReadonlyMap<string, Row>, wanted: (key: string) => boolean): string[] {
  return [...rows].flatMap(([key, row]) => (wanted(key) ? row.parts : []));
}

/** Without a "Type" row, the side box's first label ("Drama: Sweet Home") or JSON-LD tells. */
function typeOf(rows: ReadonlyMap<string, Row>, data: LinkedData | undefined): string {
  const named = [
    ["movie", "Movie"],
    ["tv_show", "TV Show"],
    ["special", "Special"],
    ["drama", "Drama"],
  ].find(([key]) => key !== undefined && rows.has(key))?.[1];
  return named ?? (data?.["@type"] === "Movie" ? "Movie" : data?.["@type"] === "TVSeries" ? "Drama" : "");
}

function slugOnPage(page: Document, heading: Element | undefined): string | undefined {
  const links = [
    ...(heading ? all("a[href]", heading) : []),
    ...all('link[rel="canonical"][href], .film-cover > a[href], .nav-tabs .active a[href]', page),
  ];
  return links.map((link) => slugOf(attribute(link, "href"))).find((slug) => slug !== undefined);
}

function synopsisOf(page: Document): string | undefined {
  const paragraph = first(".show-synopsis p", page);
  return paragraph && textOf(paragraph, all('a[href*="/edit/"]', paragraph));
}

/** The six people on the page with their roles, then those that only JSON-LD names. */
function readCast(page: Document, data: LinkedData | undefined): CastMember[] {
  const cast = all(".credits li.list-item", page).flatMap((item) => readPerson(item) ?? []);
  const there = new Set(cast.map((person) => person.slug));
  for (const actor of data?.actor ?? []) {
    const slug = personSlug(actor.url);
    if (!there.has(slug)) cast.push({ name: actor.name, ...(slug === undefined ? {} : { slug }) });
  }
  return cast;
}

function readRelated(page: Document): RelatedTitle[] {
  return all(".show-detailsxss .related-content .title", page).flatMap((item) => {
    const link = first("a[href]", item);
    const slug = slugOf(attribute(link, "href"));
    if (!link || slug === undefined) return [];
    const note = textOf(item, [link]).replace(/^\((.*)\)$/, "$1");
    return [{ title: textOf(link), slug, ...(note ? { note } : {}) }];
  });
}

/** Where to watch; the site's own redirect is taken off the links. */
function readOffers(page: Document): WatchOffer[] {
  return all(".box-body.wts .row.no-gutter", page).flatMap((item) => {
    const link = all("a[href]", item).find((each) => textOf(each) !== "");
    const url = redirected(attribute(link, "href"));
    if (!link || url === undefined) return [];
    const note = textOf(all(".p-l > div", item)[1]);
    return [{ name: textOf(link), url, ...(note ? { note } : {}) }];
  });
}

function redirected(href: string | undefined): string | undefined {
  if (href === undefined || !URL.canParse(href, "https://mydramalist.com")) return undefined;
  const url = new URL(href, "https://mydramalist.com");
  const target = url.pathname === "/redirect" ? url.searchParams.get("q") : url.href;
  return target && /^https?:\/\//i.test(target) ? target : undefined;
}
