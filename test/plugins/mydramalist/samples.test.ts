import assert from "node:assert/strict";
import { test } from "node:test";
import { healthContract, sourceContract } from "../../../core/plugin/contracts.ts";
import { isSameTitle } from "../../../plugins/mydramalist/samples/routes.ts";
import { openSamples } from "../../../plugins/mydramalist/samples.ts";
import { BASE, captures, needsCaptures } from "../stage.ts";
import { sweetHomePage, theGloryPage } from "./expected-titles.ts";
import { stage } from "./stage.ts";

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

test("a sample title is found by its number, whatever words stand behind it", async () => {
  for (const providers of ["json", "site"]) {
    const { source, call } = await stage(await openSamples({ base: BASE, poster }), { providers });
    for (const id of ["34064", "34064-sweet-home", "34064-another-name"]) {
      assert.equal((await source.details(id, call))?.slug, "34064-sweet-home", `${id} of ${providers}`);
    }
    for (const id of ["3406", "340640-sweet-home", "1-sweet-home"]) {
      assert.equal(await source.details(id, call), undefined, `${id} of ${providers}`);
    }
  }
});

test("an address of the site that names no title has no sample", async () => {
  assert.ok(!isSameTitle("people", "people") && !isSameTitle("", ""));
  const { fetch } = await openSamples({ base: BASE, poster });
  for (const path of ["/people", "/sweet-home", "/id/sweet-home", "/%E0%A4%A"]) {
    assert.equal((await fetch(new Request(`${BASE}${path}`))).status, 404, path);
  }
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
  for (const id of ["685237", "685237-the-glory"]) {
    assert.equal((await source.details(id, call))?.slug, theGloryPage.slug, id);
  }
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
  for (const id of ["34064-sweet-home", "34064", "34064-another-name"]) {
    assert.equal((await source.details(id, call))?.votes, 47104, id);
  }
});
