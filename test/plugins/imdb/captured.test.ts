import assert from "node:assert/strict";
import { test } from "node:test";
import { isTitleRecord } from "../../../plugins/imdb/record.ts";
import { wrapNextData } from "../../../plugins/imdb/samples/answers.ts";
import { failsWith, needsCaptures } from "../stage.ts";
import { existenceHits, mainSearchHits, matrixHits } from "./expected-hits.ts";
import { matrix2025, walkingDead2025 } from "./expected-references.ts";
import { matrix2023, planned2023, squidGame, taken2022 } from "./expected-titles.ts";
import { captured, readPage, stage, upstreams } from "./stage.ts";

const titlePages = [
  ["title_tt0133093_20230526.html", matrix2023],
  ["title_tt0936501_20221027.html", taken2022],
  ["title_tt7462422_20230526.html", planned2023],
] as const;

const referencePages = [
  ["nextdata_reference_tt0133093_2025.json", matrix2025],
  ["nextdata_reference_tt1520211_series_2025.json", walkingDead2025],
] as const;

for (const [name, expected] of titlePages) {
  test(`every field of ${name} is read`, needsCaptures, () => {
    assert.deepEqual(readPage(captured(name)), expected);
  });
}

for (const [name, expected] of referencePages) {
  test(`every field of ${name} is read`, needsCaptures, () => {
    assert.deepEqual(readPage(wrapNextData(captured(name))), expected);
  });
}

test("a captured page that does not escape the tag that ends its script is read all the same", needsCaptures, () => {
  const json = captured("nextdata_reference_tt1520211_series_2025.json");
  assert.ok(json.split("</script>").length > 10, "its texts hold no such tag");
  const page = wrapNextData("{}").replace("{}", () => json);
  assert.deepEqual(readPage(page), walkingDead2025);
});

test("GraphQL's captured title is read", needsCaptures, async () => {
  const answer = captured("graphql_title_tt10919420_squid-game_transcribed.json");
  const { source, call, served } = await stage(upstreams({ graphql: answer }));
  assert.deepEqual(await source.details("tt10919420", call), squidGame);
  assert.deepEqual(served, ["graphql"]);
});

test("the page provider gives the same record as the parser", needsCaptures, async () => {
  const { source, call, asked, served } = await stage(upstreams({ page: captured("title_tt0936501_20221027.html") }), {
    providers: "page",
  });
  assert.deepEqual(await source.details("tt0936501", call), taken2022);
  assert.deepEqual(
    asked.map(({ path }) => path),
    ["/title/tt0936501/reference"],
  );
  assert.deepEqual(served, ["page"]);
});

test("a page that is no title's is unreadable, and no crash", needsCaptures, async () => {
  const page = wrapNextData(captured("nextdata_episodes_tt1520211_season1_2025.json"));
  assert.equal(readPage(page), "unreadable");
  const { source, call } = await stage(upstreams({ page }), { providers: "page" });
  await assert.rejects(source.details("tt1520211", call), failsWith("http.unexpected_answer"));
});

test(
  "the suggestion API's captured answers give all their hits, and none where there are none",
  needsCaptures,
  async () => {
    for (const [name, expected] of [
      ["suggestion_existence-2012_20230526.json", existenceHits],
      ["suggestion_the-matrix-1999_20230526.json", matrixHits],
      ["suggestion_noresult_20221027.json", []],
    ] as const) {
      const { source, call, served } = await stage(upstreams({ suggestion: captured(name) }));
      assert.deepEqual(await source.search("x", call), expected, name);
      assert.deepEqual(served, ["suggestion"]);
    }
  },
);

test("GraphQL's captured search gives ten titles and no people", needsCaptures, async () => {
  const answer = captured("graphql_mainsearch_matrix_2025.json");
  const { source, call, served } = await stage(upstreams({ suggestion: 403, graphql: answer }));
  assert.deepEqual(await source.search("matrix", call), mainSearchHits);
  assert.deepEqual(served, ["graphql"]);
});

test("records stay the same through JSON and are recognised", () => {
  for (const record of [...titlePages, ...referencePages].map(([, expected]) => expected)) {
    const again: unknown = JSON.parse(JSON.stringify(record));
    assert.deepEqual(again, record);
    assert.ok(isTitleRecord(again));
  }
  assert.ok(!isTitleRecord({ ...matrix2023, id: "nm0000206" }));
  assert.ok(!isTitleRecord({ ...matrix2023, genres: "Drama" }));
  for (const rubbish of [null, undefined, 1, "x", [], {}]) assert.ok(!isTitleRecord(rubbish));
});

test("a page cut anywhere never makes the parser throw", needsCaptures, () => {
  const page = captured("title_tt0133093_20230526.html");
  for (let length = 0; length < page.length; length += 49_999) {
    const read = readPage(page.slice(0, length));
    if (typeof read === "object") assert.deepEqual(read, matrix2023);
    else assert.ok(read === "unreadable" || read === "challenge", read);
  }
});
