import assert from "node:assert/strict";
import { test } from "node:test";
import { credits, type Job } from "../../../plugins/imdb/credits.ts";
import { mapTitle } from "../../../plugins/imdb/mapper.ts";

function person(text: string, ...characters: string[]) {
  const name = { nameText: { text } };
  return characters.length === 0 ? { name } : { name, characters: characters.map((each) => ({ name: each })) };
}

function edges(...nodes: readonly unknown[]) {
  return { edges: nodes.map((node) => ({ node })) };
}

function names(job: Job, main: unknown, top: unknown = undefined): string[] {
  return credits({ main, top })(job).map(({ name }) => name);
}

const plural: readonly (readonly [Job, string, string])[] = [
  ["director", "Directors", "directors"],
  ["creator", "Creators", "creators"],
  ["writer", "Writers", "writers"],
  ["cast", "Cast", "cast"],
  ["producer", "Producers", "producers"],
  ["composer", "Composers", "composers"],
  ["cinematographer", "Cinematographers", "cinematographers"],
  ["editor", "Editors", "editors"],
  ["production_designer", "Production Designers", "productionDesigners"],
  ["costume_designer", "Costume Designers", "costumeDesigners"],
];

test("every job is found by its heading, for one person and for more, and by its key", () => {
  for (const [job, heading, key] of plural) {
    for (const name of [heading, heading.replace(/s$/, "")]) {
      assert.deepEqual(names(job, { categories: [{ name, section: { items: [{ rowTitle: "A" }] } }] }), ["A"], name);
      const grouping = { text: name };
      const creditGroupings = edges({ grouping, credits: edges(person("A")) });
      assert.deepEqual(names(job, { creditGroupings }), ["A"], name);
      assert.deepEqual(names(job, { principalCreditsV2: [{ grouping, credits: [person("A")] }] }), ["A"], name);
      assert.deepEqual(names(job, {}, { principalCredits: [{ category: { text: name }, credits: [person("A")] }] }), [
        "A",
      ]);
    }
    const group = { category: { text: "Tutti", id: job }, credits: [person("A")] };
    assert.deepEqual(names(job, { principalCredits: [group] }), ["A"], `${job} in another language`);
    assert.deepEqual(names(job, { [key]: edges(person("A")) }), ["A"], key);
    assert.deepEqual(names(job, { [key]: [{ credits: [person("A")] }] }), ["A"], key);
  }
});

test("other departments are of no job", () => {
  for (const name of [
    "Casting",
    "Art Directors",
    "Editorial Department",
    "Second Unit Directors or Assistant Directors",
  ]) {
    const main = { categories: [{ name, section: { items: [{ rowTitle: "A" }] } }] };
    for (const [job] of plural) assert.deepEqual(names(job, main), [], `${name} as ${job}`);
  }
});

test("a whole list goes before the few names at the top of the page", () => {
  const top = {
    principalCredits: [{ category: { text: "Stars", id: "cast" }, credits: [person("B")] }],
    castPageTitle: edges(person("C")),
    castV2: [{ credits: [person("D")] }],
  };
  assert.deepEqual(names("cast", { cast: edges(person("A"), person("B")) }, top), ["A", "B"]);
  assert.deepEqual(names("cast", { cast: edges() }, top), ["B"]);
  assert.deepEqual(names("cast", {}, { castV2: top.castV2, castPageTitle: top.castPageTitle }), ["D"]);
  assert.deepEqual(names("cast", {}, { castPageTitle: top.castPageTitle }), ["C"]);
  assert.deepEqual(names("director", {}, { directorsPageTitle: [{ credits: [person("E")] }] }), ["E"]);
  assert.deepEqual(names("creator", {}, { creatorsPageTitle: [{ credits: [person("F")] }] }), ["F"]);
});

test("who is listed twice is named once, at the first place", () => {
  const twice = [person("A", "One"), person("B"), person("A", "Two")];
  assert.deepEqual(names("cast", { cast: edges(...twice) }), ["A", "B"]);
  const rows = ["A", "B", "A"].map((rowTitle) => ({ rowTitle }));
  assert.deepEqual(names("writer", { categories: [{ name: "Writers", section: { items: rows } }] }), ["A", "B"]);
});

test("all characters of one person stand in one text, each once", () => {
  const expected = [{ name: "A", character: "One / Two" }, { name: "B" }];
  const rows = [
    { rowTitle: "A", characters: ["One", "Two", "One", " ", null, 7] },
    { rowTitle: "B", characters: [] },
  ];
  assert.deepEqual(
    credits({ main: { categories: [{ name: "Cast", section: { items: rows } }] }, top: {} })("cast"),
    expected,
  );
  assert.deepEqual(
    credits({ main: { cast: edges(person("A", "One", "Two"), person("B")) }, top: {} })("cast"),
    expected,
  );
  const roles = edges({ characters: edges({ name: "One" }, { name: "Two" }) });
  const grouped = { grouping: { text: "Cast" }, credits: edges({ ...person("A"), creditedRoles: roles }, person("B")) };
  assert.deepEqual(credits({ main: { creditGroupings: edges(grouped) }, top: {} })("cast"), expected);
});

test("people without a name are nobody", () => {
  const cast = [null, {}, "A", 7, { name: "A" }, { name: { nameText: null } }, person(" "), person("A")];
  assert.deepEqual(names("cast", { cast }), ["A"]);
});

test("a crowd is cut to fifteen", () => {
  const crowd = Array.from({ length: 100_000 }, (_, index) => person(`Person ${index}`));
  const title = { id: "tt0133093", titleText: { text: "X" }, cast: edges(...crowd), producers: edges(...crowd) };
  const found = mapTitle(title, title);
  assert.deepEqual([found?.cast.length, found?.producers.length], [15, 15]);
  assert.equal(found?.cast[14]?.name, "Person 14");
});
