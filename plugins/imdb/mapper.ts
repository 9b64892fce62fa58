import { credits, type Job } from "./credits.ts";
import { at, count, items, number, word, words } from "./json.ts";
import type { Money, TitleRecord } from "./record.ts";
import { posterOf } from "./text.ts";

/** Largest number of names kept of one job: records are cached, cards show five. */
const PEOPLE = 15;

const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    movie: "Movie",
    short: "Short",
    tvSeries: "TV Series",
    tvMiniSeries: "TV Mini Series",
    tvMovie: "TV Movie",
    tvEpisode: "TV Episode",
    tvSpecial: "TV Special",
    tvShort: "TV Short",
    video: "Video",
    videoGame: "Video Game",
  }),
);

const MONTHS = "January February March April May June July August September October November December".split(" ");

/**
 * Makes a record of the two parts of a page's `pageProps`, or of a GraphQL `title` (then both are the same).
 * Keys of 2022–23 and of 2025 are known; any of them may be missing or null.
 *
 * @returns `undefined` when there is no title in it.
 */
export function mapTitle(top: unknown, main: unknown): TitleRecord | undefined {
  const first = (...paths: readonly string[]): unknown => {
    for (const path of paths) {
      const value = at(main, path) ?? at(top, path);
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  };
  const id = word(at(top, "id") ?? at(main, "id"));
  const title = word(first("titleText.text")) ?? word(first("originalTitleText.text"));
  if (id === undefined || !/^tt\d{7,10}$/.test(id) || title === undefined) return undefined;
  const original = word(first("originalTitleText.text"));
  const type = word(first("titleType.id"));
  const seconds = number(first("runtime.seconds")) ?? number(at(items(first("runtimes"))[0], "seconds"));
  const genres = words(first("genres.genres"), "text");
  const certificates = items(first("certificates"));
  const ofAmerica = certificates.filter((each) => at(each, "country.id") === "US");
  // A film may carry a television rating beside the one of the Motion Picture Association.
  const american = ofAmerica.find((each) => at(each, "ratingsBody.id") === "MPAA") ?? ofAmerica[0];
  const job = credits({ main, top });
  const names = (of: Job) =>
    job(of)
      .slice(0, PEOPLE)
      .map(({ name }) => name);
  const rating = number(first("ratingsSummary.aggregateRating"));
  return withoutUndefined({
    id,
    title,
    originalTitle: original === title ? undefined : original,
    kind: word(first("titleType.text")) ?? (type === undefined ? undefined : (KINDS.get(type) ?? type)),
    series: first("titleType.isSeries") === true || type === "tvSeries" || type === "tvMiniSeries",
    episode: first("titleType.isEpisode") === true || type === "tvEpisode",
    year: count(first("releaseYear.year")),
    endYear: count(first("releaseYear.endYear")),
    rating: rating !== undefined && rating > 0 && rating <= 10 ? rating : undefined,
    votes: count(first("ratingsSummary.voteCount")),
    metascore: count(first("metacritic.metascore.score")),
    runtime: seconds === undefined || seconds < 30 ? undefined : Math.round(seconds / 60),
    plot: word(first("plot.plotText.plainText")),
    poster: posterOf(first("primaryImage.url")),
    genres: genres.length > 0 ? genres : words(first("titleGenres.genres"), "genre.text"),
    countries: words(first("countriesDetails.countries", "countriesOfOrigin.countries"), "text"),
    languages: words(first("spokenLanguages.spokenLanguages"), "text"),
    alsoKnownAs: words(first("akas"), "text").filter((each) => each !== title),
    mpaa: word(at(american, "rating")) ?? word(first("certificate.rating")),
    certificates: [...new Set(certificates.flatMap(certificate))],
    cast: job("cast").slice(0, PEOPLE),
    directors: names("director"),
    creators: names("creator"),
    writers: names("writer"),
    producers: names("producer"),
    composers: names("composer"),
    cinematographers: names("cinematographer"),
    editors: names("editor"),
    productionDesigners: names("production_designer"),
    costumeDesigners: names("costume_designer"),
    releaseDate: date(first("releaseDate")),
    releaseCountry: word(first("releaseDate.country.text")),
    aspectRatios: words(first("technicalSpecifications.aspectRatios"), "aspectRatio"),
    soundMix: words(first("technicalSpecifications.soundMixes"), "text"),
    colors: words(first("technicalSpecifications.colorations"), "text"),
    budget: money(first("productionBudget.budget")),
    worldwideGross: money(first("worldwideGross.total")),
    domesticGross: money(first("lifetimeGross.total")),
    openingWeekend: money(first("openingWeekendGross.gross.total")),
    seasons: seasons(first("episodes.displayableSeasons", "episodes.seasons")),
    seriesTitle: word(first("series.series.titleText.text")),
    season: count(
      first(
        "series.episodeNumber.seasonNumber",
        "series.displayableEpisodeNumber.displayableSeason.season",
        "series.displayableEpisodeNumber.displayableSeason.text",
      ),
    ),
    episodeNumber: count(
      first(
        "series.episodeNumber.episodeNumber",
        "series.displayableEpisodeNumber.episodeNumber.episodeNumber",
        "series.displayableEpisodeNumber.episodeNumber.text",
      ),
    ),
  });
}

function certificate(item: unknown): string[] {
  const rating = word(at(item, "rating"));
  const country = word(at(item, "country.text"));
  return rating === undefined || country === undefined ? [] : [`${country}:${rating}`];
}

/** Day and month may each be missing. */
function date(value: unknown): string | undefined {
  const year = count(at(value, "year"));
  const month = MONTHS[(count(at(value, "month")) ?? 0) - 1];
  if (year === undefined) return undefined;
  const day = month === undefined ? undefined : count(at(value, "day"));
  return [day, month, year].filter((part) => part !== undefined).join(" ");
}

function money(value: unknown): Money | undefined {
  const amount = count(at(value, "amount"));
  const currency = word(at(value, "currency"));
  return amount === undefined || currency === undefined ? undefined : { amount, currency };
}

/** Pages list the newest first, and "Unknown" for episodes without a season. */
function seasons(value: unknown): number[] {
  const numbers = items(value).flatMap((each) => count(at(each, "season") ?? at(each, "number")) ?? []);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Leaves out what is missing, so that a record is the same after JSON. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;
}
