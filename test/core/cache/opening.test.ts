import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { openDatabase } from "../../../core/platform/sqlite.ts";
import { cacheFile, HOUR, open, raw, rows } from "./stage.ts";

/** What was put aside beside that file. */
function aside(file: string): readonly string[] {
  return readdirSync(dirname(file))
    .filter((name) => name.endsWith(".bad"))
    .map((name) => join(dirname(file), name));
}

/** A file that once was a good cache. */
async function filled(t: TestContext): Promise<string> {
  const file = cacheFile(t);
  const cache = open(t, file);
  for (let n = 0; n < 200; n++) await cache.namespace("titles").set(String(n), "x".repeat(1_000), { ttl: HOUR });
  await cache.dispose();
  return file;
}

async function works(t: TestContext, file: string): Promise<void> {
  const first = open(t, file);
  await first.namespace("titles").set("a", 1, { ttl: HOUR });
  await first.check();
  await first.dispose();
  assert.equal((await open(t, file).namespace("titles").find("a"))?.tier, "disk");
}

const spoiled: Readonly<Record<string, (file: string) => void>> = {
  "that is no database": (file) => writeFileSync(file, "<html>Just a moment…</html>".repeat(100)),
  "that is cut in the middle": (file) => writeFileSync(file, readFileSync(file).subarray(0, 70_001)),
  "that is overwritten in the middle": (file) => {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0x5a, 4_096, bytes.length / 2));
  },
  "of an older layout": (file) => {
    rmSync(file);
    const database = openDatabase(file);
    database.exec("CREATE TABLE cache (key TEXT PRIMARY KEY, value TEXT NOT NULL); PRAGMA user_version = 1");
    database.close();
  },
  "of a newer layout": (file) => {
    const database = openDatabase(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
  },
  "of another program": (file) => {
    rmSync(file);
    const database = openDatabase(file);
    database.exec("CREATE TABLE places (url TEXT)");
    database.close();
  },
};

for (const [fault, spoil] of Object.entries(spoiled)) {
  test(`a file ${fault} is put aside, and a new one is begun`, async (t) => {
    const file = await filled(t);
    spoil(file);
    const before = readFileSync(file);
    const { namespace, check, dispose, problems } = open(t, file);
    const [kept, ...others] = aside(file);
    assert.ok(kept && others.length === 0, readdirSync(dirname(file)).join(" "));
    assert.deepEqual(readFileSync(kept), before, "what was put aside is no longer what it was");
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /is damaged or no database|has another layout/);
    assert.ok(problems[0]?.includes(file) && problems[0].includes(basename(kept)), problems[0]);
    assert.equal(await namespace("titles").find("1"), undefined);
    await check();
    await dispose();
    await works(t, file);
    assert.equal(aside(file).length, 1, "the new file was put aside too");
  });
}

test("an empty file is begun, not put aside: another process may just have made it", async (t) => {
  const file = cacheFile(t);
  writeFileSync(file, "");
  const { problems } = open(t, file);
  assert.deepEqual(problems, []);
  await works(t, file);
  assert.deepEqual(aside(file), []);
});

test("a database without tables is begun, not put aside", async (t) => {
  const file = cacheFile(t);
  openDatabase(file).close();
  assert.deepEqual(open(t, file).problems, []);
  await works(t, file);
  assert.deepEqual(aside(file), []);
});

test("a file that another program holds alone is left untouched; values live in memory", async (t) => {
  const file = await filled(t);
  const holder = raw(t, file);
  holder.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM cache WHERE key = 'titles:0'");
  const { namespace, check, problems } = open(t, file);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /Another program holds .*cache\.db.* in memory only/);
  const titles = namespace("titles");
  await titles.set("a", 1, { ttl: HOUR });
  assert.deepEqual(await titles.find("a"), { value: 1, tier: "memory" });
  assert.equal(await titles.find("1"), undefined);
  await assert.rejects(check(), { code: "store.failed" });
  holder.exec("ROLLBACK");
  holder.close();
  assert.deepEqual(aside(file), []);
  assert.equal(rows(raw(t, file)).length, 200, "what the other program held was changed");
  assert.equal(problems.length, 1, problems.join("\n"));
});

const unusable: Readonly<Record<string, (file: string) => string>> = {
  "in a folder that is not there": (file) => join(dirname(file), "missing", "cache.db"),
  "that is a folder": (file) => {
    mkdirSync(file);
    return file;
  },
};

for (const [fault, make] of Object.entries(unusable)) {
  test(`a file ${fault} is told of, and values live in memory`, async (t) => {
    const file = make(cacheFile(t));
    const { namespace, check, problems } = open(t, file);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /^The cache cannot be used\. .*in memory only\.$/);
    await namespace("titles").set("a", 1, { ttl: HOUR });
    assert.deepEqual(await namespace("titles").find("a"), { value: 1, tier: "memory" });
    await assert.rejects(check(), { code: "store.failed" });
    assert.equal(existsSync(`${file}-wal`), false);
  });
}

test("of files put aside, the last one is kept and no more", async (t) => {
  const file = await filled(t);
  for (const rubbish of ["first", "second"]) {
    writeFileSync(file, rubbish.repeat(1_000));
    await open(t, file).dispose();
  }
  const [kept, ...more] = aside(file);
  assert.deepEqual(more, []);
  assert.match(readFileSync(kept ?? "", "utf8"), /^(second)+$/);
});
