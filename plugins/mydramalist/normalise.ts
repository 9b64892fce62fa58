import type { SearchHit } from "dramabot/plugin";
import type { CastMember, DramaRecord, RelatedTitle, WatchOffer } from "./record.ts";
import { collapse, fullSize, parseNumber, parseYear } from "./text.ts";

/** Where people open a title. */
export const PUBLIC_SITE = "https://mydramalist.com";

/** A title as an upstream tells of it, before anything is made of its words. */
export interface RawTitle {
  readonly slug: string;
  /** May end in "(2020)". */
  readonly title: string;
  /** "더 글로리 ‧ Drama ‧ 2022". */
  readonly subtitle?: string | undefined;
  readonly year?: string | undefined;
  readonly rating?: string | undefined;
  readonly votes?: string | undefined;
  readonly poster?: string | undefined;
  readonly synopsis?: string | undefined;
  /** Label → value; labels are lower-case words joined with `_`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly lists: Readonly<Partial<Record<RawList, readonly string[]>>>;
  readonly cast: readonly CastMember[];
  readonly related: readonly RelatedTitle[];
  readonly watch: readonly WatchOffer[];
}

type RawList = "native_title" | "also_known_as" | "director" | "screenwriter" | "genres" | "tags";

/** One search result as an upstream tells of it. */
export interface RawHit {
  readonly slug: string;
  readonly title: string;
  readonly year?: string | undefined;
  readonly kind?: string | undefined;
  readonly thumbnail?: string | undefined;
}

const YEAR_AT_END = /\s*\((?:TBA|\d{4}(?:\s*[-–]\s*(?:\d{4}|\?)?)?)\)$/i;

/** Makes the one record that both upstreams lead to. */
export function normaliseTitle(raw: RawTitle): DramaRecord {
  const label = (...names: string[]) => known(names.map((name) => raw.labels[name]).find((value) => known(value)));
  const heading = collapse(raw.title);
  const parts = (raw.subtitle ?? "").split(/[‧·•]/).map(collapse).filter(Boolean);
  const type = label("type") ?? (parts.length > 2 ? parts.at(-2) : undefined);
  const film = /movie|film/i.test(type ?? "");
  const aired = label("aired", "airs", "air_date");
  const released = label("release_date");
  const when = (film ? (released ?? aired) : (aired ?? released)) ?? label("date_published");
  const year =
    parseYear(raw.year) ??
    parseYear(heading.match(YEAR_AT_END)?.[0]) ??
    parseYear(parts.length > 1 ? parts.at(-1) : undefined) ??
    parseYear(when);
  const score = label("score");
  const episodes = parseNumber(label("episodes"));
  const native = names(raw.lists.native_title);
  const record = {
    slug: raw.slug,
    title: heading.replace(YEAR_AT_END, "") || heading,
    nativeTitles: native.length === 0 && parts.length > 2 ? parts.slice(0, 1) : native,
    alsoKnownAs: names(raw.lists.also_known_as),
    year,
    film,
    type,
    format: label("format"),
    country: label("country"),
    episodes: film || !episodes ? undefined : episodes,
    duration: label("duration"),
    aired: film ? undefined : when,
    airedOn: label("aired_on", "airs_on"),
    releaseDate: film ? when : undefined,
    network: label("original_network"),
    contentRating: label("content_rating"),
    rating: ratingOf(raw.rating) ?? ratingOf(score),
    votes: parseNumber(raw.votes) ?? parseNumber(score?.match(/scored by ([\d,]+)/i)?.[1]),
    ranked: label("ranked"),
    popularity: label("popularity"),
    watchers: parseNumber(label("watchers")),
    favorites: parseNumber(label("favorites")),
    synopsis: known(cleanSynopsis(raw.synopsis ?? "")),
    genres: names(raw.lists.genres),
    tags: names(raw.lists.tags?.map((tag) => tag.replace(/\s*\(Vote (?:or add )?tags\)\s*$/i, ""))),
    directors: names(raw.lists.director),
    screenwriters: names(raw.lists.screenwriter),
    cast: raw.cast.map(compact),
    related: raw.related.map(compact),
    watch: raw.watch.map(compact),
    poster: known(raw.poster) ? fullSize(raw.poster ?? "") : undefined,
  };
  return compact(record);
}

/** Makes hits of an upstream's results: each slug once, in the upstream's order. */
export function normaliseHits(raw: readonly RawHit[]): SearchHit[] {
  const hits = new Map<string, SearchHit>();
  for (const hit of raw) {
    const title = collapse(hit.title);
    if (!title || hits.has(hit.slug)) continue;
    hits.set(
      hit.slug,
      compact({
        id: hit.slug,
        title,
        year: parseYear(hit.year),
        url: `${PUBLIC_SITE}/${hit.slug}`,
        kind: known(hit.kind),
        thumbnail: known(hit.thumbnail),
      }),
    );
  }
  return [...hits.values()];
}

/** `country` from "Country:" and `aired_on` from "Aired On:". */
export function labelKey(label: string): string {
  return collapse(label)
    .replace(/\s*:$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_");
}

/** Takes away the source note (wherever it stands) and the link that follows the text. */
function cleanSynopsis(text: string): string {
  return collapse(
    collapse(text)
      .replace(/\bEdit Translation$/, "")
      .replace(/\(\s*Sources?\s*:[^()]*(?:\([^()]*\)[^()]*)*\)/gi, " ")
      .replace(/\(\s*Sources?\s*:[^()]*$/i, ""),
  );
}

/** 1–10; "N/A", "" and 0 mean that nobody rated it. */
function ratingOf(text: string | undefined): number | undefined {
  const rating = parseNumber(known(text));
  return rating !== undefined && rating > 0 && rating <= 10 ? rating : undefined;
}

function names(list: readonly string[] | undefined): string[] {
  return [...new Set((list ?? []).map(collapse).filter((name) => known(name)))];
}

function known(value: string | undefined): string | undefined {
  const text = collapse(value ?? "");
  return text === "" || /^(?:N\/A|null|undefined|TBA|\?)$/i.test(text) ? undefined : text;
}

type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out what is `undefined`, so that a record is the same before and after JSON. */
function compact<T extends object>(value: T): Compact<T> {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as Compact<T>; // the entries are those of `value`
}
