import assert from "node:assert/strict";
import { test } from "node:test";
import { healthContract, sourceContract } from "../../../core/plugin/contracts.ts";
import { openSamples } from "../../../plugins/mydramalist/samples.ts";
import { sweetHomePage, theGloryPage } from "./expected-titles.ts";
import { BASE, captures, needsCaptures, stage } from "./stage.ts";

const poster = (title: string) => `${BASE}/poster?title=${encodeURIComponent(title)}&size=1`;

for (const providers of ["json", "site"]) {
  const { source, health } = await stage(await openSamples({ base: BASE, poster }), { providers });
  const cases = [
    ...sourceContract({
      source,
      query: "sweet home",
      nothing: "qqqqq",
      id: "34064-sweet-home",
      unknownId: "1-nothing",
    }),
    ...healthContract(health),
  ];
  for (const { name, run } of cases) test(`with ${providers} the source ${name}`, run);
}

test("every hit of a sample search has details and a drawn poster", async () => {
  for (const providers of ["json", "site"]) {
    const { source, call } = await stage(await openSamples({ base: BASE, poster }), { providers });
    for (const query of ["sweet home", "SEASON", "crash", "you goblin", "alice", "陈情令", "parasite", "the", "in"]) {
      const hits = await source.search(query, call);
      assert.ok(hits.length > 0, query);
      for (const hit of hits) {
        assert.equal(hit.thumbnail, poster(hit.title));
        const record = await source.details(hit.id, call);
        assert.equal(record?.slug, hit.id);
        assert.equal(record?.poster, poster(hit.title));
        assert.ok(record?.synopsis && record.rating && record.cast.length > 0);
      }
    }
  }
});

test("a sample search for sweet home begins with Sweet Home and its seasons", async () => {
  const { source, call } = await stage(await openSamples({ base: BASE, poster }));
  const hits = await source.search("Sweet HOME", call);
  assert.deepEqual(
    hits.map((hit) => [hit.title, hit.year]),
    [
      ["Sweet Home", 2020],
      ["Sweet Home Season 2", 2023],
      ["Sweet Home Season 3", 2024],
    ],
  );
  assert.equal((await source.details("34064", call))?.slug, "34064-sweet-home");
});

test("a replay serves the captured pages with drawn posters", needsCaptures, async () => {
  const { source, call, served } = await stage(await openSamples({ base: BASE, poster, replay: captures ?? "" }));
  const hits = await source.search("Sweet Home", call);
  assert.equal(hits.length, 10);
  assert.deepEqual([hits[0]?.id, hits[0]?.thumbnail], ["34064-sweet-home", poster("Sweet Home")]);
  for (const id of ["34064-sweet-home", "34064"]) {
    assert.deepEqual(await source.details(id, call), { ...sweetHomePage, poster: poster("Sweet Home") });
  }
  const [glory] = await source.search("the glory", call);
  assert.deepEqual([glory?.id, glory?.title, glory?.year], [theGloryPage.slug, "The Glory", 2022]);
  assert.deepEqual(await source.details(theGloryPage.slug, call), { ...theGloryPage, poster: poster("The Glory") });
  assert.equal((await source.search("goblin", call))[0]?.title, "Guardian: The Lonely and Great God");
  assert.deepEqual(await source.search("nothing of the kind", call), []);
  assert.equal(await source.details("2569-sweet-home", call), undefined);
  assert.ok(served.every((provider) => provider === "site"));
});

test("a replay serves the captured answers of the JSON service", needsCaptures, async () => {
  const replay = await openSamples({ base: BASE, poster, replay: captures ?? "" });
  const { source, call } = await stage(replay, { providers: "json" });
  const hits = await source.search("sweet home", call);
  assert.deepEqual([hits.length, hits[0]?.thumbnail], [10, poster("Sweet Home")]);
  assert.equal((await source.details("34064-sweet-home", call))?.votes, 47104);
});
