import { at } from "../json.ts";
import type { SampleTitle } from "./catalogue.ts";

type Poster = (title: string) => string;

/** A hit of the suggestion API. */
export type SuggestionHit = Readonly<Record<string, unknown>>;

/** At most 8 hits, as the suggestion API lists them. */
export function suggestionHits(found: readonly SampleTitle[], poster: Poster): readonly SuggestionHit[] {
  return found.slice(0, 8).map((one, index) => ({
    i: { height: 1500, imageUrl: poster(one.title), width: 1000 },
    id: one.id,
    l: one.title,
    q: one.series ? "TV series" : "feature",
    qid: one.series ? "tvSeries" : "movie",
    rank: index + 1,
    s: one.cast.map(([name]) => name).join(", "),
    y: one.date[0],
    ...(one.series ? { yr: `${one.date[0]}-${one.series.endYear}` } : {}),
  }));
}

/** The suggestion API's answer. */
export function suggestionJson(query: string, hits: readonly SuggestionHit[]): unknown {
  return { d: hits, q: encodeURIComponent(query), v: 1 };
}

/** The GraphQL API's answer to a search, with the same hits. */
export function mainSearchJson(hits: readonly SuggestionHit[]): unknown {
  const edges = hits.map((hit) => {
    const entity = {
      __typename: "Title",
      id: hit.id,
      titleText: { text: hit.l },
      titleType: { text: hit.q === "feature" ? "Movie" : hit.q },
      releaseYear: hit.y === undefined ? null : { year: hit.y },
      primaryImage: hit.i === undefined ? null : { url: at(hit.i, "imageUrl") },
    };
    return { node: { entity } };
  });
  return { data: { mainSearch: { edges } } };
}

/** The `title` of a GraphQL answer, which has the keys of a page's two parts together. */
export function titleJson(one: SampleTitle, poster: Poster): Readonly<Record<string, unknown>> {
  const [year, month, day] = one.date;
  const dollars = (amount: number | undefined) => (amount === undefined ? null : { amount, currency: "USD" });
  return {
    id: one.id,
    titleText: { text: one.title },
    originalTitleText: { text: one.original ?? one.title },
    titleType: {
      id: one.series ? "tvSeries" : "movie",
      text: one.series ? "TV Series" : "Movie",
      isSeries: one.series !== undefined,
      isEpisode: false,
    },
    releaseYear: { year, endYear: one.series?.endYear ?? null },
    releaseDate: { day, month, year, country: { id: "US", text: "United States" } },
    runtime: { seconds: one.minutes * 60 },
    ratingsSummary: { aggregateRating: one.rating, voteCount: one.votes },
    primaryImage: { url: poster(one.title), width: 1000, height: 1500 },
    certificate: { rating: one.certificate },
    plot: { plotText: { plainText: one.plot } },
    genres: { genres: texts(one.genres) },
    countriesOfOrigin: { countries: texts(one.countries) },
    spokenLanguages: { spokenLanguages: texts(one.languages) },
    cast: {
      edges: one.cast.map(([name, character]) => ({ node: { ...person(name), characters: [{ name: character }] } })),
    },
    directors: { edges: one.directors.map((name) => ({ node: person(name) })) },
    writers: { edges: one.writers.map((name) => ({ node: person(name) })) },
    technicalSpecifications: { colorations: { items: [{ text: "Color" }] } },
    productionBudget: one.budget === undefined ? null : { budget: dollars(one.budget) },
    worldwideGross: one.gross === undefined ? null : { total: dollars(one.gross) },
    episodes: one.series ? { displayableSeasons: { edges: seasons(one.series.seasons) } } : null,
  };
}

/** `/title/tt…/reference`: the data of the page without the page around it, as the site parts it. */
export function referencePage(one: SampleTitle, poster: Poster): string {
  const title = titleJson(one, poster);
  const { cast, directors, writers, plot, certificate, ...main } = title;
  const top = { ...main, plot, certificate };
  const groups: readonly (readonly [string, readonly (readonly [string, string?])[]])[] = [
    ["Directors", one.directors.map((name) => [name])],
    ["Writers", one.writers.map((name) => [name])],
    ["Cast", one.cast],
  ];
  const categories = groups.map(([name, people]) => ({
    name,
    section: { items: people.map(([rowTitle, role]) => ({ rowTitle, characters: role === undefined ? [] : [role] })) },
  }));
  const pageProps = { aboveTheFoldData: top, mainColumnData: { ...main, categories } };
  return wrapNextData(JSON.stringify({ props: { pageProps } }));
}

/** A page around bare `__NEXT_DATA__`, its `</` escaped as real pages do: `</script>` in a text would end the script. */
export function wrapNextData(json: string): string {
  const data = json.replaceAll("</", "<\\/");
  return `<!DOCTYPE html><html lang="en"><head><title>IMDb</title></head><body><div id="__next"></div><script id="__NEXT_DATA__" type="application/json">${data}</script></body></html>`;
}

function texts(values: readonly string[]): unknown[] {
  return values.map((text) => ({ text }));
}

function person(name: string): { name: { nameText: { text: string } } } {
  return { name: { nameText: { text: name } } };
}

/** Newest first, as the site lists them. */
function seasons(count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => ({ node: { season: String(count - index) } }));
}
