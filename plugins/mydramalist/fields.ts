import { cutAtWord, type Field } from "dramabot/plugin";
import { genreTag } from "./genres.ts";
import { PUBLIC_SITE } from "./normalise.ts";
import type { DramaRecord } from "./record.ts";

/** Longest synopsis in a card, in code points. */
const SYNOPSIS = 300;

/** People named by `{cast}`. */
const CAST = 5;

/** "Sweet Home (2020)". */
export function completeTitle(record: DramaRecord): string {
  return record.year === undefined ? record.title : `${record.title} (${record.year})`;
}

/** The page people would open. */
export function linkOf(record: DramaRecord): string {
  return `${PUBLIC_SITE}/${record.slug}`;
}

/** Every placeholder that templates can use. */
export const fields: readonly Field<DramaRecord>[] = [
  field("title", "Title", (r) => r.title),
  field("complete_title", "Title with year", completeTitle),
  field("native_title", "Title in its own language", (r) => join(r.nativeTitles)),
  field("also_known_as", "Other titles", (r) => join(r.alsoKnownAs)),
  field("year", "Year of the first episode or release", (r) => r.year?.toString()),
  field("rating", "Rating, 1–10", (r) => r.rating?.toString()),
  field("link", "Address of its page", linkOf),
  field("country", "Country", (r) => r.country),
  field("type", "Drama, Movie, TV Show or Special", (r) => r.type),
  field("episodes", "Number of episodes", (r) => r.episodes?.toString()),
  field("duration", "Length of an episode or of the film", (r) => r.duration),
  field("aired", "First and last day on air", (r) => r.aired),
  field("aired_on", "Days of the week on air", (r) => r.airedOn),
  field("original_network", "Network or streaming service", (r) => r.network),
  field("content_rating", "Age rating", (r) => r.contentRating),
  field("score", "Rating with the number of votes", score),
  field("ranked", "Rank by rating, e.g. #223", (r) => r.ranked),
  field("popularity", "Rank by popularity, e.g. #60", (r) => r.popularity),
  field("watchers", "People who watch it", (r) => count(r.watchers)),
  field("favorites", "People who favour it", (r) => count(r.favorites)),
  field("synopsis", "What it is about, up to 300 characters", (r) => r.synopsis && cutAtWord(r.synopsis, SYNOPSIS)),
  field("genres", "Genres with emoji", (r) => join(r.genres.map(genreTag))),
  field("tags", "Tags", (r) => join(r.tags)),
  field("poster", "Address of the poster", (r) => r.poster),
  field("release_date", "Release date of a film", (r) => r.releaseDate),
  field("cast", "First five of the cast with their characters", cast),
  field("director", "Directors", (r) => join(r.directors)),
  field("screenwriter", "Screenwriters", (r) => join(r.screenwriters)),
];

function field(name: string, description: string, value: Field<DramaRecord>["value"]): Field<DramaRecord> {
  return { name, description, value };
}

function join(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(", ");
}

function count(value: number | undefined): string | undefined {
  return value?.toLocaleString("en-US");
}

function score(record: DramaRecord): string | undefined {
  if (record.rating === undefined) return undefined;
  return record.votes === undefined
    ? record.rating.toString()
    : `${record.rating} (scored by ${count(record.votes)} users)`;
}

function cast(record: DramaRecord): string | undefined {
  return join(
    record.cast
      .slice(0, CAST)
      .map(({ name, character }) => (character === undefined ? name : `${name} (${character})`)),
  );
}
