/**
 * TVmaze for dramabot: `/tvmaze girls`. Copy this one file into the plugins folder.
 *
 * The data is TVmaze's, under CC BY-SA 4.0 (https://www.tvmaze.com/api#licensing): the card names the source and links
 * to it, which the licence asks for. About 20 calls in 10 seconds are let through for one address.
 */
import {
  cutAtWord,
  definePlugin,
  type Field,
  type LinkMatch,
  type PluginContext,
  type SearchHit,
  type Source,
} from "dramabot/plugin";
import * as v from "valibot";

const HOUR = 3_600_000;
const SITE = "https://www.tvmaze.com";

/** What of a show is used; everything but id and name may be missing or null. */
const show = v.object({
  id: v.number(),
  name: v.string(),
  url: v.optional(v.string()),
  type: v.nullish(v.string()),
  language: v.nullish(v.string()),
  genres: v.optional(v.array(v.string()), []),
  status: v.nullish(v.string()),
  runtime: v.nullish(v.number()),
  averageRuntime: v.nullish(v.number()),
  premiered: v.nullish(v.string()),
  ended: v.nullish(v.string()),
  rating: v.nullish(v.object({ average: v.nullish(v.number()) })),
  network: v.nullish(v.object({ name: v.string(), country: v.nullish(v.object({ name: v.string() })) })),
  webChannel: v.nullish(v.object({ name: v.string(), country: v.nullish(v.object({ name: v.string() })) })),
  externals: v.nullish(v.object({ imdb: v.nullish(v.string()) })),
  image: v.nullish(v.object({ medium: v.nullish(v.string()), original: v.nullish(v.string()) })),
  summary: v.nullish(v.string()),
  _embedded: v.optional(
    v.object({
      episodes: v.optional(v.array(v.object({ season: v.nullish(v.number()) }))),
      cast: v.optional(
        v.array(v.object({ person: v.object({ name: v.string() }), character: v.object({ name: v.string() }) })),
      ),
    }),
  ),
});
const found = v.array(v.object({ show }));

/** A show as it is kept and cached. */
const record = v.object({
  id: v.string(),
  title: v.string(),
  link: v.string(),
  year: v.optional(v.number()),
  type: v.optional(v.string()),
  language: v.optional(v.string()),
  country: v.optional(v.string()),
  channel: v.optional(v.string()),
  status: v.optional(v.string()),
  premiered: v.optional(v.string()),
  ended: v.optional(v.string()),
  /** Minutes. */
  runtime: v.optional(v.number()),
  episodes: v.optional(v.number()),
  seasons: v.optional(v.number()),
  rating: v.optional(v.number()),
  genres: v.array(v.string()),
  cast: v.array(v.string()),
  summary: v.optional(v.string()),
  imdb: v.optional(v.string()),
  poster: v.optional(v.string()),
});
type ShowRecord = v.InferOutput<typeof record>;

export default definePlugin({
  id: "tvmaze",
  version: "1.0.0",
  api: 1,
  description: "Looks up series on TVmaze.",
  notice: "The data is TVmaze's, under CC BY-SA; every card names it.",
  options: v.strictObject({
    /** In front of `/search/shows` and `/shows/{id}`. */
    baseUrl: v.optional(
      v.pipe(v.string(), v.url("must be a URL such as https://api.tvmaze.com")),
      "https://api.tvmaze.com",
    ),
  }),
  env: { baseUrl: "TVMAZE_URL" },
  permissions: { http: ["api.tvmaze.com"] },
  samples: async () => ({ openSamples }),
  setup(ctx, { baseUrl }) {
    const base = baseUrl.replace(/\/+$/, "");
    ctx.sources.add(source(ctx, base));
    ctx.health.add({ name: "tvmaze", check: (signal) => ctx.http.get(`${base}/search/shows?q=girls`, { signal }) });
  },
});

function source({ http }: PluginContext, base: string): Source<ShowRecord> {
  return {
    command: "tvmaze",
    name: "TVmaze",
    description: "Look up a series on TVmaze",
    example: "girls",
    async search(query, { signal }) {
      if (!/[\p{L}\p{N}]/u.test(query)) return [];
      const words = Array.from(query.toWellFormed()).slice(0, 150).join("");
      const answer = await http.get(`${base}/search/shows?q=${encodeURIComponent(words)}`, { signal });
      return v
        .parse(found, answer.json())
        .slice(0, 10)
        .map(({ show: each }) => hitOf(each));
    },
    async details(id, { signal }) {
      if (!/^\d{1,9}$/.test(id)) return undefined;
      const url = `${base}/shows/${id}?embed[]=episodes&embed[]=cast`;
      const answer = await http.get(url, { signal, accept: [404] });
      return answer.status === 404 ? undefined : recordOf(v.parse(show, answer.json()));
    },
    matchUrl,
    fields,
    defaultTemplate: ({ summary }) =>
      [
        "<b>{complete_title}</b>",
        "<b>Rating:</b> {rating}",
        "<b>Genres:</b> {genres}",
        "<b>Type:</b> {type}",
        "<b>Language:</b> {language}",
        "<b>Country:</b> {country}",
        "<b>On:</b> {channel}",
        "<b>Status:</b> {status}",
        "<b>Aired:</b> {aired}",
        "<b>Episodes:</b> {episodes}",
        "<b>Length:</b> {runtime}",
        "<b>Cast:</b> {cast}",
        ...(summary === undefined ? [] : ["", "{summary}"]),
        "",
        '<a href="{link}">TVmaze</a> (CC BY-SA)',
      ].join("\n"),
    isRecord: (value): value is ShowRecord => v.is(record, value),
    title: completeTitle,
    url: ({ link }) => link,
    poster: ({ poster }) => poster,
    ttl: { search: HOUR, details: 24 * HOUR },
  };
}

const fields: readonly Field<ShowRecord>[] = [
  field("title", "Title", (r) => r.title),
  field("complete_title", "Title with year", completeTitle),
  field("year", "Year of the first episode", (r) => r.year?.toString()),
  field("rating", "Rating, 1–10", (r) => r.rating?.toString()),
  field("genres", "Genres", (r) => list(r.genres)),
  field("type", "Scripted, Reality, Documentary …", (r) => r.type),
  field("language", "Language", (r) => r.language),
  field("country", "Country", (r) => r.country),
  field("channel", "Network or streaming service", (r) => r.channel),
  field("status", "Running, Ended …", (r) => r.status),
  field("aired", "First and last day", (r) => r.premiered && `${r.premiered} – ${r.ended ?? "?"}`),
  field("episodes", "Number of episodes and seasons", episodes),
  field("runtime", "Length of an episode", (r) => r.runtime && `${r.runtime} min.`),
  field("cast", "First five of the cast", (r) => list(r.cast.slice(0, 5))),
  field("summary", "What it is about, up to 300 characters", (r) => r.summary && cutAtWord(r.summary, 300)),
  field("imdb", "Address on IMDb", (r) => r.imdb && `https://www.imdb.com/title/${r.imdb}/`),
  field("link", "Address on TVmaze", (r) => r.link),
  field("poster", "Address of the poster", (r) => r.poster),
];

function field(
  name: string,
  description: string,
  value: (r: ShowRecord) => string | number | undefined,
): Field<ShowRecord> {
  return { name, description, value: (r) => value(r)?.toString() };
}

function list(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(", ");
}

function completeTitle({ title, year }: ShowRecord): string {
  return year === undefined ? title : `${title} (${year})`;
}

function episodes({ episodes: count, seasons }: ShowRecord): string | undefined {
  if (count === undefined) return undefined;
  return seasons === undefined ? `${count}` : `${count} in ${seasons} ${seasons === 1 ? "season" : "seasons"}`;
}

/** `https://www.tvmaze.com/shows/139/girls`, whatever stands behind it. */
function matchUrl(url: URL): LinkMatch | undefined {
  if (!/^https?:$/.test(url.protocol) || !/^(?:www\.)?tvmaze\.com\.?$/.test(url.hostname)) return undefined;
  const [, id] = /^\/shows\/(\d{1,9})(?:\/|$)/.exec(url.pathname) ?? [];
  return id === undefined ? { kind: "other" } : { kind: "title", id };
}

function linkOf({ id, url }: v.InferOutput<typeof show>): string {
  const given = url === undefined ? undefined : (URL.parse(url) ?? undefined);
  // Older answers have http: links.
  if (given !== undefined && matchUrl(given)?.kind === "title") return given.href.replace(/^http:/, "https:");
  return `${SITE}/shows/${id}`;
}

function yearOf(day: string | null | undefined): number | undefined {
  const year = /^\d{4}/.exec(day ?? "")?.[0];
  return year === undefined ? undefined : Number(year) || undefined;
}

function hitOf(each: v.InferOutput<typeof show>): SearchHit {
  return kept({
    id: String(each.id),
    title: plain(each.name),
    year: yearOf(each.premiered),
    url: linkOf(each),
    kind: each.type,
  });
}

function recordOf(each: v.InferOutput<typeof show>): ShowRecord {
  const { _embedded: more, image } = each;
  const where = each.network ?? each.webChannel;
  const seasons = new Set(more?.episodes?.flatMap(({ season }) => season ?? [])).size;
  return kept({
    id: String(each.id),
    title: plain(each.name),
    link: linkOf(each),
    year: yearOf(each.premiered),
    type: each.type,
    language: each.language,
    country: where?.country?.name,
    channel: where?.name,
    status: each.status,
    premiered: each.premiered,
    ended: each.ended,
    runtime: each.averageRuntime ?? each.runtime,
    episodes: more?.episodes?.length || undefined,
    seasons: seasons || undefined,
    rating: each.rating?.average,
    genres: each.genres,
    cast: (more?.cast ?? []).map(({ person, character }) => `${person.name} (${character.name})`),
    summary: each.summary ? plain(each.summary) || undefined : undefined,
    imdb: /^tt\d{7,8}$/.exec(each.externals?.imdb ?? "")?.[0],
    poster: (image?.original ?? image?.medium)?.replace(/^http:\/\/static\.tvmaze/, "https://static.tvmaze"),
  });
}

/** Leaves out what is missing, so that a record reads back from JSON as it was. */
function kept<T extends object>(values: { [K in keyof T]-?: T[K] | null | undefined }): T {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as T; // the same keys, without those that may be missing
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

/** Text without markup: summaries are HTML. */
function plain(html: string): string {
  return html
    .replace(/<\/?[a-z][^>]*>/gi, " ")
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/\s+/g, " ")
    .replace(/ (?=[.,;:!?])/g, "")
    .trim();
}

/** Made up for the playground and for tests: no answer of the real site. */
const sampleShows = [
  {
    id: 139,
    name: "Girls",
    premiered: "2012-04-15",
    ended: "2017-04-16",
    genres: ["Drama", "Comedy"],
    country: "United States",
    rating: 6.7,
    summary: "<p>Four friends in New York learn what it costs to <b>grow up</b> &amp; what it does not.</p>",
    cast: [
      ["Lena Dunham", "Hannah"],
      ["Allison Williams", "Marnie"],
    ],
  },
  {
    id: 900_001,
    name: "The Girls from the Night Ferry",
    premiered: "2022-09-01",
    genres: ["Crime"],
    country: "Japan",
    rating: null,
    summary: "<p>A ferry arrives with one cabin too many.</p>",
    cast: [],
  },
  { id: 900_002, name: "Untold Girls", genres: [], rating: null, summary: null, cast: [] },
] as const;

function openSamples({ base, poster }: { readonly base: string; poster(title: string): string }) {
  const shows = sampleShows.map((each) => ({
    id: each.id,
    name: each.name,
    url: `${SITE}/shows/${each.id}/${each.name.toLowerCase().replaceAll(" ", "-")}`,
    type: "Scripted",
    language: "English",
    genres: each.genres,
    status: "ended" in each ? "Ended" : "Running",
    runtime: 30,
    premiered: "premiered" in each ? each.premiered : null,
    ended: "ended" in each ? each.ended : null,
    rating: { average: each.rating },
    network: "country" in each ? { name: "Channel One", country: { name: each.country } } : null,
    webChannel: null,
    externals: { imdb: null },
    image: { medium: poster(each.name), original: poster(each.name) },
    summary: each.summary,
    _embedded: {
      episodes: [{ season: 1 }, { season: 1 }, { season: 2 }],
      cast: each.cast.map(([person, character]) => ({ person: { name: person }, character: { name: character } })),
    },
  }));
  return {
    options: { baseUrl: base },
    suggestions: ["/tvmaze girls"],
    fetch(request: Request): Response {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname.endsWith("/search/shows")) {
        const words =
          searchParams
            .get("q")
            ?.toLowerCase()
            .match(/[\p{L}\p{N}]+/gu) ?? [];
        const hits = shows.filter(({ name }) => words.some((word) => name.toLowerCase().split(" ").includes(word)));
        return Response.json(hits.map((each) => ({ score: 1, show: each })));
      }
      const asked = /\/shows\/(\d+)$/.exec(pathname)?.[1];
      const title = shows.find(({ id }) => String(id) === asked);
      return title === undefined
        ? Response.json({ name: "Not Found", message: "", code: 0, status: 404 }, { status: 404 })
        : Response.json(title);
    },
  };
}
