import assert from "node:assert/strict";
import { test } from "node:test";
import { healthContract, sourceContract } from "../../../core/plugin/contracts.ts";
import type { Samples } from "../../../core/plugin/index.ts";
import type { TitleRecord } from "../../../plugins/imdb/record.ts";
import { openSamples } from "../../../plugins/imdb/samples.ts";
import { BASE, captures, needsCaptures, type Stage } from "../stage.ts";
import { matrix2025, walkingDead2025 } from "./expected-references.ts";
import { planned2023, squidGame, taken2022 } from "./expected-titles.ts";
import { stage } from "./stage.ts";

const poster = (title: string) => `${BASE}/poster?title=${encodeURIComponent(title)}&size=1`;

/** The same samples with the suggestion API blocked, so that GraphQL searches. */
function withoutSuggestions(samples: Samples): Samples {
  return {
    options: samples.options,
    fetch: (asked) => (asked.url.includes("/suggestion/") ? new Response("", { status: 403 }) : samples.fetch(asked)),
  };
}

async function replayed(): Promise<Stage<TitleRecord>> {
  return await stage(await openSamples({ base: BASE, poster, replay: captures ?? "" }));
}

for (const providers of ["graphql", "page"]) {
  const { source, health } = await stage(await openSamples({ base: BASE, poster }), { providers });
  const cases = [
    ...sourceContract({ source, query: "matrix", nothing: "qqqqq", id: "tt0133093", unknownId: "tt9999999" }),
    ...healthContract(health),
  ];
  for (const { name, run } of cases) test(`with ${providers} the source ${name}`, run);
}

test("every hit of a sample search has details and a drawn poster, from both providers the same", async () => {
  const graphql = await stage(await openSamples({ base: BASE, poster }), { providers: "graphql" });
  const page = await stage(await openSamples({ base: BASE, poster }), { providers: "page" });
  for (const query of ["matrix", "RELOADED", "gisaengchung", "the walking dead", "parasite"]) {
    const hits = await graphql.source.search(query, graphql.call);
    assert.ok(hits.length > 0, query);
    for (const hit of hits) {
      assert.equal(hit.thumbnail, poster(hit.title));
      const record = await graphql.source.details(hit.id, graphql.call);
      assert.equal(record?.id, hit.id);
      assert.equal(record?.poster, poster(hit.title));
      assert.ok(record?.plot && record.rating && record.cast.length > 0);
      assert.deepEqual(await page.source.details(hit.id, page.call), record);
    }
  }
});

test("a sample search for matrix begins with The Matrix and its sequels", async () => {
  const { source, call } = await stage(await openSamples({ base: BASE, poster }));
  assert.deepEqual(
    (await source.search("MATRIX", call)).map(({ title, year, kind }) => [title, year, kind]),
    [
      ["The Matrix", 1999, "Movie"],
      ["The Matrix Reloaded", 2003, "Movie"],
      ["The Matrix Revolutions", 2003, "Movie"],
      ["The Matrix Resurrections", 2021, "Movie"],
    ],
  );
});

test("the samples answer GraphQL's search with the same hits", async () => {
  const samples = await openSamples({ base: BASE, poster });
  const first = await stage(samples);
  const second = await stage(withoutSuggestions(samples));
  for (const query of ["matrix", "walking", "qqqqq"]) {
    assert.deepEqual(await second.source.search(query, second.call), await first.source.search(query, first.call));
  }
  assert.deepEqual(new Set(first.served), new Set(["suggestion"]));
  assert.deepEqual(new Set(second.served), new Set(["graphql"]));
});

test("the samples answer odd requests without a crash", async () => {
  const { fetch } = await openSamples({ base: BASE, poster });
  const post = (body: string) => new Request(`${BASE}/graphql`, { method: "POST", body });
  for (const body of ["", "{", "null", "[]", "7", "{}", '{"variables":null}', '{"variables":{"id":7}}']) {
    assert.equal((await fetch(post(body))).status, 404, body);
  }
  for (const path of ["/", "/graphql", "/title/nm0000206/reference", "/title/tt9999999/reference"]) {
    assert.equal((await fetch(new Request(`${BASE}${path}`))).status, 404, path);
  }
  const stray = await fetch(new Request(`${BASE}/suggestion/x/%E0%A4%A.json`));
  assert.deepEqual(await stray.json(), { d: [], q: "%25E0%25A4%25A", v: 1 });
});

test("a replay serves the captured pages with drawn posters", needsCaptures, async () => {
  const { source, call, served } = await replayed();
  for (const [query, record] of [
    ["the matrix", matrix2025],
    ["walking dead", walkingDead2025],
    ["taken", taken2022],
  ] as const) {
    const [hit] = await source.search(query, call);
    assert.equal(hit?.id, record.id);
    assert.equal(hit.thumbnail, poster(hit.title));
    assert.deepEqual(await source.details(hit.id, call), { ...record, poster: poster(hit.title) });
  }
  assert.deepEqual(await source.details("tt7462422", call), planned2023);
  assert.deepEqual(await source.search("nothing of the kind", call), []);
  assert.equal(await source.details("tt2402107", call), undefined);
  assert.deepEqual(new Set(served), new Set(["suggestion", "page"]));
});

test("a replay escapes the tag that ends a script in the pages it makes", needsCaptures, async () => {
  const { fetch } = await openSamples({ base: BASE, poster, replay: captures ?? "" });
  const page = await (await fetch(new Request(`${BASE}/title/tt1520211/reference`))).text();
  assert.ok(page.includes("<\\/script>"));
  assert.equal(page.split("</script>").length, 2);
});

test("a replay serves a title of which only GraphQL's answer was captured", needsCaptures, async () => {
  const { source, call, served } = await replayed();
  const [hit] = await source.search("squid game", call);
  assert.equal(hit?.id, "tt10919420");
  assert.deepEqual(await source.details("tt10919420", call), squidGame);
  assert.deepEqual(served, ["suggestion", "graphql"]);
});

test("a replay answers GraphQL's search too", needsCaptures, async () => {
  const samples = await openSamples({ base: BASE, poster, replay: captures ?? "" });
  const { source, call, served } = await stage(withoutSuggestions(samples));
  assert.deepEqual(
    (await source.search("the matrix 1999", call)).map(({ id }) => id),
    ["tt0133093", "tt0365467", "tt5319308", "tt0438231"],
  );
  assert.deepEqual(served, ["graphql"]);
});
