import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import config from "../../../bot.config.ts";
import { createPlayground, openUpstreams, type Playground } from "../../../core/playground/index.ts";
import { dramabot, failureOf, folder, MAIN } from "./cli.ts";

const captures = fileURLToPath(new URL("../../../../shared/fixtures", import.meta.url));
const needsCaptures = { skip: existsSync(captures) ? false : "the captured answers are not here" };

const world: { desk?: Playground; captured?: Playground } = {};

before(async () => {
  const plugins = config.plugins.map(({ definition }) => definition);
  world.desk = await createPlayground();
  await openUpstreams(world.desk, plugins);
  if (!existsSync(captures)) return;
  world.captured = await createPlayground();
  await openUpstreams(world.captured, plugins, { replay: captures });
});

after(async () => {
  await world.desk?.dispose();
  await world.captured?.dispose();
});

/** The base-URL variables, pointing at a playground's upstreams. */
function upstreams(desk: Playground | undefined = world.desk): Record<string, string> {
  const base = `${desk?.url}/upstream`;
  return {
    MYDRAMALIST_API_URL: `${base}/mydramalist/search/q/{}`,
    MYDRAMALIST_DETAILS_URL: `${base}/mydramalist/id/{}`,
    MYDRAMALIST_SITE_URL: `${base}/mydramalist`,
    IMDB_SUGGESTION_URL: `${base}/imdb/suggestion`,
    IMDB_SITE_URL: `${base}/imdb`,
    // Nothing answers there: titles come from their pages.
    IMDB_GRAPHQL_URL: `${base}/imdb/nothing-here`,
  };
}

const lookup = (t: TestContext, words: readonly string[], env: Record<string, string> = upstreams()) =>
  dramabot(["lookup", ...words], { cwd: folder(t), env });

test("only the result goes to stdout, and nothing to stderr", async (t) => {
  const [hits, record, card] = await Promise.all([
    lookup(t, ["mdl", "sweet", "home"]),
    lookup(t, ["--json", "imdb", "tt0133093"]),
    lookup(t, ["mdl", "34064-sweet-home"]),
  ]);
  for (const { status, stderr } of [hits, record, card]) assert.deepEqual([status, stderr], [0, ""]);
  assert.match(hits.stdout, /^34064-sweet-home\tSweet Home \(2020\)\thttps:\/\/mydramalist\.com\/34064-sweet-home\n/);
  assert.equal(JSON.parse(record.stdout).title, "The Matrix");
  assert.match(card.stdout, /^Sweet Home \(2020\)\n/);
});

test("captured titles are looked up with nothing but the base URLs set", needsCaptures, async (t) => {
  const env = upstreams(world.captured);
  const [drama, film] = await Promise.all([
    lookup(t, ["mdl", "34064-sweet-home", "--json"], env),
    lookup(t, ["imdb", "tt0133093", "--json"], env),
  ]);
  assert.deepEqual([drama.status, film.status], [0, 0], drama.stderr + film.stderr);
  assert.equal(JSON.parse(drama.stdout).title, "Sweet Home");
  assert.equal(JSON.parse(film.stdout).year, 1999);
});

test("nothing found is status 1 with a line on stderr, but an empty list for a query as JSON", async (t) => {
  const [query, id, list] = await Promise.all([
    lookup(t, ["mdl", "qqqqq"]),
    lookup(t, ["mdl", "1-nothing", "--json"]),
    lookup(t, ["mdl", "qqqqq", "--json"]),
  ]);
  for (const ended of [query, id]) {
    assert.equal(ended.status, 1);
    assert.match(failureOf(ended), /^MyDramaList knows nothing like that\. Try: dramabot lookup mdl sweet home$/);
  }
  assert.deepEqual(list, { status: 0, stdout: "[]\n", stderr: "" });
});

test("a lookup that fails is one line on stderr, and a stack for who asks for it", async (t) => {
  const gone = { MYDRAMALIST_API_URL: "http://me:hunter22@127.0.0.1:1/{}", MYDRAMALIST_PROVIDERS: "json" };
  const [wrong, failed, traced] = await Promise.all([
    lookup(t, ["imbd", "matrix"]),
    lookup(t, ["mdl", "sweet home"], gone),
    lookup(t, ["mdl", "sweet home"], { ...gone, LOG_LEVEL: "DEBUG" }),
  ]);
  assert.match(failureOf(wrong), /^error \(lookup\.no_such_source\): .* Did you mean imdb\?/);
  assert.match(failureOf(failed), /^error \(http\.unreachable\): /);
  assert.match(traced.stderr, /\nBotError: .*\n {4}at /);
  for (const { status, stderr } of [wrong, failed, traced]) {
    assert.equal(status, 1);
    assert.ok(!stderr.includes("hunter22"), stderr);
  }
});

test("a lookup's log goes to stderr as JSON, one record a line, or as text where that is asked for", async (t) => {
  const logged = (env: Record<string, string> = {}) =>
    lookup(t, ["mdl", "34064-sweet-home", "--json"], { ...upstreams(), LOG_LEVEL: "DEBUG", ...env });
  const [json, text] = await Promise.all([logged(), logged({ LOG_FORMAT: "text" })]);
  assert.equal(JSON.parse(json.stdout).title, "Sweet Home");
  const records = json.stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.ok(records.length > 0);
  for (const { level, timestamp, message } of records)
    assert.ok(/^[A-Z]+$/.test(level) && timestamp && message, JSON.stringify([level, timestamp, message]));
  assert.equal(text.stdout, json.stdout);
  assert.match(text.stderr, /^\d\d:\d\d:\d\d\.\d{3} [A-Z]+ +\S+: /);
});

test("a lookup works beside a running bot, and shares its cache", async (t) => {
  const { desk } = world;
  assert.ok(desk);
  const cwd = folder(t);
  const bot = spawn(process.execPath, [MAIN, "run"], {
    cwd,
    env: { BOT_TOKEN: desk.token, OWNER_ID: "1", TELEGRAM_API_ROOT: desk.apiRoot, PORT: "0", ...upstreams() },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => bot.on("close", resolve));
  t.after(() => bot.kill("SIGKILL"));
  await desk.waitFor((call) => call.method === "setMyCommands", { timeout: 20_000 });
  const words = ["lookup", "mdl", "34064-sweet-home", "--json"];
  const first = await dramabot(words, { cwd, env: upstreams() });
  assert.deepEqual([first.status, first.stderr], [0, ""]);
  const nowhere = Object.fromEntries(Object.keys(upstreams()).map((name) => [name, "http://127.0.0.1:1/{}"]));
  assert.deepEqual(await dramabot(words, { cwd, env: nowhere }), first);
  bot.kill("SIGTERM");
  assert.equal(await ended, 0);
});

test("a data folder that is damaged is told, and left as it is", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "data"));
  writeFileSync(join(cwd, "data", "bot.db"), "no database at all");
  const ended = await dramabot(["lookup", "mdl", "x"], { cwd, env: upstreams() });
  assert.equal(ended.status, 78);
  assert.match(failureOf(ended), /^error \(store\.corrupt\): data\/bot\.db is no database/);
});

test("a reader that goes away is no error", async (t) => {
  const child = spawn(
    "sh",
    [
      "-c",
      `"$0" "$1" lookup mdl sweet home | head -c 0; "$0" "$1" config | head -c 0; "$0" "$1" --help | head -c 0`,
      process.execPath,
      MAIN,
    ],
    {
      cwd: folder(t),
      env: { ...upstreams(), PATH: process.env.PATH },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let errors = "";
  child.stderr.on("data", (piece) => {
    errors += String(piece);
  });
  await new Promise((resolve) => child.on("close", resolve));
  assert.equal(errors, "");
});
