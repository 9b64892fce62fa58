import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultCaption } from "../../../core/domain/card.ts";
import { fields, heading, linkOf } from "../../../plugins/imdb/fields.ts";
import type { TitleRecord } from "../../../plugins/imdb/record.ts";
import { defaultTemplate } from "../../../plugins/imdb/template.ts";
import { matrix2025, walkingDead2025 } from "./expected-references.ts";
import { matrix2023, planned2023, squidGame } from "./expected-titles.ts";

/** The predecessor's placeholders, which stored templates use. */
const PREDECESSOR =
  "title kind year rating votes runtime imdb_url imdb_id poster countries languages mpaa certificates cast cast_simple directors writers producers composers cinematographers editors production_designers costume_designers is_series is_episode series_info episode_info release_dates premiere_date original_air_date aspect_ratios sound_mix color_info budget gross box_office opening_weekend_usa plot genres".split(
    " ",
  );

const episode: TitleRecord = {
  ...planned2023,
  id: "tt1589921",
  title: "Guts",
  kind: "TV Episode",
  episode: true,
  year: 2010,
  releaseDate: "7 November 2010",
  releaseCountry: "United States",
  seriesTitle: "The Walking Dead",
  season: 1,
  episodeNumber: 2,
};

function value(name: string, record: TitleRecord = matrix2023): string | undefined {
  const field = fields.find((each) => each.name === name);
  assert.ok(field, `no field ${name}`);
  return field.value(record);
}

/** Every placeholder that has a value, with it. */
function values(record: TitleRecord): Record<string, string> {
  const all = PREDECESSOR.map((name) => [name, value(name, record)] as const);
  return Object.fromEntries(all.filter((pair): pair is readonly [string, string] => Boolean(pair[1])));
}

function card(record: TitleRecord): string {
  return defaultCaption({ fields, defaultTemplate, title: heading, url: linkOf }, record);
}

test("every placeholder of the predecessor is there, and each is named once", () => {
  const names = fields.map(({ name }) => name);
  for (const name of PREDECESSOR) assert.ok(names.includes(name), name);
  assert.equal(new Set(names).size, names.length);
});

test("a film's placeholders have the shapes that templates rely on", () => {
  assert.deepEqual(values(matrix2025), {
    title: "Matrix",
    kind: "Movie",
    year: "1999",
    rating: "8.7",
    votes: "2,193,347",
    runtime: "136 min",
    imdb_url: "https://www.imdb.com/title/tt0133093/",
    imdb_id: "tt0133093",
    poster: matrix2025.poster,
    countries: "United States, Australia",
    languages: "English",
    mpaa: "R",
    certificates: "Argentina:13, Australia:M, Belgium:12, Brazil:14, Bulgaria:C",
    cast: "Keanu Reeves (Neo), Laurence Fishburne (Morpheus), Carrie-Anne Moss (Trinity), Hugo Weaving (Agent Smith), Gloria Foster (Oracle)",
    cast_simple: "Keanu Reeves, Laurence Fishburne, Carrie-Anne Moss, Hugo Weaving, Gloria Foster",
    directors: "Lana Wachowski, Lilly Wachowski",
    writers: "Lilly Wachowski, Lana Wachowski",
    producers: "Bruce Berman, Dan Cracchiolo, Carol Hughes, Andrew Mason, Richard Mirisch",
    composers: "Don Davis",
    cinematographers: "Bill Pope",
    editors: "Zach Staenberg",
    production_designers: "Owen Paterson",
    costume_designers: "Kym Barrett",
    is_series: "No",
    is_episode: "No",
    release_dates: "7 May 1999 (Italy)",
    premiere_date: "7 May 1999",
    aspect_ratios: "2.20 : 1, 2.39 : 1",
    sound_mix: "DTS, Dolby Digital, SDDS, Dolby Atmos",
    color_info: "Color",
    budget: "$63,000,000",
    gross: "$467,845,851",
    box_office: "Budget: $63,000,000, US & Canada: $172,076,928, Worldwide: $467,845,851",
    opening_weekend_usa: "$27,788,331",
    plot: matrix2025.plot,
    genres: "💥 Action, 🚀 Sci-Fi",
  });
});

test("a series' placeholders have the shapes that templates rely on", () => {
  const { directors, writers, series_info, original_air_date, is_series, genres, ...rest } = values(walkingDead2025);
  assert.deepEqual(
    { directors, writers, series_info, original_air_date, is_series, genres },
    {
      directors: undefined,
      writers: "Frank Darabont",
      series_info: "Seasons: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
      original_air_date: "1 November 2010",
      is_series: "Yes",
      genres: "🎭 Drama, 👻 Horror, 🔪 Thriller",
    },
  );
  assert.ok(!("budget" in rest) && !("episode_info" in rest));
  assert.equal(value("series_info", { ...walkingDead2025, seasons: [1, 2, 3] }), "Seasons: 1, 2, 3");
});

test("an episode has its number, and its day on air", () => {
  assert.equal(value("episode_info", episode), "S1E2");
  assert.equal(value("original_air_date", episode), "7 November 2010");
  assert.equal(value("is_episode", episode), "Yes");
  assert.equal(value("episode_info", { ...planned2023, season: 1 }), undefined);
});

test("a title that hardly anything is known of has hardly any values, and they are missing, not empty words", () => {
  assert.deepEqual(values(planned2023), {
    title: "Quality of Life",
    kind: "TV Movie",
    imdb_url: "https://www.imdb.com/title/tt7462422/",
    imdb_id: "tt7462422",
    is_series: "No",
    is_episode: "No",
  });
});

test("an answer that does not tell the kind does not say that the title is no series", () => {
  assert.deepEqual(values(squidGame), {
    title: "Squid Game",
    year: "2021",
    rating: "8",
    imdb_url: "https://www.imdb.com/title/tt10919420/",
    imdb_id: "tt10919420",
  });
});

test("lists show their first five", () => {
  const many = ["A", "B", "C", "D", "E", "F"];
  const people = many.map((name) => ({ name }));
  const record = { ...matrix2023, countries: many, languages: many, genres: many, writers: many, cast: people };
  for (const name of ["countries", "languages", "writers", "cast", "cast_simple"]) {
    assert.equal(value(name, record), "A, B, C, D, E", name);
  }
  assert.equal(value("genres", record), "🎬 A, 🎬 B, 🎬 C, 🎬 D, 🎬 E");
});

test("every genre that IMDb has carries an emoji of its own", () => {
  const genres =
    "Action,Adventure,Animation,Biography,Comedy,Crime,Documentary,Drama,Family,Fantasy,Film-Noir,Game-Show,History,Horror,Music,Musical,Mystery,News,Reality-TV,Romance,Sci-Fi,Short,Sport,Talk-Show,Thriller,War,Western".split(
      ",",
    );
  for (const genre of genres) {
    const shown = value("genres", { ...matrix2023, genres: [genre] }) ?? "";
    assert.match(shown, /^\p{Extended_Pictographic}\ufe0f? /u, genre);
    assert.ok(shown.endsWith(` ${genre}`) && !shown.startsWith("🎬"), shown);
  }
  assert.equal(value("genres", { ...matrix2023, genres: ["constructor"] }), "🎬 constructor");
});

test("a plot is cut at a word within 300 characters", () => {
  const long = { ...matrix2023, plot: "word ".repeat(200).trim() };
  assert.equal(value("plot", long), `${"word ".repeat(59)}word…`);
  assert.equal(value("plot", { ...matrix2023, plot: "x".repeat(300) }), "x".repeat(300));
  assert.equal(Array.from(value("plot", { ...matrix2023, plot: "🙂".repeat(400) }) ?? "").length, 300);
});

test("money carries the sign of its currency", () => {
  for (const [currency, shown] of [
    ["USD", "$1,000,000"],
    ["EUR", "€1,000,000"],
    ["KRW", "₩1,000,000"],
    ["INR", "₹1,000,000"],
    ["CHF", "CHF 1,000,000"],
    ["XQQ", "XQQ 1,000,000"],
    ["dollars", "dollars 1,000,000"],
  ] as const) {
    assert.equal(value("budget", { ...matrix2023, budget: { amount: 1_000_000, currency } }), shown);
  }
  const { worldwideGross: _, ...domestic } = matrix2023;
  assert.equal(value("gross", domestic), "$172,076,928");
});

test("a film's card: bold title, labelled lines, plot, link", () => {
  assert.equal(
    card(matrix2025),
    [
      "<b>Matrix (1999)</b>",
      "<b>Original title:</b> The Matrix",
      "<b>Rating:</b> 8.7 (2,193,347 votes)",
      "<b>Genres:</b> 💥 Action, 🚀 Sci-Fi",
      "<b>Type:</b> Movie",
      "<b>Release date:</b> 7 May 1999 (Italy)",
      "<b>Runtime:</b> 136 min",
      "<b>Country:</b> United States, Australia",
      "<b>Language:</b> English",
      "<b>Age rating:</b> R",
      "<b>Director:</b> Lana Wachowski, Lilly Wachowski",
      "<b>Writer:</b> Lilly Wachowski, Lana Wachowski",
      "<b>Cast:</b> Keanu Reeves (Neo), Laurence Fishburne (Morpheus), Carrie-Anne Moss (Trinity), Hugo Weaving (Agent Smith), Gloria Foster (Oracle)",
      "<b>Box office:</b> $467,845,851",
      "",
      matrix2025.plot,
      "",
      '<a href="https://www.imdb.com/title/tt0133093/">More on IMDb</a>',
    ].join("\n"),
  );
});

test("a series' card has its first day on air and its seasons where a film has its release date", () => {
  const lines = card(walkingDead2025).split("\n");
  assert.ok(lines.includes("<b>First aired:</b> 1 November 2010"));
  assert.ok(lines.includes("<b>Seasons:</b> 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"));
  assert.ok(lines.includes("<b>Creator:</b> Frank Darabont"));
  assert.ok(!lines.some((line) => /Release date|Director|Episode|Original title/.test(line)));
});

test("an episode's card says of which series it is", () => {
  assert.deepEqual(card(episode).split("\n"), [
    "<b>Guts (2010)</b>",
    "<b>Type:</b> TV Episode",
    "<b>Series:</b> The Walking Dead",
    "<b>Episode:</b> S1E2",
    "<b>Aired:</b> 7 November 2010",
    "",
    '<a href="https://www.imdb.com/title/tt1589921/">More on IMDb</a>',
  ]);
});

test("lines without a value are left out, and no N/A is shown", () => {
  assert.equal(
    card(planned2023),
    '<b>Quality of Life</b>\n<b>Type:</b> TV Movie\n\n<a href="https://www.imdb.com/title/tt7462422/">More on IMDb</a>',
  );
  assert.match(card(squidGame), /<b>Rating:<\/b> 8\n/);
  const { rating: _, ...unrated } = matrix2023;
  assert.doesNotMatch(card(unrated), /Rating:<|votes|N\/A/);
});

test("markup in values stays text", () => {
  const html = card({ ...planned2023, title: "<b>&{year}", plot: "</a> {{x}} <i>" });
  assert.match(html, /^<b>&lt;b&gt;&amp;\{year\}<\/b>\n/);
  assert.ok(html.includes("&lt;/a&gt; {{x}} &lt;i&gt;"));
});

test("a heading has the years of a series that has ended", () => {
  assert.equal(heading(matrix2023), "The Matrix (1999)");
  assert.equal(heading(walkingDead2025), "The Walking Dead (2010–2022)");
  assert.equal(heading({ ...matrix2023, endYear: 1999 }), "The Matrix (1999)");
  assert.equal(heading(planned2023), "Quality of Life");
});
