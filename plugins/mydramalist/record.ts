import * as v from "valibot";

const list = v.array(v.string());

const person = v.object({
  name: v.string(),
  /** `people/14472-song-kang`. */
  slug: v.optional(v.string()),
  character: v.optional(v.string()),
  /** e.g. "Main Role". */
  role: v.optional(v.string()),
  image: v.optional(v.string()),
});

const related = v.object({ title: v.string(), slug: v.string(), note: v.optional(v.string()) });

const offer = v.object({ name: v.string(), url: v.string(), note: v.optional(v.string()) });

const schema = v.object({
  /** `34064-sweet-home`, as the site writes it. */
  slug: v.string(),
  title: v.string(),
  nativeTitles: list,
  alsoKnownAs: list,
  /** The first year of a range; missing while it is to be announced. */
  year: v.optional(v.number()),
  film: v.boolean(),
  /** "Drama", "Movie", "TV Show", "Special". */
  type: v.optional(v.string()),
  /** e.g. "Standard Series". */
  format: v.optional(v.string()),
  country: v.optional(v.string()),
  /** Missing when the site says 0, which means unknown. */
  episodes: v.optional(v.number()),
  /** As written by the site, e.g. "52 min." */
  duration: v.optional(v.string()),
  /** First and last day, e.g. "Feb 20, 2021 - May 2, 2021". Series only. */
  aired: v.optional(v.string()),
  airedOn: v.optional(v.string()),
  /** Films only. */
  releaseDate: v.optional(v.string()),
  network: v.optional(v.string()),
  contentRating: v.optional(v.string()),
  /** 1–10. */
  rating: v.optional(v.number()),
  votes: v.optional(v.number()),
  /** With its sign, e.g. "#223". */
  ranked: v.optional(v.string()),
  popularity: v.optional(v.string()),
  watchers: v.optional(v.number()),
  favorites: v.optional(v.number()),
  /** One paragraph, without its source note. */
  synopsis: v.optional(v.string()),
  genres: list,
  tags: list,
  directors: list,
  screenwriters: list,
  cast: v.array(person),
  related: v.array(related),
  watch: v.array(offer),
  /** The largest size. */
  poster: v.optional(v.string()),
});

/** A title as MyDramaList tells of it, whichever upstream it came from. */
export type DramaRecord = Readonly<v.InferOutput<typeof schema>>;

/** One person of the cast. */
export type CastMember = DramaRecord["cast"][number];

/** A title that belongs to this one, e.g. its second season. */
export type RelatedTitle = DramaRecord["related"][number];

/** A place where the title can be watched. */
export type WatchOffer = DramaRecord["watch"][number];

/** Checks a record read back from the cache, which another version may have written. */
export function isDramaRecord(value: unknown): value is DramaRecord {
  return v.is(schema, value);
}
