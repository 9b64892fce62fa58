import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "../../../core/plugin/index.ts";
import { type FakeAnswer, failsWith } from "../stage.ts";
import { challenge, stage, upstreams } from "./stage.ts";

const suggestion = answer({ id: "tt0133093", l: "The Matrix", y: 1999, q: "feature" });

const graphql = mainSearch({
  id: "tt0133093",
  titleText: { text: "The Matrix" },
  titleType: { text: "Movie" },
  releaseYear: { year: 1999 },
});

const matrix = [
  { id: "tt0133093", title: "The Matrix", year: 1999, url: "https://www.imdb.com/title/tt0133093/", kind: "Movie" },
];

/** What neither upstream of a search may answer with. */
const failures: readonly FakeAnswer[] = [
  "http.blocked",
  "http.timeout",
  "http.unreachable",
  "http.too_large",
  challenge,
  { status: 202 },
  401,
  403,
  404,
  429,
  500,
  503,
  "",
  "{}",
  "null",
  "[]",
  '"x"',
  "12",
  suggestion.slice(0, 30),
  graphql.slice(0, 30),
  "<html>Service unavailable</html>",
  '{"message":"Internal server error"}',
];

function answer(...d: readonly unknown[]): string {
  return JSON.stringify({ d, q: "x", v: 1 });
}

function mainSearch(...entities: readonly unknown[]): string {
  return JSON.stringify({ data: { mainSearch: { edges: entities.map((entity) => ({ node: { entity } })) } } });
}

async function hits(body: string) {
  const { source, call } = await stage(upstreams({ suggestion: body }));
  return await source.search("x", call);
}

test("the suggestion API is asked first, whatever the providers are", async () => {
  for (const providers of ["graphql", "page", "page,graphql", "graphql,page"]) {
    const { source, call, asked, served } = await stage(upstreams({ suggestion, graphql }), { providers });
    assert.deepEqual(await source.search("matrix", call), matrix);
    assert.deepEqual(
      asked.map(({ path }) => path),
      ["/suggestion/x/matrix.json?includeVideos=0"],
    );
    assert.deepEqual(served, ["suggestion"]);
  }
});

test("it is asked for exactly what was typed", async () => {
  const { source, call, asked } = await stage(upstreams({ suggestion }));
  await source.search(" a/b?c=#& 도깨비%\ud800 ", call);
  assert.equal(
    asked[0]?.path,
    "/suggestion/x/a%2Fb%3Fc%3D%23%26%20%EB%8F%84%EA%B9%A8%EB%B9%84%25%EF%BF%BD.json?includeVideos=0",
  );
});

test("when it fails in any way GraphQL searches in its place", async () => {
  for (const failure of [...failures, '{"d":{}}', '{"d":"x","v":1}', '{"d":[1,null,{},[]],"v":1}']) {
    for (const providers of ["graphql", "page,graphql"]) {
      const { source, call, served } = await stage(upstreams({ suggestion: failure, graphql }), { providers });
      assert.deepEqual(await source.search("matrix", call), matrix, JSON.stringify(failure));
      assert.deepEqual(served, ["graphql"]);
    }
  }
});

test("GraphQL is left alone by an operator who did not choose it", async () => {
  const { source, call, asked } = await stage(upstreams({ suggestion: 403, graphql }), { providers: "page" });
  await assert.rejects(source.search("matrix", call), failsWith("http.blocked"));
  assert.equal(asked.length, 1);
});

test("a slow first upstream leaves the second one time", async () => {
  const { source, call, asked } = await stage(upstreams({ suggestion: "http.timeout", graphql }));
  await source.search("matrix", call);
  assert.deepEqual(
    asked.map(({ options }) => options.timeout),
    [6_000, undefined],
  );
});

test("what was typed travels in a variable, and the referer with it", async () => {
  const typed = `"} ) { id } #\\ $x 도깨비`;
  const { source, call, asked } = await stage(upstreams({ suggestion: 403, graphql }));
  await source.search(`${typed}\ud800`, call);
  const { body, options } = asked[1] ?? {};
  const { query, variables } = body as { query: string; variables: unknown }; // what graphql.ts sends
  assert.deepEqual(variables, { term: `${typed}\ufffd` });
  assert.match(query, /^query Search\(\$term: String!\)[\s\S]*mainSearch\([^)]*searchTerm: \$term/);
  assert.ok(!query.includes("도깨비"));
  assert.equal(options?.headers?.referer, "https://www.imdb.com/");
});

test("when both fail the most telling error is thrown", async () => {
  const forbidden = '{"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}],"data":null}';
  const cases: readonly (readonly [FakeAnswer, FakeAnswer, ErrorCode])[] = [
    [403, 500, "http.blocked"],
    [500, 403, "http.blocked"],
    [challenge, "http.timeout", "http.blocked"],
    ["http.unreachable", challenge, "http.blocked"],
    ["http.timeout", 429, "http.rate_limited"],
    ["http.timeout", "{}", "http.timeout"],
    ["http.unreachable", "<html>", "http.unexpected_answer"],
    [404, "http.unreachable", "http.unexpected_answer"],
    [500, forbidden, "http.blocked"],
    [500, '{"errors":[{"message":"Rate limit exceeded"}]}', "http.rate_limited"],
    [500, '{"errors":[{"message":"Failed to generate the answer"}]}', "http.unexpected_answer"],
    [500, '{"data":{"mainSearch":null}}', "http.unexpected_answer"],
    [500, '{"data":{"mainSearch":{"edges":{}}}}', "http.unexpected_answer"],
    [500, mainSearch(1, null, {}, []), "http.unexpected_answer"],
  ];
  for (const [first, second, code] of cases) {
    const { source, call } = await stage(upstreams({ suggestion: first, graphql: second }));
    await assert.rejects(source.search("x", call), failsWith(code), JSON.stringify([first, second]));
  }
  for (const failure of failures) {
    const { source, call, served } = await stage(upstreams({ suggestion: failure, graphql: failure }));
    await assert.rejects(source.search("x", call), { name: "BotError" }, JSON.stringify(failure));
    assert.deepEqual(served, []);
  }
});

test("nothing found is an answer, in each way of saying so", async () => {
  const nothing: readonly FakeAnswer[] = ['{"d":[],"q":"x","v":1}', '{"q":"x","v":1}', '{"d":null,"v":1}', 400];
  for (const body of nothing) {
    const { source, call, asked } = await stage(upstreams({ suggestion: body, graphql }));
    assert.deepEqual(await source.search("x", call), []);
    assert.equal(asked.length, 1);
  }
  const { source, call } = await stage(upstreams({ suggestion: 403, graphql: mainSearch() }));
  assert.deepEqual(await source.search("x", call), []);
});

test("nobody else is asked once nobody waits any more", async () => {
  const giveUp = new AbortController();
  const upstream = upstreams({ suggestion: 403, graphql });
  const { source, asked } = await stage((one) => {
    giveUp.abort();
    return upstream(one);
  });
  await assert.rejects(source.search("x", { signal: giveUp.signal, servedBy() {} }));
  assert.equal(asked.length, 1);
});

test("people and things without a title are no hits", async () => {
  const body = answer(
    { id: "nm0000206", l: "Keanu Reeves", s: "Actor" },
    { id: "/list/x", l: "A list" },
    { id: "tt0133093" },
    { id: "tt0133093", l: "  " },
    { id: "tt0133093", l: { text: "x" } },
    { id: "tt1234567x", l: "X" },
    { id: "tt123456", l: "X" },
    null,
    "x",
    { id: "tt10919420", l: "Squid Game", y: 2021, q: "TV series" },
  );
  assert.deepEqual(
    (await hits(body)).map(({ id }) => id),
    ["tt10919420"],
  );
  assert.deepEqual(await hits(answer({ id: "nm0000206", l: "Keanu Reeves" })), []);
});

test("year, kind and picture may be missing, null or of another type", async () => {
  const bare = [{ id: "tt0133093", title: "X", url: "https://www.imdb.com/title/tt0133093/" }];
  for (const more of [
    {},
    { y: null, q: null, i: null },
    { y: "soon", q: 7, i: "x" },
    { y: 1999.5, q: {}, i: { imageUrl: "javascript:alert(1)" } },
    { y: -1, q: "", i: { imageUrl: 7 } },
    { y: [], i: [{ imageUrl: "https://a.test/x.jpg" }] },
  ]) {
    assert.deepEqual(await hits(answer({ id: "tt0133093", l: "X", ...more })), bare, JSON.stringify(more));
  }
});

test("a kind is told in the card's words where there are such", async () => {
  const kinds = ["feature", "short", "video", "TV mini-series", "constructor"];
  const found = await hits(answer(...kinds.map((q, index) => ({ id: `tt${1_000_000 + index}`, l: "X", q }))));
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ["Movie", "Short", "Video", "TV mini-series", "constructor"],
  );
});

test("each title is listed once, and at most ten", async () => {
  const many = Array.from({ length: 30 }, (_, index) => ({ id: `tt${1_000_000 + (index % 15)}`, l: `Title ${index}` }));
  assert.deepEqual(
    (await hits(answer(...many))).map(({ title }) => title),
    Array.from({ length: 10 }, (_, index) => `Title ${index}`),
  );
  const { source, call } = await stage(
    upstreams({ suggestion: 403, graphql: mainSearch(...many.map(({ id, l }) => ({ id, titleText: { text: l } }))) }),
  );
  assert.equal((await source.search("x", call)).length, 10);
});

test("markup, emoji and text from right to left in a title stay text", async () => {
  const nasty = `<b>&amp; "x" 👩‍👩‍👧 ‮עברית`;
  assert.equal((await hits(answer({ id: "tt0133093", l: nasty })))[0]?.title, nasty);
});

test("what holds no letter or figure is not searched for, and a long query is cut", async () => {
  const { source, call, asked } = await stage(upstreams({ suggestion }));
  for (const query of ["", " ", "..", "🙂", "\u0000", "\u200b‮"]) assert.deepEqual(await source.search(query, call), []);
  assert.equal(asked.length, 0);
  await source.search("я\ud800".repeat(2048), call);
  assert.ok((asked[0]?.path ?? "").length < 1_500);
});

test("a huge answer is refused before it is read", async () => {
  const { source, call, asked } = await stage(upstreams({ suggestion: "http.too_large", graphql }));
  await source.search("x", call);
  for (const { options } of asked) assert.ok((options.maxBytes ?? Number.POSITIVE_INFINITY) <= 2 * 1024 * 1024);
});

test("health is up, degraded or down as the search is, and asks at most once a minute", async (t) => {
  t.mock.timers.enable({ apis: ["Date"] });
  const signal = new AbortController().signal;
  const up = await stage(upstreams({ suggestion }));
  assert.equal(await up.health.check(signal), undefined);
  await up.health.check(signal);
  assert.deepEqual(
    up.asked.map(({ path }) => path),
    ["/suggestion/x/matrix.json?includeVideos=0"],
  );
  t.mock.timers.tick(60_000);
  await up.health.check(signal);
  assert.equal(up.asked.length, 2);
  const degraded = await stage(upstreams({ suggestion: 403, graphql }));
  assert.deepEqual(await degraded.health.check(signal), {
    degraded: '"suggestion" fails; "graphql" answers in its place',
  });
  const down = await stage(upstreams({ suggestion: 403, graphql: 500 }));
  await assert.rejects(down.health.check(signal), failsWith("http.blocked"));
  await assert.rejects(down.health.check(AbortSignal.abort()));
});

test("a check that was given up says nothing of the next one", async () => {
  const giveUp = new AbortController();
  const { health } = await stage(() => {
    if (!giveUp.signal.aborted) {
      giveUp.abort();
      return "http.aborted";
    }
    return suggestion;
  });
  await assert.rejects(health.check(giveUp.signal));
  assert.equal(await health.check(new AbortController().signal), undefined);
});
