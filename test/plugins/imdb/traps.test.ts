import assert from "node:assert/strict";
import { test } from "node:test";
import { cutAtWord } from "../../../core/plugin/index.ts";
import { mapTitle } from "../../../plugins/imdb/mapper.ts";
import { isTitleRecord, type TitleRecord } from "../../../plugins/imdb/record.ts";
import { wrapNextData } from "../../../plugins/imdb/samples/answers.ts";
import { posterOf } from "../../../plugins/imdb/text.ts";
import { planned2023 } from "./expected-titles.ts";
import { readPage } from "./stage.ts";

const bare = { id: "tt0133093", titleText: { text: "X" }, titleType: { id: "movie", text: "Movie" } };

const nothing = { ...planned2023, id: "tt0133093", title: "X", kind: "Movie" };

/** The record of a title with these keys, as GraphQL answers it and as a page parts it. */
function record(more: Readonly<Record<string, unknown>>): TitleRecord {
  const whole = { ...bare, ...more };
  const found = mapTitle(whole, whole);
  assert.ok(found);
  assert.deepEqual(mapTitle({ id: bare.id }, whole), found, "in the main part alone");
  assert.deepEqual(mapTitle(whole, { id: bare.id }), found, "in the top part alone");
  return found;
}

function page(pageProps: unknown): ReturnType<typeof readPage> {
  return readPage(wrapNextData(JSON.stringify({ props: { pageProps } })));
}

test("year, plot, rating and image can each be null, or hold nothing", () => {
  for (const key of ["releaseYear", "plot", "ratingsSummary", "primaryImage", "releaseDate", "runtime", "genres"]) {
    for (const value of [null, {}, [], "", 0, "x"]) assert.deepEqual(record({ [key]: value }), nothing, key);
  }
  const hollow = {
    releaseYear: { year: null, endYear: null },
    plot: { plotText: null },
    ratingsSummary: { aggregateRating: null, voteCount: 0 },
    primaryImage: { url: null },
    releaseDate: { day: null, month: null, year: null, country: null },
    runtime: { seconds: null },
    metacritic: { metascore: null },
    certificate: { rating: null },
    productionBudget: { budget: null },
    episodes: { displayableSeasons: null },
    series: null,
  };
  assert.deepEqual(record(hollow), nothing);
});

test("values of a wrong type, of any key, leave their field out and the record whole", () => {
  const keys =
    "originalTitleText titleType releaseYear releaseDate runtime runtimes ratingsSummary metacritic primaryImage plot genres titleGenres countriesOfOrigin countriesDetails spokenLanguages certificate certificates akas cast creators directors writers categories creditGroupings principalCredits principalCreditsV2 castV2 castPageTitle technicalSpecifications productionBudget worldwideGross lifetimeGross openingWeekendGross episodes series".split(
      " ",
    );
  const rubbish = [null, 7, true, "x", [], [null], [[]], {}, { edges: 7 }, { edges: [null, { node: null }] }];
  for (const key of keys) {
    for (const value of rubbish) {
      const found = mapTitle({ ...bare, [key]: value }, { ...bare, [key]: value });
      assert.ok(isTitleRecord(found), `${key}: ${JSON.stringify(value)}`);
      assert.deepEqual(JSON.parse(JSON.stringify(found)), found);
    }
  }
});

test("a record is made of a title's id and name alone, and of nothing less", () => {
  assert.deepEqual(record({}), nothing);
  assert.equal(record({ titleText: null, originalTitleText: { text: "Y" } }).title, "Y");
  for (const wrong of [undefined, null, 7, "x", [], {}, { id: "tt0133093" }, { titleText: { text: "X" } }]) {
    assert.equal(mapTitle(wrong, wrong), undefined, JSON.stringify(wrong));
  }
  for (const id of ["nm0000206", "tt123456", "0133093", "tt12345678901", 133093, null]) {
    assert.equal(mapTitle({ ...bare, id }, {}), undefined, String(id));
  }
  for (const id of ["tt0133093", "tt10919420"]) assert.equal(mapTitle({ ...bare, id }, {})?.id, id);
});

test("a kind that is not known by its id is called as IMDb calls it", () => {
  for (const [titleType, kind] of [
    [{ id: "tvMiniSeries" }, "TV Mini Series"],
    [{ id: "podcastSeries" }, "podcastSeries"],
    [{ id: "podcastSeries", text: "Podcast Series" }, "Podcast Series"],
    [{ id: "constructor" }, "constructor"],
    [{}, undefined],
  ] as const) {
    assert.equal(record({ titleType }).kind, kind);
  }
});

test("a series and an episode are told by their mark, or by their kind where there is none", () => {
  const kinds = [
    { isSeries: true },
    { id: "tvSeries" },
    { id: "tvMiniSeries" },
    { id: "podcastSeries", isSeries: true },
    { isEpisode: true },
    { id: "tvEpisode" },
    { id: "movie", isSeries: false, isEpisode: false },
    { isSeries: "true", isEpisode: 1 },
  ];
  assert.deepEqual(
    kinds.map((titleType) => record({ titleType })).map(({ series, episode }) => [series, episode]),
    [
      [true, false],
      [true, false],
      [true, false],
      [true, false],
      [false, true],
      [false, true],
      [false, false],
      [false, false],
    ],
  );
});

test("a release date may lack its day or its month", () => {
  const dates = [
    [{ day: 31, month: 3, year: 1999 }, "31 March 1999"],
    [{ day: null, month: 12, year: 1999 }, "December 1999"],
    [{ month: 1, year: 1999 }, "January 1999"],
    [{ day: null, month: null, year: 1999 }, "1999"],
    [{ day: 31, month: null, year: 1999 }, "1999"],
    [{ day: 31, month: 13, year: 1999 }, "1999"],
    [{ day: 31, month: 0, year: 1999 }, "1999"],
    [{ day: 31, month: 3, year: null }, undefined],
    [{ day: "31", month: "3", year: "1999" }, "31 March 1999"],
  ] as const;
  for (const [releaseDate, expected] of dates) {
    assert.equal(record({ releaseDate }).releaseDate, expected, JSON.stringify(releaseDate));
  }
});

test("a rating is between 0 and 10, and the votes at least one", () => {
  for (const aggregateRating of [0, -1, 10.1, 87, "x", null, {}]) {
    assert.equal(record({ ratingsSummary: { aggregateRating } }).rating, undefined, String(aggregateRating));
  }
  assert.equal(record({ ratingsSummary: { aggregateRating: 10, voteCount: 5 } }).rating, 10);
  assert.equal(record({ ratingsSummary: { aggregateRating: 8.7, voteCount: -5 } }).votes, undefined);
});

test("a poster is asked for at a thousand pixels, whatever size it was named with", () => {
  const host = "https://m.media-amazon.com/images/M/MV5BMTM4@@";
  for (const size of ["_V1_", "_V1_QL75_UX190_CR0,0,190,281_", "_V1_SX300", "_V1_UX1000_"]) {
    assert.equal(posterOf(`${host}.${size}.jpg`), `${host}._V1_UX1000_.jpg`, size);
  }
  assert.equal(posterOf(`${host}._V1_.png`), `${host}._V1_UX1000_.png`);
  assert.equal(posterOf("https://elsewhere.test/x._V1_.jpg"), "https://elsewhere.test/x._V1_.jpg");
  for (const wrong of [
    undefined,
    null,
    7,
    "",
    "x",
    "//m.media-amazon.com/x._V1_.jpg",
    "data:image/png,x",
    "https://",
    {},
  ])
    assert.equal(posterOf(wrong), undefined, String(wrong));
});

test("text that JSON-LD escapes twice is never read, and plain text stays as it is", () => {
  const plain = `Tom &amp; Jerry say "<b>it's</b>" &apos;`;
  const ld = { "@type": "Movie", name: "Y", description: "it&amp;apos;s", review: { reviewBody: "it&amp;apos;s" } };
  const data = wrapNextData(
    JSON.stringify({
      props: { pageProps: { aboveTheFoldData: { ...bare, plot: { plotText: { plainText: plain } } } } },
    }),
  );
  const html = data.replace("<head>", `<head><script type="application/ld+json">${JSON.stringify(ld)}</script>`);
  assert.ok(html.includes("amp;apos"));
  assert.deepEqual(readPage(html), { ...nothing, plot: plain });
});

test("a page whose texts hold the tag that ends its script is read to the end of its JSON", () => {
  const plain = 'He typed "</script>" and \\ "{[</script>" ]}';
  const properties = { aboveTheFoldData: { ...bare, plot: { plotText: { plainText: plain } } } };
  const data = JSON.stringify({ props: { pageProps: properties } });
  const escaped = wrapNextData(data);
  assert.equal(escaped.split("</script>").length, 2, "the page around it ends the script early");
  const unescaped = escaped.replaceAll("<\\/script>", "</script>");
  assert.equal(unescaped.split("</script>").length, 4);
  for (const html of [escaped, unescaped, `${unescaped}<script>var x = "}";</script>`]) {
    assert.deepEqual(readPage(html), { ...nothing, plot: plain });
  }
  const cut = unescaped.slice(0, unescaped.lastIndexOf("}"));
  for (const html of [cut, `${cut}</script>`, unescaped.replace('"props"', "props")]) {
    assert.equal(readPage(html), "unreadable");
  }
});

test("white space and invisible characters around text are taken away", () => {
  assert.equal(record({ titleText: { text: " \u200bThe\u00a0\n Matrix\ufeff" } }).title, "The Matrix");
  assert.equal(record({ plot: { plotText: { plainText: " \n\u200b " } } }).plot, undefined);
});

test("the American film rating goes before a television one, and before that of the reader's country", () => {
  const one = (id: string, text: string, rating: string, body?: string) => ({
    node: { country: { id, text }, rating, ratingsBody: body === undefined ? null : { id: body } },
  });
  const italian = one("IT", "Italy", "T");
  const tv = one("US", "United States", "TV-14");
  const film = one("US", "United States", "R", "MPAA");
  const rated = (...edges: unknown[]) => record({ certificate: { rating: "T" }, certificates: { edges } });
  assert.equal(rated(italian, tv, film).mpaa, "R");
  assert.equal(rated(italian, tv).mpaa, "TV-14");
  assert.equal(rated(italian).mpaa, "T");
  assert.deepEqual(rated(tv, tv, film, tv).certificates, ["United States:TV-14", "United States:R"]);
});

test("an episode has its series, season and number, in each of the forms they come in", () => {
  const series = { series: { titleText: { text: "The Walking Dead" } } };
  const season = (key: string) => ({ [key]: "1" });
  for (const numbers of [
    { episodeNumber: { seasonNumber: 1, episodeNumber: 3 } },
    ...["season", "text"].flatMap((first) =>
      ["episodeNumber", "text"].map((second) => ({
        displayableEpisodeNumber: { displayableSeason: season(first), episodeNumber: { [second]: "3" } },
      })),
    ),
  ]) {
    const episode = record({ titleType: { id: "tvEpisode" }, series: { ...series, ...numbers } });
    assert.deepEqual(
      [episode.kind, episode.episode, episode.series, episode.seriesTitle, episode.season, episode.episodeNumber],
      ["TV Episode", true, false, "The Walking Dead", 1, 3],
      JSON.stringify(numbers),
    );
  }
  const unknown = { episodeNumber: { seasonNumber: null, episodeNumber: null } };
  assert.deepEqual(record({ series: unknown }), nothing);
});

test("seasons come in rising order, without the unknown one, from newer and older keys", () => {
  const edges = ["11", "2", "1", "2", "Unknown", "-1", null].map((season) => ({ node: { season } }));
  assert.deepEqual(record({ episodes: { displayableSeasons: { edges } } }).seasons, [1, 2, 11]);
  assert.deepEqual(record({ episodes: { seasons: [{ number: 2 }, { number: 1 }] } }).seasons, [1, 2]);
});

test("a running time under half a minute is none, and it may stand in a list", () => {
  assert.equal(record({ runtime: { seconds: 8160 } }).runtime, 136);
  assert.equal(record({ runtime: { seconds: 29 } }).runtime, undefined);
  assert.equal(record({ runtimes: { edges: [{ node: { seconds: 2700 } }] } }).runtime, 45);
});

test("genres may stand under the newer key alone", () => {
  assert.deepEqual(record({ titleGenres: { genres: [{ genre: { text: "Drama" } }] } }).genres, ["Drama"]);
  assert.deepEqual(record({ genres: { genres: [{ text: "Drama" }, { text: "Drama" }, {}] } }).genres, ["Drama"]);
});

test("what is no page of a title is told apart: a challenge, or unreadable", () => {
  for (const html of [
    '<script src="https://a1.token.awswaf.com/a1/challenge.js"></script>',
    "<html><head><script>window.awsWafCookieDomainList = [];</script></head></html>",
    "<form action='/captcha'></form>",
  ]) {
    assert.equal(readPage(html), "challenge", html);
  }
  for (const html of ["", "{}", "<", "<html>", "\u0000", "<title>Error 503</title>", '<script id="__NEXT_DATA__"']) {
    assert.equal(readPage(html), "unreadable", html);
  }
  for (const data of ["", "{", "null", "7", '"x"', "[]", "{}", `${"[".repeat(200_000)}`]) {
    assert.equal(readPage(wrapNextData(data)), "unreadable", data.slice(0, 20));
  }
  for (const props of [null, [], { aboveTheFoldData: [] }, { aboveTheFoldData: {}, mainColumnData: null }]) {
    assert.equal(page(props), "unreadable", JSON.stringify(props));
  }
  assert.equal(page({ aboveTheFoldData: { id: bare.id }, mainColumnData: { titleText: null } }), "unreadable");
  assert.deepEqual(page({ aboveTheFoldData: bare, mainColumnData: null }), nothing);
  assert.deepEqual(page({ aboveTheFoldData: null, mainColumnData: bare }), nothing);
});

test("a cut keeps whole words and whole characters", () => {
  assert.equal(cutAtWord("one two three", 9), "one two…");
  assert.equal(cutAtWord("one two, three", 10), "one two…");
  assert.equal(cutAtWord("one two", 7), "one two");
  assert.equal(cutAtWord("😀".repeat(20), 5), "😀😀😀😀…");
});
