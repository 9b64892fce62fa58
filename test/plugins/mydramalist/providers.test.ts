import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "../../../core/plugin/index.ts";
import { openSamples } from "../../../plugins/mydramalist/samples.ts";
import { BASE, type FakeAnswer, failsWith } from "../stage.ts";
import { stage } from "./stage.ts";

const samples = await openSamples({ base: BASE, poster: (title) => `${BASE}/poster/${encodeURIComponent(title)}` });

async function page(path: string): Promise<string> {
  return await (await samples.fetch(new Request(`${BASE}${path}`))).text();
}

const sitePage = await page("/34064-sweet-home");
const siteSearch = await page("/search?q=sweet+home");
const jsonDetails = await page("/id/34064-sweet-home");

/** JSON paths answer `json`, the site's pages answer `site`. */
function upstream(json: FakeAnswer, site: FakeAnswer): (path: string) => FakeAnswer {
  return (path) => (path.startsWith("/id/") || path.startsWith("/search/q/") ? json : site);
}

test("the first provider answers and the second is left alone", async () => {
  const { source, call, paths, served } = await stage(upstream(jsonDetails, sitePage));
  assert.equal((await source.details("34064-sweet-home", call))?.title, "Sweet Home");
  assert.deepEqual(paths, ["/id/34064-sweet-home"]);
  assert.deepEqual(served, ["json"]);
});

test("the site's pages are handed over to a worker as bytes and never decoded before", async () => {
  const { source, call, decoded } = await stage(samples, { providers: "site", fullCast: "true" });
  assert.equal((await source.search("sweet home", call)).length, 3);
  assert.equal((await source.details("34064-sweet-home", call))?.title, "Sweet Home");
  assert.deepEqual(decoded, []);
});

test("a provider that is blocked, broken or slow gives way to the next one", async () => {
  const failures: FakeAnswer[] = [
    "http.blocked",
    "http.timeout",
    "http.unreachable",
    403,
    429,
    500,
    503,
    "",
    "{}",
    "null",
  ];
  failures.push(
    "[]",
    '"x"',
    "12",
    '{"data":',
    "<html>Just a moment…</html>",
    '{"error":true}',
    jsonDetails.slice(0, 200),
  );
  failures.push(
    '{"error":true,"code":403,"description":{"title":"x","info":"y"}}',
    '{"data":{}}',
    '{"data":{"title":7}}',
  );
  failures.push('{"error":true,"code":500,"description":"x"}', '{"data":[]}');
  for (const failure of failures) {
    const { source, call, served } = await stage(upstream(failure, sitePage));
    assert.equal((await source.details("34064-sweet-home", call))?.slug, "34064-sweet-home", JSON.stringify(failure));
    assert.deepEqual(served, ["site"]);
  }
  for (const failure of [
    ...failures.filter((each) => each !== jsonDetails),
    '{"results":{}}',
    '{"results":{"dramas":{}}}',
    '{"results":{"dramas":[1,{}]}}',
    404,
  ]) {
    const { source, call, served } = await stage(upstream(failure, siteSearch));
    assert.equal((await source.search("sweet home", call))[0]?.id, "34064-sweet-home", JSON.stringify(failure));
    assert.deepEqual(served, ["site"]);
  }
});

test("not found is an answer, said in any of the service's ways", async () => {
  const notFound = JSON.stringify({ error: true, code: 404, description: { title: "404", info: "x" } });
  for (const answer of [404, notFound, { status: 404, body: notFound }] satisfies FakeAnswer[]) {
    const { source, call, paths } = await stage(upstream(answer, sitePage));
    assert.equal(await source.details("1-x", call), undefined);
    assert.deepEqual(paths, ["/id/1-x"]);
  }
  const { source, call } = await stage(upstream({ status: 404, body: notFound }, 500));
  assert.deepEqual(await source.search("x", call), []);
  const site = await stage(upstream(500, 404), { providers: "site" });
  assert.equal(await site.source.details("1-x", site.call), undefined);
});

test("when all fail the most telling error is thrown", async () => {
  const cases: [FakeAnswer, FakeAnswer, ErrorCode][] = [
    [500, 403, "http.blocked"],
    [403, 500, "http.blocked"],
    ["{}", 429, "http.rate_limited"],
    ["http.unreachable", "http.timeout", "http.timeout"],
    ["http.unreachable", "", "http.unexpected_answer"],
    ["http.unreachable", "<title>Just a moment...</title>", "http.blocked"],
    ['{"error":true,"code":429}', 500, "http.rate_limited"],
  ];
  for (const [json, site, code] of cases) {
    const { source, call } = await stage(upstream(json, site));
    await assert.rejects(source.details("1-x", call), failsWith(code), `${json} ${site}`);
    await assert.rejects(source.search("x", call), failsWith(code), `${json} ${site}`);
  }
});

test("nobody else is asked once nobody waits any more", async () => {
  const gone = new AbortController();
  const { source, paths } = await stage((path) => {
    gone.abort();
    return path.startsWith("/id/") ? "http.aborted" : sitePage;
  });
  await assert.rejects(source.details("1-x", { signal: gone.signal, servedBy() {} }));
  assert.deepEqual(paths, ["/id/1-x"]);
});

test("an older instance's answer, with its fields at the top level, gives the same record", async () => {
  const { data } = JSON.parse(jsonDetails) as { data: { details: object; others: object } };
  const { details, others, ...rest } = data;
  const flat = { ...rest, ...details, ...others };
  const now = await stage(upstream(jsonDetails, 500));
  const wanted = await now.source.details("34064-sweet-home", now.call);
  for (const body of [{ slug_query: "34064-sweet-home", data: flat }, flat]) {
    const { source, call } = await stage(upstream(JSON.stringify(body), 500));
    assert.deepEqual(await source.details("34064-sweet-home", call), wanted);
  }
});

test("both upstreams give the same record, but for what only the site's pages tell", async () => {
  for (const id of ["34064-sweet-home", "900003-parasite", "900002-the-untamed"]) {
    const json = await stage(samples, { providers: "json" });
    const site = await stage(samples, { providers: ["site"] });
    const one = await json.source.details(id, json.call);
    const two = await site.source.details(id, site.call);
    assert.ok(one && two);
    const common = ({ cast: _, related: __, ...record }: typeof one) => record;
    assert.deepEqual(common(one), common(two));
    assert.deepEqual(
      one.cast.map((person) => person.name),
      two.cast.map((person) => person.name),
    );
    assert.deepEqual([json.served, site.served], [["json"], ["site"]]);
  }
});

test("with fullCast the cast page is read too, and its failure costs nothing", async () => {
  const cast = `<div class="box cast-credits"><div class="box-body"><h3 class="header">Guest Role</h3><ul class="list"><li class="list-item"><b>Somebody</b></li></ul></div></div>`;
  for (const [answer, first] of [
    [cast, "Somebody"],
    [403, "Song Kang"],
    ["", "Song Kang"],
  ] as const) {
    const settings = { providers: "site", fullCast: "true" };
    const { source, call, paths } = await stage((path) => (path.endsWith("/cast") ? answer : sitePage), settings);
    assert.equal((await source.details("34064", call))?.cast[0]?.name, first);
    assert.deepEqual(paths, ["/34064", "/34064-sweet-home/cast"]);
  }
});

test("what holds no letter or figure is not searched for, and a long query is cut", async () => {
  const { source, call, paths } = await stage(samples);
  for (const query of ["", "..", "🙂", "\u0000", "\u200b"]) assert.deepEqual(await source.search(query, call), []);
  assert.deepEqual(paths, []);
  await source.search("я\ud800".repeat(2048), call);
  assert.ok((paths[0] ?? "").length < 1_500);
});

test("what is no slug is no title, and no upstream is asked", async () => {
  const { source, call, paths } = await stage(samples);
  for (const id of ["", "..", "../id", "people/1-x", "x", "1-x?y", "1/2"])
    assert.equal(await source.details(id, call), undefined);
  assert.deepEqual(paths, []);
});

test("health is up, degraded or down as the providers are, and asks at most once a minute", async () => {
  const signal = new AbortController().signal;
  const up = await stage(samples);
  assert.equal(await up.health.check(signal), undefined);
  await up.health.check(signal);
  assert.equal(up.asked.length, 1);
  const degraded = await stage(upstream(403, siteSearch));
  assert.deepEqual(await degraded.health.check(signal), { degraded: '"json" fails; "site" answers in its place' });
  const down = await stage(upstream(403, 403));
  await assert.rejects(down.health.check(signal), failsWith("http.blocked"));
});
