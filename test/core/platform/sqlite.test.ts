import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import { type Database, openDatabase, sqliteError, transaction } from "../../../core/platform/sqlite.ts";

function open(t: TestContext): Database {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-"));
  const database = openDatabase(join(folder, "x.db"));
  t.after(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });
  database.exec("CREATE TABLE t (x INTEGER UNIQUE) STRICT");
  return database;
}

const count = (database: Database) => Number(database.prepare("SELECT count(*) AS n FROM t").get()?.n);

test("a transaction is kept whole, or not at all", (t) => {
  const database = open(t);
  assert.equal(
    transaction(database, () => {
      database.exec("INSERT INTO t VALUES (1)");
      return "result";
    }),
    "result",
  );
  assert.throws(
    () =>
      transaction(database, () => {
        database.exec("INSERT INTO t VALUES (2); INSERT INTO t VALUES (3)");
        throw new Error("in the middle");
      }),
    { message: "in the middle" },
  );
  assert.equal(count(database), 1);
  transaction(database, () => database.exec("INSERT INTO t VALUES (4)"));
  assert.equal(count(database), 2);
});

test("when SQLite itself rolled back, what it said is what is thrown", (t) => {
  const database = open(t);
  database.exec("INSERT INTO t VALUES (1)");
  assert.throws(
    () => transaction(database, () => database.exec("INSERT OR ROLLBACK INTO t VALUES (1)")),
    /UNIQUE constraint failed/,
  );
  assert.equal(database.isTransaction, false);
});

test("a full disk is told with what to do, and the database works on when there is room", (t) => {
  const database = open(t);
  database.exec("PRAGMA max_page_count = 10; CREATE TABLE big (x TEXT)");
  const fill = () =>
    transaction(database, () => database.prepare("INSERT INTO big VALUES (?)").run("x".repeat(100_000)));
  assert.throws(fill, (error) => {
    const told = sqliteError(error, "/data/bot.db");
    assert.equal(told.code, "store.failed");
    assert.match(told.message, /^\/data\/bot\.db cannot grow .*Make room on the disk\.$/);
    return true;
  });
  database.exec("PRAGMA max_page_count = 1000");
  fill();
});

test("each of SQLite's codes is told with its own words, its extended forms too", () => {
  for (const [errcode, code, words] of [
    [5, "store.locked", /Another program holds x\.db/],
    [6, "store.locked", /Another program holds/],
    [261, "store.locked", /Another program holds/],
    [11, "store.corrupt", /damaged/],
    [267, "store.corrupt", /damaged/],
    [26, "store.corrupt", /no database/],
    [14, "store.failed", /cannot be opened/],
    [8, "store.failed", /cannot be written to/],
    [1032, "store.failed", /cannot be written to/],
    [10, "store.failed", /SQLite failed on x\.db: odd/],
    [undefined, "store.failed", /SQLite failed on x\.db: odd/],
  ] as const) {
    const told = sqliteError(Object.assign(new Error("odd"), { errcode }), "x.db");
    assert.equal(told.code, code, String(errcode));
    assert.match(told.message, words);
    assert.ok(told.cause instanceof Error);
  }
});

test("a runtime that gives SQLite's words without its code is understood as well", () => {
  for (const [words, code] of [
    ["database is locked", "store.locked"],
    ["database table is locked: chats", "store.locked"],
    ["file is not a database", "store.corrupt"],
    ["database disk image is malformed", "store.corrupt"],
    ["unable to open database file: /data/bot.db", "store.failed"],
  ] as const) {
    const told = sqliteError(Object.assign(new Error(words), { code: "ERR_SQLITE_ERROR" }), "x.db");
    assert.equal(told.code, code, words);
    assert.doesNotMatch(told.message, /SQLite failed/, words);
    assert.match(sqliteError(new Error(words), "x.db").message, /SQLite failed/, "other errors may use such words");
  }
});

test("what was thrown instead of an error is told too, and an error of ours stays itself", () => {
  const ours = new BotError("store.newer", "Newer.");
  assert.equal(sqliteError(ours, "x.db"), ours);
  for (const odd of [undefined, null, "text", 7]) assert.equal(sqliteError(odd, "x.db").code, "store.failed");
});
