import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Database, openDatabase } from "../../../../core/platform/sqlite.ts";
import { upgrade, versionOf } from "../../../../core/store/sqlite/upgrade.ts";

const first = "CREATE TABLE people (name TEXT NOT NULL) STRICT";
const second = "ALTER TABLE people ADD COLUMN age INTEGER";

/** A database of version 1 with one person in it. */
async function older(t: TestContext): Promise<{ readonly file: string; readonly database: Database }> {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-"));
  const file = join(folder, "bot.db");
  const database = openDatabase(file);
  t.after(() => {
    if (database.isOpen) database.close();
    rmSync(folder, { recursive: true });
  });
  await upgrade(database, { file, steps: [first] });
  database.exec("INSERT INTO people VALUES ('Ann 🎬')");
  return { file, database };
}

function names(file: string): readonly unknown[] {
  const database = openDatabase(file);
  try {
    return database
      .prepare("SELECT name FROM people")
      .all()
      .map((row) => row.name);
  } finally {
    database.close();
  }
}

test("a new database is made whole, and nothing is copied", async (t) => {
  const { file, database } = await older(t);
  assert.equal(versionOf(database), 1);
  await upgrade(database, { file, steps: [first] });
  assert.deepEqual(
    readdirSync(join(file, "..")).filter((name) => name.includes(".bak")),
    [],
  );
});

test("before an upgrade a copy is made, and restoring is putting it in place", async (t) => {
  const { file, database } = await older(t);
  await upgrade(database, { file, steps: [first, second] });
  assert.equal(versionOf(database), 2);
  database.exec("UPDATE people SET name = 'somebody else', age = 1");
  database.close();
  // What the operator does: the copy takes the file's place.
  writeFileSync(file, readFileSync(`${file}.v1.bak`));
  assert.deepEqual(names(file), ["Ann 🎬"]);
  const restored = openDatabase(file);
  assert.equal(versionOf(restored), 1);
  await upgrade(restored, { file, steps: [first, second] });
  assert.equal(versionOf(restored), 2);
  restored.close();
});

test("a step that fails leaves the database as it was, with the copy beside it, and says so", async (t) => {
  const { file, database } = await older(t);
  await assert.rejects(upgrade(database, { file, steps: [first, second, "NO SQL AT ALL"] }), {
    code: "store.failed",
    message: /could not be brought from version 1 to 3; it is as it was\. A copy is in .*bot\.db\.v1\.bak\./,
  });
  assert.equal(versionOf(database), 1);
  assert.deepEqual(Object.keys(database.prepare("SELECT * FROM people").get() ?? {}), ["name"]);
  assert.deepEqual(names(`${file}.v1.bak`), ["Ann 🎬"]);
});

test("an old copy, and one that was never finished, are replaced", async (t) => {
  const { file, database } = await older(t);
  writeFileSync(`${file}.v1.bak`, "an older one");
  writeFileSync(`${file}.v1.bak.part`, "half of one");
  await upgrade(database, { file, steps: [first, second] });
  assert.deepEqual(names(`${file}.v1.bak`), ["Ann 🎬"]);
  assert.ok(!existsSync(`${file}.v1.bak.part`));
});

test("without a copy nothing is upgraded", async (t) => {
  const { file, database } = await older(t);
  mkdirSync(join(`${file}.v1.bak`, "in the way"), { recursive: true });
  await assert.rejects(upgrade(database, { file, steps: [first, second] }));
  assert.equal(versionOf(database), 1);
});

test("a database in memory is upgraded too", async () => {
  const database = openDatabase(":memory:");
  await upgrade(database, { file: ":memory:", steps: [first] });
  await upgrade(database, { file: ":memory:", steps: [first, second] });
  assert.equal(versionOf(database), 2);
  database.close();
});
