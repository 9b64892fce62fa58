import type { SampleTitle } from "./catalogue.ts";

/** When the samples say they were read. */
const SCRAPED = "2026-01-01T00:00:00Z";

/** A search answer as the JSON service gives it. */
export function searchJson(query: string, titles: readonly SampleTitle[], poster: (title: string) => string): unknown {
  const dramas = titles.map((each) => ({
    slug: each.slug,
    thumb: poster(each.title),
    mdl_id: `mdl-${each.slug.split("-")[0]}`,
    title: each.title,
    ranking: `#${each.ranked}`,
    type: `${each.adjective} ${each.type}`,
    year: each.year,
    series: each.episodes === undefined ? false : `${each.episodes} episodes`,
    rating: each.rating,
  }));
  return { query, results: { dramas, people: [] }, scrape_date: SCRAPED };
}

/** A details answer as the JSON service gives it. */
export function detailsJson(title: SampleTitle, poster: (title: string) => string): unknown {
  const film = title.type === "Movie";
  const site = "https://mydramalist.com";
  return {
    slug_query: title.slug,
    data: {
      link: `${site}/${title.slug}`,
      title: title.title,
      complete_title: `${title.title} (${title.year})`,
      sub_title: `${title.native} ‧ ${title.type} ‧ ${title.year}`,
      year: String(title.year),
      rating: title.rating,
      poster: poster(title.title),
      synopsis: title.synopsis,
      casts: title.cast.map(([name]) => ({ name, profile_image: "", slug: "", link: "" })),
      details: {
        country: title.country,
        type: title.type,
        ...(film
          ? { release_date: title.dates }
          : {
              episodes: String(title.episodes ?? 0),
              aired: title.dates,
              aired_on: title.days,
              original_network: title.network,
            }),
        duration: title.duration,
        score: `${title.rating} (scored by ${title.votes.toLocaleString("en-US")} users)`,
        ranked: `#${title.ranked}`,
        popularity: `#${title.popularity}`,
        content_rating: title.contentRating,
        watchers: title.watchers.toLocaleString("en-US"),
        favorites: "0",
      },
      others: {
        native_title: [title.native],
        also_known_as: title.others,
        director: [title.director],
        screenwriter: [title.screenwriter],
        genres: title.genres,
        tags: [...title.tags.slice(0, -1), `${title.tags.at(-1)} (Vote tags)`],
        related_content: (title.related ?? []).map(([slug, note]) => ({
          title: slug.replace(/^\d+-/, "").replaceAll("-", " "),
          link: `${site}/${slug}`,
          description: `(${note})`,
          slug,
        })),
      },
    },
    scrape_date: SCRAPED,
  };
}

/** The JSON service's "not found", which comes with status 200 or 404. */
export const notFoundJson = { error: true, code: 404, description: { title: "404 Not Found", info: "" } };
