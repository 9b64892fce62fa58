import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode, TaskOptions } from "../../../core/plugin/index.ts";
import { pageProvider } from "../../../plugins/imdb/page.ts";
import { openSamples } from "../../../plugins/imdb/samples.ts";
import { type Asked, BASE, type FakeAnswer, failsWith } from "../stage.ts";
import { challenge, stage, upstreams } from "./stage.ts";

const samples = await openSamples({ base: BASE, poster: (title) => `${BASE}/poster/${encodeURIComponent(title)}` });

const page = await (await samples.fetch(new Request(`${BASE}/title/tt0133093/reference`))).text();

const title = { id: "tt0133093", titleText: { text: "The Matrix" }, titleType: { id: "movie", text: "Movie" } };

const graphql = JSON.stringify({ data: { title } });

const invalid = {
  message: 'Cannot query field "x" on type "Title".',
  extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
};

const refused = JSON.stringify({ errors: [invalid] });

/** What neither upstream of details may answer with. */
const failures: readonly FakeAnswer[] = [
  "http.blocked",
  "http.timeout",
  "http.unreachable",
  "http.too_large",
  challenge,
  { status: 202 },
  { status: 200, body: graphql, headers: { "x-amzn-waf-action": "captcha" } },
  401,
  403,
  429,
  500,
  503,
  "",
  "{}",
  "null",
  "[]",
  '"x"',
  "12",
  "<html></html>",
  graphql.slice(0, 60),
  page.slice(0, 400),
];

/** Answers with status 200 that hold no title, and are no "not found" either. */
const errors: readonly string[] = [
  '{"message":"Internal server error"}',
  '{"errors":[{"message":"Internal server error"}]}',
  '{"errors":[{"message":"x"}],"data":{"title":null}}',
  '{"errors":"x","data":null}',
  '{"data":{"title":[]}}',
  '{"data":{"title":"x"}}',
  '{"data":{"title":{}}}',
  '{"data":{"title":{"id":"tt0133093"}}}',
  '{"data":{"title":{"id":7,"titleText":{"text":"X"}}}}',
  '{"data":{"title":{"id":"nm0000206","titleText":{"text":"X"}}}}',
  '{"data":{"title":{"id":"tt0133093","titleText":{"text":"  "}}}}',
  '{"data":{"title":{"id":"tt0133093","titleText":{"text":["X"]},"originalTitleText":7}}}',
];

function paths(asked: readonly Asked[]): string[] {
  return asked.map(({ path }) => path);
}

function sent({ body }: Asked): { readonly query: string; readonly variables: unknown } {
  return body as { query: string; variables: unknown }; // what graphql.ts sends
}

test("the first provider answers and the second is left alone", async () => {
  for (const [providers, first, path] of [
    ["graphql,page", "graphql", "/graphql"],
    ["page,graphql", "page", "/title/tt0133093/reference"],
  ] as const) {
    const { source, call, asked, served } = await stage(upstreams({ graphql, page }), { providers });
    assert.equal((await source.details("tt0133093", call))?.title, "The Matrix");
    assert.deepEqual(paths(asked), [path]);
    assert.deepEqual(served, [first]);
  }
});

test("a page is handed over to a worker as bytes: neither decoded nor kept on the way", async () => {
  const { source, call, served, decoded } = await stage(samples, { providers: "page" });
  assert.equal((await source.details("tt0133093", call))?.title, "The Matrix");
  assert.deepEqual([served, decoded], [["page"], []]);
  const bytes = new TextEncoder().encode(page);
  const response = { status: 200, headers: {}, url: "", bytes, text: assert.fail, json: assert.fail };
  const handed: unknown[] = [];
  const provider = pageProvider({
    http: { get: async () => response, post: () => assert.fail() },
    workers: {
      async run<T>(_task: string, input: unknown, { transfer = [] }: TaskOptions) {
        handed.push(structuredClone(input, { transfer: [...transfer] }));
        return "unreadable" as T; // what the page is does not matter here
      },
    },
    siteUrl: BASE,
  });
  await assert.rejects(provider.details("tt0133093", call), failsWith("http.unexpected_answer"));
  assert.deepEqual(handed, [new TextEncoder().encode(page)]);
  assert.equal(bytes.byteLength, 0, "the page was copied");
});

test("a provider that is blocked, broken or slow gives way to the next one", async () => {
  for (const failure of [...failures, ...errors, 404]) {
    const { source, call, served } = await stage(upstreams({ graphql: failure, page }));
    assert.equal((await source.details("tt0133093", call))?.id, "tt0133093", JSON.stringify(failure));
    assert.deepEqual(served, ["page"]);
  }
  for (const failure of [...failures, "worker.timeout", "worker.crashed"]) {
    const { source, call, served } = await stage(upstreams({ graphql, page: failure }), { providers: "page,graphql" });
    assert.equal((await source.details("tt0133093", call))?.id, "tt0133093", JSON.stringify(failure));
    assert.deepEqual(served, ["graphql"]);
  }
});

test("a single provider that fails says so, and never crashes", async () => {
  for (const failure of [...failures, ...errors]) {
    const only = await stage(upstreams({ graphql: failure }), { providers: "graphql" });
    await assert.rejects(only.source.details("tt0133093", only.call), { name: "BotError" }, JSON.stringify(failure));
    assert.deepEqual(only.served, []);
  }
  for (const failure of failures) {
    const only = await stage(upstreams({ page: failure }), { providers: "page" });
    await assert.rejects(only.source.details("tt0133093", only.call), { name: "BotError" }, JSON.stringify(failure));
  }
});

test("a challenge and a refusal are blocked, for each upstream", async () => {
  for (const answer of [challenge, { status: 202 }, 403]) {
    const { source, call } = await stage(upstreams({ suggestion: answer, graphql: answer, page: answer }));
    await assert.rejects(source.details("tt0133093", call), failsWith("http.blocked"));
    await assert.rejects(source.search("matrix", call), failsWith("http.blocked"));
    const graphql = await stage(upstreams({ graphql: answer }), { providers: "graphql" });
    await assert.rejects(graphql.source.details("tt0133093", graphql.call), failsWith("http.blocked"));
    const page = await stage(upstreams({ page: answer }), { providers: "page" });
    await assert.rejects(page.source.details("tt0133093", page.call), failsWith("http.blocked"));
  }
  const html = '<script src="https://x.awswaf.com/challenge.js"></script>';
  const { source, call, asked } = await stage(upstreams({ page: html }), { providers: "page" });
  await assert.rejects(source.details("tt0133093", call), failsWith("http.blocked"));
  assert.equal(asked.length, 1, "it was asked again");
});

test("not found is an answer, said in any of the upstreams' ways", async () => {
  for (const answer of [
    '{"data":{"title":null}}',
    '{"data":{"title":null},"errors":[]}',
    '{"data":{"title":null},"errors":[{"message":"Title does not exist"}]}',
    '{"data":{"title":null},"errors":[{"message":"x","extensions":{"code":"NOT_FOUND"}}]}',
    '{"data":{"title":{"id":"tt9999999","titleText":null,"titleType":null}}}',
  ]) {
    const { source, call, asked, served } = await stage(upstreams({ graphql: answer, page }));
    assert.equal(await source.details("tt9999999", call), undefined, answer);
    assert.deepEqual(paths(asked), ["/graphql"]);
    assert.deepEqual(served, ["graphql"]);
  }
  for (const answer of [404, 410]) {
    const { source, call } = await stage(upstreams({ page: answer }), { providers: "page" });
    assert.equal(await source.details("tt9999999", call), undefined);
  }
});

test("a base URL that leads nowhere is told from a title that does not exist", async () => {
  const { source, call } = await stage(upstreams({ suggestion: 404, graphql: 404 }), { providers: "graphql" });
  await assert.rejects(source.details("tt0133093", call), /IMDB_GRAPHQL_URL/);
  await assert.rejects(source.search("matrix", call), /IMDB_SUGGESTION_URL/);
});

test("when all fail the most telling error is thrown", async () => {
  const limited = '{"errors":[{"message":"Too many requests"}],"data":null}';
  const denied = '{"errors":[{"message":"Access denied"}],"data":null}';
  const cases: readonly (readonly [FakeAnswer, FakeAnswer, ErrorCode])[] = [
    [500, 403, "http.blocked"],
    [403, 500, "http.blocked"],
    [challenge, "http.timeout", "http.blocked"],
    ["{}", 429, "http.rate_limited"],
    [limited, 403, "http.rate_limited"],
    [denied, "http.timeout", "http.blocked"],
    ["http.unreachable", "http.timeout", "http.timeout"],
    ["http.unreachable", "", "http.unexpected_answer"],
    ["http.unreachable", "http.too_large", "http.too_large"],
    ["http.unreachable", "worker.timeout", "worker.timeout"],
    ["worker.crashed", "http.unreachable", "http.unreachable"],
  ];
  for (const [first, second, code] of cases) {
    const { source, call } = await stage(upstreams({ graphql: first, page: second }));
    await assert.rejects(source.details("tt0133093", call), failsWith(code), JSON.stringify([first, second]));
  }
});

test("nobody else is asked once nobody waits any more", async () => {
  const giveUp = new AbortController();
  const { source, asked } = await stage(() => {
    giveUp.abort();
    return 500;
  });
  await assert.rejects(source.details("tt0133093", { signal: giveUp.signal, servedBy() {} }));
  assert.deepEqual(paths(asked), ["/graphql"]);
});

test("an upstream gets six seconds while another one is left, and an answer has a size", async () => {
  const { source, call, asked } = await stage(upstreams({ graphql: 500, page }));
  await source.details("tt0133093", call);
  assert.deepEqual(
    asked.map(({ options }) => [options.timeout, options.maxBytes]),
    [
      [6_000, 2 * 1024 * 1024],
      [undefined, 8 * 1024 * 1024],
    ],
  );
  for (const { options } of asked) assert.equal(options.signal, call.signal);
});

test("GraphQL gets the id as a variable, never within the query, and IMDb as the referer", async () => {
  const { source, call, asked } = await stage(upstreams({ graphql }));
  await source.details("TT0133093", call);
  const [first] = asked;
  assert.ok(first);
  assert.deepEqual(sent(first).variables, { id: "tt0133093" });
  assert.match(sent(first).query, /^query Title\(\$id: ID!\) \{\s+title\(id: \$id\) \{/);
  assert.ok(!sent(first).query.includes("0133093"));
  assert.equal(first.options.headers?.referer, "https://www.imdb.com/");
});

test("when a key of the large query is refused the short one is asked, with 200 or 400", async () => {
  for (const status of [200, 400]) {
    for (const body of [refused, JSON.stringify({ errors: [invalid], data: null })]) {
      const answer = (asked: Asked): FakeAnswer =>
        sent(asked).query.includes("costume_designer") ? { status, body } : graphql;
      const { source, call, asked, served } = await stage(upstreams({ graphql: answer }), { providers: "graphql" });
      assert.equal((await source.details("tt0133093", call))?.title, "The Matrix");
      assert.deepEqual(paths(asked), ["/graphql", "/graphql"]);
      assert.deepEqual(served, ["graphql"]);
    }
  }
  const { source, call, asked } = await stage(upstreams({ graphql: refused }), { providers: "graphql" });
  await assert.rejects(source.details("tt0133093", call), failsWith("http.unexpected_answer"));
  assert.equal(asked.length, 2, "it was asked again and again");
});

test("a title that comes with errors about some of its keys is used", async () => {
  const partial = JSON.stringify({ errors: [{ message: "Validation of akas timed out" }], data: { title } });
  const { source, call, asked } = await stage(upstreams({ graphql: partial }));
  assert.equal((await source.details("tt0133093", call))?.title, "The Matrix");
  assert.equal(asked.length, 1);
});

test("what is no id is no title, and no upstream is asked", async () => {
  const { source, call, asked } = await stage(samples);
  for (const id of ["", "tt", "tt123456", "nm0000206", "../tt0133093", "tt0133093/x", "tt0133093?y", '"){id}']) {
    assert.equal(await source.details(id, call), undefined);
  }
  assert.equal(asked.length, 0);
});
