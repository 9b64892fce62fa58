import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import type { Finding } from "../../../core/cli/doctor/finding.ts";
import { openDatabase } from "../../../core/platform/sqlite.ts";
import { createQuarantine } from "../../../core/plugin/quarantine.ts";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";
import { dramabot, folder } from "./cli.ts";
import { botApiThat, openStage, type Stage, startRun } from "./operator-stage.ts";

const world: { stage?: Stage } = {};

before(async () => {
  world.stage = await openStage();
});

after(() => world.stage?.desk.dispose());

const me = { ok: true, result: { id: 7, is_bot: true, first_name: "x", username: "x_bot" } };
const token = "123456789:AAExampleExampleExampleExampleExample";

interface Said {
  readonly status: number | null;
  readonly findings: readonly Finding[];
  /** The findings of a check, as `state detail advice`. */
  of(check: string): string;
}

async function ask(t: TestContext, env: Readonly<Record<string, string>> = {}, cwd = folder(t)): Promise<Said> {
  const ended = await dramabot(["doctor", "--json"], { cwd, env: { ...world.stage?.env, ...env } });
  assert.equal(ended.stderr, "");
  const findings: readonly Finding[] = JSON.parse(ended.stdout);
  const failed = findings.some(({ state }) => state === "fail");
  assert.equal(ended.status, failed ? 1 : 0, ended.stdout);
  return {
    status: ended.status,
    findings,
    of: (wanted) =>
      findings
        .filter(({ check }) => check === wanted)
        .map(({ state, detail, advice = "" }) => `${state} ${detail} ${advice}`.trim())
        .join("\n"),
  };
}

test("all that is well has a line that says so, and nothing is made or changed", async (t) => {
  const cwd = folder(t);
  const { status, stdout, stderr } = await dramabot(["doctor"], { cwd, env: world.stage?.env ?? {} });
  assert.deepEqual([status, stderr], [0, ""], stdout);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.at(-1), "All is well.");
  const checks = lines.slice(0, -2).map((line) => /^ok {4}(\S+(?: \S+)?)/.exec(line)?.[1]);
  for (const check of ["configuration", "token", "clock", "webhook", "data", "disk", "plugin imdb", "upstream imdb"])
    assert.ok(checks.includes(check), `${check} is missing: ${stdout}`);
  assert.match(stdout, /plugin imdb +1\.0\.0; terms: IMDb says/);
  assert.deepEqual(readdirSync(cwd), []);
});

test("beside a running bot it looks at the bot's own data and does not disturb it", async (t) => {
  const cwd = folder(t);
  const env = { ...world.stage?.env };
  const running = await startRun(t, { cwd, env });
  const said = await ask(t, {}, cwd);
  assert.match(
    said.of("store"),
    /^ok data\/bot\.db: 0 people, 0 settings, 0 updates in the journal; data version \d+$|^ok .*bot\.db: 0 people/,
  );
  assert.match(said.of("cache"), /^ok /);
  assert.equal((await fetch(`${running.url}/readyz`)).status, 200);
  assert.equal(await running.stop(), 0);
});

test("no secret is ever printed", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, ".env"), "IMDB_SITE_URL=http://me:hunter11@127.0.0.1:1\n", { mode: 0o600 });
  const root = await botApiThat(t, {
    getMe: { body: me },
    getWebhookInfo: {
      body: {
        ok: true,
        result: {
          url: `https://me:hunter22@h/hook/hunter33`,
          pending_update_count: 1,
          last_error_date: Math.floor(Date.now() / 1000),
          last_error_message: `wrong answer from https://me:hunter44@h/?token=hunter55 for ${token}`,
        },
      },
    },
  });
  const env = { BOT_TOKEN: token, TELEGRAM_API_ROOT: root, WEBHOOK_URL: "https://me:hunter22@h/hook/hunter33" };
  for (const [words, more] of [
    [["doctor"], env],
    [["doctor", "--json"], env],
    [["doctor"], { ...env, TELEGRAM_API_ROOT: "http://me:hunter66@127.0.0.1:1" }],
    [["doctor"], { ...env, BOT_TOKEN: `${token}!hunter77` }],
  ] as const) {
    const { stdout, stderr } = await dramabot(words, { cwd, env: { ...world.stage?.env, ...more } });
    assert.ok(stdout.length > 100, stdout);
    assert.doesNotMatch(stdout + stderr, /hunter|AAExample/);
  }
});

test("a configuration with problems has a line for each, and the data is looked at all the same", async (t) => {
  const said = await ask(t, { PORT: "http", IMDB_PROVIDERS: "all", BOT_TOKEN: "x" });
  assert.equal(said.findings.filter(({ state }) => state === "fail").length, 3);
  assert.match(
    said.of("configuration"),
    /^fail BOT_TOKEN holds .*\nfail PORT holds "http"; .*\nfail IMDB_PROVIDERS holds "all"/,
  );
  assert.match(said.of("data"), /^ok /);
});

test("what is passed over in a configuration with problems is a warning beside them", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, ".env"), "nonsense\n", { mode: 0o600 });
  const said = await ask(t, { PORT: "http" }, cwd);
  assert.match(
    said.of("configuration"),
    /^fail PORT holds "http"; .*\nwarn \.env: line 1 passed over; wanted: NAME=value$/,
  );
});

test("what is not set is told with how to get it", async (t) => {
  const said = await ask(t, { BOT_TOKEN: "", OWNER_ID: "" });
  assert.match(said.of("token"), /^fail BOT_TOKEN is not set Ask @BotFather/);
  assert.match(said.of("configuration"), /^fail OWNER_ID is not set Ask @userinfobot[^\n]*$/);
});

test("a check that found something is not said to be well, and counts once", async (t) => {
  const { stdout } = await dramabot(["doctor"], {
    cwd: folder(t),
    env: { ...world.stage?.env, PORT: "http", HOST: "%" },
  });
  assert.equal(stdout.match(/^fail {2}configuration /gm)?.length, 2);
  assert.match(stdout, /\n1 of 3 checks failed\.\n$/);
  const cwd = folder(t);
  for (const more of [{ OWNER_ID: "" }, { REDIS_URL: "redis://h" }, { PORT: "http" }])
    assert.doesNotMatch((await ask(t, more, cwd)).of("configuration"), /^ok /m);
});

test("what external names and nobody has is told, and what plugins print is no part of the findings", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const text =
    'console.log("hello"); export default { id: "loud", version: "1.0.0", api: 1, setup: () => console.log("hi") };';
  writeFileSync(join(cwd, "plugins", "loud.ts"), text);
  writeFileSync(join(cwd, "mine.ts"), "export default { plugins: [], external: { lout: {} } };");
  const words = ["doctor", "--json", "--config", "mine.ts"];
  const { stdout, stderr } = await dramabot(words, { cwd, env: { ...world.stage?.env, PLUGINS_DIR: "plugins" } });
  assert.equal(stderr, "hello\nhi\n");
  const findings: readonly Finding[] = JSON.parse(stdout);
  assert.deepEqual(
    findings.filter(({ check }) => check === "configuration").map(({ state, detail }) => [state, detail]),
    [["warn", `mine.ts: "external.lout" has no effect: no plugin of that id was found in plugins. Did you mean loud?`]],
  );
});

test("a plugin that the bot has switched off is a fault, with why and how it comes back", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "data"));
  const store = await openSqliteStore({ file: join(cwd, "data", "bot.db") });
  await createQuarantine({ settings: store.settings }).put({
    id: "imdb",
    version: "1.0.0",
    since: Date.now(),
    handler: "search of /imdb",
    code: "plugin.failed",
    reason: "x is undefined",
    commands: ["imdb"],
    told: true,
  });
  await store.dispose();
  const said = await ask(t, {}, cwd);
  assert.match(
    said.of("plugin imdb"),
    /^fail 1\.0\.0, quarantined: Switched off after repeated failures, last in search of \/imdb: plugin\.failed, x is undefined\..* dramabot plugin enable imdb$/,
  );
  assert.equal(said.of("upstream imdb"), "");
});

test("what was passed over and who else may read the token is told", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, ".env"), "nonsense\nREDIS_URL=redis://h\n", { mode: 0o644 });
  const said = await ask(t, {}, cwd);
  assert.equal(said.status, 0);
  assert.match(said.of("configuration"), /warn \.env: line 1 passed over/);
  assert.match(said.of("configuration"), /warn REDIS_URL is ignored/);
  if (process.platform !== "win32")
    assert.match(said.of("configuration"), /warn \.env may be read by other users of this machine chmod 600 \.env/);
});

test("a token that Telegram refuses is a fault, whatever else is well", async (t) => {
  const said = await ask(t, { BOT_TOKEN: token });
  assert.match(said.of("token"), /^fail Telegram refuses it \(401 Unauthorized\) Put the token/);
  assert.match(said.of("clock"), /^ok /);
  assert.equal(said.of("webhook"), "");
});

test("a store that is damaged or newer is a fault, a cache that is damaged is not, and both stay as they are", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "data"));
  const [store, cache] = [join(cwd, "data", "bot.db"), join(cwd, "data", "cache.db")];
  writeFileSync(store, "no database at all");
  writeFileSync(cache, "nor this");
  const damaged = await ask(t, {}, cwd);
  assert.match(damaged.of("store"), /^fail .*bot\.db is no database.*\("dramabot restore FILE"\)/);
  assert.match(damaged.of("cache"), /^warn .*cache\.db is no database/);
  assert.deepEqual([readFileSync(store, "utf8"), readFileSync(cache, "utf8")], ["no database at all", "nor this"]);
  assert.deepEqual(readdirSync(join(cwd, "data")).sort(), ["bot.db", "cache.db"]);

  writeFileSync(store, "");
  await (await openSqliteStore({ file: store })).dispose();
  const database = openDatabase(store);
  database.exec("PRAGMA user_version = 99");
  database.close();
  assert.match((await ask(t, {}, cwd)).of("store"), /^fail .*newer dramabot/);
});

test("a place that is no folder is a fault, and one that is not there yet is none", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, "file"), "");
  assert.match(
    (await ask(t, { DATA_DIR: "file/data" }, cwd)).of("data"),
    /^fail .*file is no folder Choose another DATA_DIR/,
  );
  assert.match((await ask(t, { DATA_DIR: "a/b/c" }, cwd)).of("data"), /^ok a\/b\/c is made when the bot starts/);
  assert.ok(!existsSync(join(cwd, "a")));
});

test("files that root left in the bot's folder are a fault with the command that mends it", {
  skip: process.getuid?.() === 0 ? false : "needs root to give files away",
}, async (t) => {
  const cwd = folder(t);
  const data = join(cwd, "data");
  mkdirSync(data);
  writeFileSync(join(data, "run.lock"), "");
  chownSync(data, 65_534, 65_534);
  const said = await ask(t, {}, cwd);
  assert.match(said.of("data"), /^fail run\.lock in .*belongs to another user.* chown -R 65534:65534 \//);
  assert.equal(statSync(join(data, "run.lock")).uid, 0);
});

test("a folder that every user may write to is a warning that locks nobody out", {
  skip: process.getuid?.() === 0 ? false : "needs root to give files away",
}, async (t) => {
  const cwd = folder(t);
  const data = join(cwd, "data");
  mkdirSync(data, { mode: 0o700 });
  await (await openSqliteStore({ file: join(data, "bot.db") })).dispose();
  chownSync(join(data, "bot.db"), 65_534, 65_534);
  chmodSync(data, 0o777);
  const said = (await ask(t, { DATA_DIR: data }, cwd)).of("data");
  const warning = `warn every user of this machine may write to ${data} Close it: chown 65534:65534 ${data} && chmod 700 ${data}`;
  assert.equal(said, `ok ${data} may be written to\n${warning}`);
  chownSync(data, 65_534, 65_534);
  const own = (await ask(t, { DATA_DIR: data }, cwd)).of("data").split("\n");
  assert.equal(own[1], `warn every user of this machine may write to ${data} Close it: chmod 700 ${data}`);
});

test("what has the name of one of the bot's files and is none is a fault, as is a link to nowhere", {
  skip: process.platform === "win32" && "needs named pipes",
}, async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "data"), { mode: 0o700 });
  execFileSync("mkfifo", [join(cwd, "data", "ends.jsonl")]);
  const said = await ask(t, {}, cwd);
  assert.match(said.of("data"), /^fail ends\.jsonl in .*data is a named pipe, and no file Take it away\.$/);
  symlinkSync("nowhere", join(cwd, "dangling"));
  const dangling = (await ask(t, { DATA_DIR: "dangling" }, cwd)).of("data");
  assert.match(dangling, /^fail dangling cannot be used: it is a link to nowhere, and nothing is there Mend the link/);
});

test("files that other users may read are a warning with the command that closes them", {
  skip: process.platform === "win32" && "needs modes of files",
}, async (t) => {
  const cwd = folder(t);
  const data = join(cwd, "my data");
  mkdirSync(data, { mode: 0o755 });
  const store = await openSqliteStore({ file: join(data, "bot.db") });
  await store.dispose();
  writeFileSync(join(data, "notes.txt"), "", { mode: 0o644 });
  assert.equal((await ask(t, { DATA_DIR: data }, cwd)).of("data"), `ok ${data} may be written to`);
  chmodSync(join(data, "bot.db"), 0o640);
  writeFileSync(join(data, "ends.jsonl"), "", { mode: 0o644 });
  const [first, second, ...others] = (await ask(t, { DATA_DIR: data }, cwd)).of("data").split("\n");
  assert.deepEqual([first, others], [`ok ${data} may be written to`, []]);
  assert.match(second ?? "", /^warn other users may read bot\.db, .*ends\.jsonl in \S+ data Close them: chmod go= '/);
  assert.ok(second?.includes(` '${data}/bot.db' `) && second.endsWith(` '${data}/ends.jsonl'`), second);
  chmodSync(data, 0o700);
  assert.equal((await ask(t, { DATA_DIR: data }, cwd)).of("data"), `ok ${data} may be written to`);
});

test("an upstream that does not answer is a fault of its own", async (t) => {
  const said = await ask(t, {
    IMDB_PROVIDERS: "page",
    IMDB_SITE_URL: "http://127.0.0.1:1",
    IMDB_SUGGESTION_URL: "http://127.0.0.1:1",
  });
  assert.match(said.of("upstream imdb"), /^fail .+ Try again in a minute/);
  assert.match(said.of("upstream mydramalist"), /^ok answers \(\d+ ms\)/);
  assert.match(said.of("token"), /^ok Telegram knows it as @dramabot_playground_bot/);
});

test("terms are a warning once the bot is public", async (t) => {
  const said = await ask(t, { IS_PUBLIC: "true" });
  assert.equal(said.status, 0);
  assert.match(said.of("plugin imdb"), /^warn 1\.0\.0; terms: .* The bot is public: see that this is allowed\.$/);
});
