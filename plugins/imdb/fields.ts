import { cutAtWord, type Field } from "dramabot/plugin";
import { genreLabel } from "./genres.ts";
import { PUBLIC_SITE } from "./links.ts";
import type { Money, TitleRecord } from "./record.ts";

/** Longest plot in a card, in code points. */
const PLOT = 300;

/** Entries of a list that are shown. */
const SHOWN = 5;

/** "The Matrix (1999)", "The Walking Dead (2010–2022)". */
export function heading(record: TitleRecord): string {
  if (record.year === undefined) return record.title;
  const ended = record.endYear !== undefined && record.endYear !== record.year;
  return `${record.title} (${record.year}${ended ? `–${record.endYear}` : ""})`;
}

/** The page people would open. */
export function linkOf(record: TitleRecord): string {
  return `${PUBLIC_SITE}/title/${record.id}/`;
}

/** Every placeholder that templates can use. */
export const fields: readonly Field<TitleRecord>[] = [
  field("title", "Title", (r) => r.title),
  field("original_title", "Title in its own country, where it differs", (r) => r.originalTitle),
  field("kind", "Movie, TV Series, TV Episode and so on", (r) => r.kind),
  field("year", "Year of the release or of the first episode", (r) => r.year?.toString()),
  field("rating", "Rating, 1–10", (r) => r.rating?.toString()),
  field("votes", "Number of votes", (r) => r.votes?.toLocaleString("en-US")),
  field("runtime", "Length, e.g. 142 min", (r) => (r.runtime === undefined ? undefined : `${r.runtime} min`)),
  field("imdb_url", "Address of its page", linkOf),
  field("imdb_id", "Its id, e.g. tt0133093", (r) => r.id),
  field("poster", "Address of the poster", (r) => r.poster),
  field("countries", "Countries of origin", (r) => join(r.countries)),
  field("languages", "Languages spoken", (r) => join(r.languages)),
  field("mpaa", "Age rating in the United States, or the one known", (r) => r.mpaa),
  field("certificates", "Age ratings by country", (r) => join(r.certificates)),
  field("cast", "First five of the cast with their characters", (r) => join(r.cast.map(withCharacter))),
  field("cast_simple", "First five of the cast", (r) => join(r.cast.map(({ name }) => name))),
  field("directors", "Directors", (r) => join(r.directors)),
  field("writers", "Writers, or a series' creators", (r) => join(r.writers.length > 0 ? r.writers : r.creators)),
  field("producers", "Producers", (r) => join(r.producers)),
  field("composers", "Composers", (r) => join(r.composers)),
  field("cinematographers", "Cinematographers", (r) => join(r.cinematographers)),
  field("editors", "Editors", (r) => join(r.editors)),
  field("production_designers", "Production designers", (r) => join(r.productionDesigners)),
  field("costume_designers", "Costume designers", (r) => join(r.costumeDesigners)),
  field("is_series", "Yes for a series, otherwise No", (r) => yesNo(r, r.series)),
  field("is_episode", "Yes for an episode, otherwise No", (r) => yesNo(r, r.episode)),
  field("series_info", "Seasons of a series, e.g. Seasons: 1, 2, 3", (r) =>
    r.seasons.length === 0 ? undefined : `Seasons: ${r.seasons.join(", ")}`,
  ),
  field("seasons", "Seasons of a series, e.g. 1, 2, 3", (r) => r.seasons.join(", ")),
  field("series_title", "Series of an episode", (r) => r.seriesTitle),
  field("episode_info", "Number of an episode, e.g. S1E2", (r) =>
    r.season === undefined || r.episodeNumber === undefined ? undefined : `S${r.season}E${r.episodeNumber}`,
  ),
  field("release_dates", "Release date with its country", released),
  field("premiere_date", "Release date", (r) => r.releaseDate),
  field("original_air_date", "First day on air of a series or episode", (r) =>
    r.series || r.episode ? r.releaseDate : undefined,
  ),
  field("aspect_ratios", "Aspect ratios", (r) => join(r.aspectRatios)),
  field("sound_mix", "Sound mixes", (r) => join(r.soundMix)),
  field("color_info", "Colour or black and white", (r) => join(r.colors)),
  field("budget", "Budget", (r) => amount(r.budget)),
  field("gross", "Gross worldwide, or in the United States and Canada", (r) =>
    amount(r.worldwideGross ?? r.domesticGross),
  ),
  field("box_office", "Budget and gross in one line", boxOffice),
  field("opening_weekend_usa", "Gross of the first weekend in the United States", (r) => amount(r.openingWeekend)),
  field("plot", "What it is about, up to 300 characters", (r) => r.plot && cutAtWord(r.plot, PLOT)),
  field("genres", "Genres with emoji", (r) => join(r.genres.map(genreLabel))),
];

function field(name: string, description: string, value: Field<TitleRecord>["value"]): Field<TitleRecord> {
  return { name, description, value };
}

function join(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.slice(0, SHOWN).join(", ");
}

function withCharacter({ name, character }: TitleRecord["cast"][number]): string {
  return character === undefined ? name : `${name} (${character})`;
}

/** An answer that does not tell the kind says neither. */
function yesNo(record: TitleRecord, value: boolean): string | undefined {
  if (value) return "Yes";
  return record.kind === undefined ? undefined : "No";
}

function released({ releaseDate, releaseCountry }: TitleRecord): string | undefined {
  return releaseDate && releaseCountry ? `${releaseDate} (${releaseCountry})` : releaseDate;
}

/** `$63,000,000`, `₩17,000,000,000`; an unknown currency stands as its letters. */
function amount(money: Money | undefined): string | undefined {
  if (money === undefined) return undefined;
  const whole = money.amount.toLocaleString("en-US");
  const sign = /^[A-Z]{3}$/.test(money.currency)
    ? new Intl.NumberFormat("en-US", { style: "currency", currency: money.currency, currencyDisplay: "narrowSymbol" })
        .formatToParts(0)
        .find((part) => part.type === "currency")?.value
    : undefined;
  const symbol = sign ?? money.currency;
  return /\w$/.test(symbol) ? `${symbol} ${whole}` : `${symbol}${whole}`;
}

function boxOffice(record: TitleRecord): string | undefined {
  const parts = [
    ["Budget", amount(record.budget)],
    ["US & Canada", amount(record.domesticGross)],
    ["Worldwide", amount(record.worldwideGross)],
  ].flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`]));
  return join(parts);
}
