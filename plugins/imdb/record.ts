import * as v from "valibot";

const list = v.array(v.string());

const person = v.object({ name: v.string(), character: v.optional(v.string()) });

const money = v.object({ amount: v.number(), currency: v.string() });

const schema = v.object({
  /** `tt0133093`. */
  id: v.pipe(v.string(), v.regex(/^tt\d{7,10}$/)),
  title: v.string(),
  /** Only where it differs from the title. */
  originalTitle: v.optional(v.string()),
  /** e.g. "Movie", "TV Series". */
  kind: v.optional(v.string()),
  series: v.boolean(),
  episode: v.boolean(),
  year: v.optional(v.number()),
  /** Last year of a series that has ended. */
  endYear: v.optional(v.number()),
  /** 1–10. */
  rating: v.optional(v.number()),
  votes: v.optional(v.number()),
  metascore: v.optional(v.number()),
  /** Minutes. */
  runtime: v.optional(v.number()),
  plot: v.optional(v.string()),
  /** At most 1,000 pixels wide. */
  poster: v.optional(v.string()),
  genres: list,
  countries: list,
  languages: list,
  alsoKnownAs: list,
  /** The rating in the United States where it is known, otherwise the one shown on the page. */
  mpaa: v.optional(v.string()),
  /** `United States:R`. */
  certificates: list,
  cast: v.array(person),
  directors: list,
  creators: list,
  writers: list,
  producers: list,
  composers: list,
  cinematographers: list,
  editors: list,
  productionDesigners: list,
  costumeDesigners: list,
  /** `31 March 1999`, `March 1999` or `1999`, as much as is known. */
  releaseDate: v.optional(v.string()),
  releaseCountry: v.optional(v.string()),
  aspectRatios: list,
  soundMix: list,
  colors: list,
  budget: v.optional(money),
  worldwideGross: v.optional(money),
  domesticGross: v.optional(money),
  openingWeekend: v.optional(money),
  /** In rising order. */
  seasons: v.array(v.number()),
  seriesTitle: v.optional(v.string()),
  season: v.optional(v.number()),
  episodeNumber: v.optional(v.number()),
});

/** A title as IMDb tells of it, whichever upstream it came from. */
export type TitleRecord = Readonly<v.InferOutput<typeof schema>>;

/** One person of the cast. */
export type CastMember = TitleRecord["cast"][number];

/** An amount in a currency, e.g. 63,000,000 USD. */
export type Money = NonNullable<TitleRecord["budget"]>;

/** Checks a record read back from the cache, which another version may have written. */
export function isTitleRecord(value: unknown): value is TitleRecord {
  return v.is(schema, value);
}
