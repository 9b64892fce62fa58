import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import config from "../../../bot.config.ts";
import { type App, createApp } from "../../../core/app.ts";
import { answerLookup, type LookupOutcome } from "../../../core/cli/answer.ts";
import { describeFailure } from "../../../core/cli/failure.ts";
import { loadConfiguration } from "../../../core/config/load.ts";
import { createPlayground, openUpstreams, type Playground } from "../../../core/playground/index.ts";
import { createLog } from "../../../core/telemetry/log.ts";

const world: { desk?: Playground; app?: App } = {};

const start = (environment: Record<string, string>, overrides = {}) => {
  const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
  return createApp({ configuration: loadConfiguration({ config, environment, overrides }), log, version: "0.0.0" });
};

before(async () => {
  const desk = await createPlayground();
  const plugins = config.plugins.map(({ definition }) => definition);
  Object.assign(world, { desk, app: await start({}, await openUpstreams(desk, plugins)) });
});

after(async () => {
  await world.app?.dispose();
  await world.desk?.dispose();
});

function answer(source: string, query: string, json = false, app = world.app): Promise<LookupOutcome> {
  assert.ok(app);
  return answerLookup(app, { source, query, json });
}

/** The line that a failing lookup ends with. */
async function failure(source: string, query: string, app = world.app): Promise<string> {
  const error: unknown = await answer(source, query, false, app).then(
    ({ output }) => assert.fail(`it was answered: ${output}`),
    (reason) => reason,
  );
  const { text } = describeFailure(error, { stack: false });
  assert.match(text, /^[^\n]+\n$/);
  return text.trimEnd();
}

/** An app whose only upstream, MyDramaList's JSON service, answers like that. */
async function answering(t: TestContext, path: string, reply: () => Response | Promise<Response>, environment = {}) {
  world.desk?.mount(path, reply);
  const url = `${world.desk?.url}${path}/{}`;
  const app = await start({
    MYDRAMALIST_API_URL: url,
    MYDRAMALIST_DETAILS_URL: url,
    MYDRAMALIST_PROVIDERS: "json",
    ...environment,
  });
  t.after(() => app.dispose());
  return app;
}

test("a search gives a line for each hit: id, title and year, link", async () => {
  const { output = "", remarks } = await answer("mdl", "sweet home");
  for (const line of output.split("\n")) assert.match(line, /^\S+\t[^\t]+\thttps:\/\/mydramalist\.com\/\S+$/);
  assert.match(output, /\tSweet Home \(2020\)\t/);
  assert.deepEqual(remarks, []);
});

test("a search as JSON gives a list of hits, each with id, title, year and url first", async () => {
  for (const [source, query] of [
    ["mdl", "sweet home"],
    ["imdb", "matrix"],
  ] as const) {
    const hits: unknown = JSON.parse((await answer(source, query, true)).output ?? "");
    assert.ok(Array.isArray(hits) && hits.length > 0);
    for (const hit of hits) assert.deepEqual(Object.keys(hit).slice(0, 4), ["id", "title", "year", "url"]);
  }
});

test("links of all forms and an id lead to one record, as JSON or as a card", async () => {
  for (const [source, id, links] of [
    [
      "mdl",
      "34064-sweet-home",
      [
        "https://mydramalist.com/34064-sweet-home/cast",
        "HTTP://mydramalist.com/34064",
        "mydramalist.com/34064-sweet-home",
        " https://mydramalist.com/34064-sweet-home ",
      ],
    ],
    ["imdb", "tt0133093", ["https://m.imdb.com/title/tt0133093/?ref_=x", "www.imdb.com/title/tt0133093/", "TT0133093"]],
  ] as const) {
    const { output = "" } = await answer(source, id, true);
    const { title } = JSON.parse(output) as { title: string };
    for (const link of links)
      assert.equal(JSON.parse((await answer(source, link, true)).output ?? "").title, title, link);
    const { output: card = "" } = await answer(source.toUpperCase(), id);
    assert.ok(card.includes(title) && /https:\/\/\S+$/.test(card), card);
    assert.ok(!/<\/?\w+>|&amp;/.test(card), "markup in a card for the terminal");
  }
});

test("nothing found is no output and a hint; as JSON an empty list for a query, and nothing for an id", async () => {
  for (const [source, query, json] of [
    ["mdl", "qqqqq", false],
    ["mdl", "1-nothing", false],
    ["mdl", "1-nothing", true],
    ["imdb", "tt9999999", true],
  ] as const) {
    const { output, remarks } = await answer(source, query, json);
    assert.equal(output, undefined);
    assert.match(remarks.join(), /knows nothing like that\. Try: dramabot lookup \w+ \w+/);
  }
  assert.deepEqual(await answer("mdl", "qqqqq", true), { output: "[]", remarks: [] });
  assert.match(
    (await answer("mdl", "tt0133093")).remarks.join(),
    /an id of IMDb\. Try: dramabot lookup imdb tt0133093$/,
  );
});

test("a source or a link that is wrong is told with the right one", async () => {
  for (const [source, query, told] of [
    [
      "imbd",
      "matrix",
      /^error \(lookup\.no_such_source\): There is no source "imbd"\. Did you mean imdb\? Sources: mdl \(MyDramaList\), imdb \(IMDb\)\.$/,
    ],
    ["netflix", "x", /^error \(lookup\.no_such_source\): There is no source "netflix"\. Sources: mdl/],
    ["<&>\u001b[2J‮", "x", /^error \(lookup\.no_such_source\): There is no source "<&>"\./],
    ["x".repeat(4096), "x", /^error \(lookup\.no_such_source\)/],
    [
      "mdl",
      "https://mydramalist.com/people/1",
      /^error \(lookup\.wrong_link\): That link leads to no title of MyDramaList\. Try: /,
    ],
    ["mdl", "https://example.org/34064-sweet-home", /leads to no title of MyDramaList/],
    [
      "mdl",
      "https://www.imdb.com/title/tt0133093/",
      /a link to IMDb, not to MyDramaList\. Try: dramabot lookup imdb https:\/\/www\.imdb\.com\/title\/tt0133093\/$/,
    ],
    ["imdb", "mydramalist.com/people/1", /a link to MyDramaList, not to IMDb\. Try: dramabot lookup mdl sweet home$/],
  ] as const) {
    assert.match(await failure(source, query), told);
  }
});

test("an upstream that refuses, or answers rubbish, is told in one line that says what to try", async (t) => {
  for (const [name, reply, told] of [
    [
      "blocked",
      () => new Response("<title>Just a moment...</title>", { status: 403 }),
      /^error \(http\.blocked\): .* choose another provider\.$/,
    ],
    ["limited", () => new Response("", { status: 429 }), /^error \(http\.rate_limited\): .* lower your traffic/],
    [
      "broken",
      () => new Response("boom", { status: 500 }),
      /^error \(http\.unexpected_answer\): .* Look for an update/,
    ],
    ["html", () => new Response("<html>&</html>"), /^error \(http\.unexpected_answer\): /],
    ["cut", () => new Response('{"results": {"dra'), /^error \(http\.unexpected_answer\): /],
    ["empty", () => new Response("{}"), /^error \(http\.unexpected_answer\): /],
    [
      "error",
      () => Response.json({ error: true, code: 500, description: { title: "<&>\u001b[2J", info: "x" } }),
      /^error \(http\.\w+\): /,
    ],
    ["huge", () => new Response("x".repeat(9 * 1024 * 1024)), /^error \(http\.too_large\): /],
  ] as const) {
    const app = await answering(t, `/${name}`, reply);
    for (const query of ["sweet home", "34064-sweet-home"]) assert.match(await failure("mdl", query, app), told, name);
  }
});

test("an upstream that never answers, or is not there, is told likewise", async (t) => {
  const slow = await answering(t, "/slow", () => new Promise(() => undefined), { HTTP_TIMEOUT: "0.2" });
  assert.match(await failure("mdl", "sweet home", slow), /^error \(http\.timeout\): .* raise HTTP_TIMEOUT\.$/);
  const gone = await start({ MYDRAMALIST_API_URL: "http://127.0.0.1:1/{}", MYDRAMALIST_PROVIDERS: "json" });
  t.after(() => gone.dispose());
  assert.match(await failure("mdl", "sweet home", gone), /^error \(http\.unreachable\): .* Check DNS/);
});

test("a hit without a year says so in JSON, and texts of upstreams cannot play with the terminal", async (t) => {
  const drama = {
    slug: "1-red",
    thumb: "",
    mdl_id: "mdl-1",
    title: "\u001b[31mRed\u0007\n\u202e<&>",
    ranking: null,
    type: "x",
    year: null,
    series: false,
  };
  const app = await answering(t, "/odd", () =>
    Response.json({ query: "red", results: { dramas: [drama], people: [] } }),
  );
  assert.equal((await answer("mdl", "red", false, app)).output, "1-red\tRed <&>\thttps://mydramalist.com/1-red");
  const [hit] = JSON.parse((await answer("mdl", "red", true, app)).output ?? "");
  assert.equal(hit.year, null);
});

test("a source that fails is stood in for by its last good answer, whose age is told", async (t) => {
  let reply = () =>
    Response.json({ query: "red", results: { dramas: [{ slug: "1-red", title: "Red", year: 2020 }], people: [] } });
  const app = await answering(t, "/failing", () => reply());
  const first = await answer("mdl", "red", false, app);
  assert.ok(first.output);
  reply = () => new Response("", { status: 500 });
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 3 * 3_600_000 });
  assert.deepEqual(await answer("mdl", "red", false, app), {
    output: first.output,
    remarks: ["MyDramaList does not answer right now; this is 3 hours old."],
  });
});

test("queries of any kind end in an answer", async () => {
  for (const source of ["mdl", "imdb"]) {
    for (const query of [
      "x".repeat(4096),
      "👩‍👩‍👧".repeat(200),
      "‮שלום\u200b",
      "<&>",
      "%00../..",
      "--",
      "{}",
      "http://",
      "https://[",
      "\ud83d",
    ]) {
      const { output, remarks } = await answer(source, query).catch((error) => ({
        output: String(error.code),
        remarks: [],
      }));
      assert.ok(output === "lookup.wrong_link" || output !== undefined || remarks.length === 1, query.slice(0, 20));
    }
  }
});

test("a source that throws at links and ids keeps no other from being looked up", async () => {
  const fail = (): never => {
    throw new TypeError("my bug");
  };
  const sources = world.app?.registry.items("sources") ?? [];
  const [first] = sources;
  assert.ok(first && world.app);
  const throwing = { ...first, command: "bad", matchUrl: fail, matchId: fail };
  const items = () => [throwing, ...sources];
  const app = { ...world.app, registry: { ...world.app.registry, items } } as unknown as App; // only sources are asked for
  assert.match((await answer("mdl", "sweet home", false, app)).output ?? "", /Sweet Home/);
  const line = await failure("mdl", "https://www.imdb.com/title/tt0133093/", app);
  assert.match(line, /That is a link to IMDb, not to MyDramaList/);
});
