import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withPluginsFolder } from "../../../core/cli/config.ts";
import { dramabot, folder } from "./cli.ts";

const token = "123456789:AAExampleExampleExampleExampleExample";

test("config shows what is in force, where it comes from, and no secret", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, "config.env"), "PORT=1111\nHOST=0.0.0.0\nLOG_LEVEL=DEBUG\n");
  writeFileSync(
    join(cwd, ".env"),
    `\ufeffPORT=2222\r\nHOST=\r\nBOT_TOKEN='${token}' # ours\r\nMONGO_URI=mongodb://me:hunter#22@a:1,b:2/\r\n`,
  );
  const env = {
    LOG_LEVEL: "error",
    REDIS_URL: "redis://:hunter33@cache/0",
    MYDRAMALIST_API_URL: "https://me:hunter44@host/{}?apikey=hunter55",
    TELEGRAM_API_ROOT: "https://me:hunter66@host",
  };
  const { status, stdout, stderr } = await dramabot(["config"], { cwd, env });
  assert.deepEqual([status, stderr], [0, ""]);
  const shown = new Map(stdout.split("\n").map((line) => [line.split(" ")[0], line.replace(/\s+/g, " ")]));
  assert.equal(shown.get("PORT"), "PORT 2222 (environment)");
  assert.equal(shown.get("HOST"), "HOST 0.0.0.0 (environment)");
  assert.equal(shown.get("LOG_LEVEL"), "LOG_LEVEL error (environment)");
  assert.equal(shown.get("BOT_TOKEN"), "BOT_TOKEN 123456789:•••• (47 characters) (environment)");
  assert.equal(shown.get("MYDRAMALIST_API_URL"), "MYDRAMALIST_API_URL https://••••@host/{}?apikey=•••• (environment)");
  assert.equal(shown.get("OWNER_ID"), "OWNER_ID – (unset)");
  assert.deepEqual([shown.get("DB_NAME"), shown.get("API_ID")], [undefined, undefined]);
  assert.match(stdout, /\nMONGO_URI is ignored: .*\nREDIS_URL is ignored: /);
  assert.ok(!/hunter|AAExample/.test(stdout), stdout);
});

test("every problem is told at once, with lines of .env that were passed over, and status 78", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, ".env"), `BOT_TOKEN: ${token}\nPORT=http\n`);
  const env = {
    TELEGRAM_API_ROOT: "https//me:hunter22@h",
    MYDRAMALIST_API_URL: "https://me:hunter22@h/",
    IMDB_PROVIDERS: "all",
  };
  const [config, run, lookup] = await Promise.all(
    [["config"], ["run"], ["lookup", "mdl", "x"]].map((words) => dramabot(words, { cwd, env })),
  );
  for (const ended of [config, run, lookup]) {
    assert.equal(ended?.status, 78);
    assert.equal(ended?.stdout, "");
    assert.ok(!/hunter|AAExample|\n {4}at /.test(ended?.stderr ?? ""), ended?.stderr);
    assert.match(ended?.stderr ?? "", /\nBesides:\n {2}\.env: line 1 passed over; wanted: NAME=value\n$/);
  }
  assert.match(
    config?.stderr ?? "",
    /^error \(config\.invalid\): The configuration has 4 problems:\n {2}TELEGRAM_API_ROOT holds .*\n {2}PORT holds "http"; .*\n {2}MYDRAMALIST_API_URL holds "https:\/\/\S+@h\/"; it must .*\n {2}IMDB_PROVIDERS holds "all"; it may .*\nBesides:/,
  );
  assert.match(run?.stderr ?? "", /has 6 problems:\n {2}BOT_TOKEN is not set; .*\n {2}OWNER_ID is not set; /);
});

test("a .env that cannot be read is told, and a folder of that name is left alone", async (t) => {
  const [loop, venv] = [folder(t), folder(t)];
  symlinkSync(".env", join(loop, ".env"));
  mkdirSync(join(venv, ".env"));
  const [unreadable, left] = await Promise.all([
    dramabot(["config"], { cwd: loop }),
    dramabot(["config"], { cwd: venv }),
  ]);
  assert.equal(unreadable.status, 78);
  assert.match(
    unreadable.stderr,
    /^error \(config\.invalid\): The configuration has a problem:\n {2}\.env cannot be read: ELOOP/,
  );
  assert.equal(left.status, 0);
  assert.match(left.stdout, /\n\.env is a folder, so no variables are read from it\.\n$/);
});

test("the plugins folder beside the executable is shown as in force while PLUGINS_DIR is unset", (t) => {
  const plugins = folder(t);
  const unset = { name: "PLUGINS_DIR", value: "", from: "unset" } as const;
  const set = { ...unset, value: "mine", from: "environment" } as const;
  const other = { ...unset, name: "OWNER_ID" };
  assert.deepEqual(withPluginsFolder([unset, other], plugins), [
    { name: "PLUGINS_DIR", value: plugins, from: "beside the executable" },
    other,
  ]);
  const gone = join(plugins, "gone");
  assert.equal(withPluginsFolder([unset], gone)[0]?.from, "beside the executable, not there");
  assert.deepEqual(withPluginsFolder([set], plugins), [set]);
  assert.deepEqual(withPluginsFolder([unset], undefined), [unset]);
});
