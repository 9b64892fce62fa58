import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { backUpStore, summarizeStore } from "../../../../core/store/sqlite/backup.ts";
import { openSqliteStore } from "../../../../core/store/sqlite/open.ts";
import { restoreStore } from "../../../../core/store/sqlite/restore.ts";
import { code, cut, filled, folder, sql, writer } from "./backup-stage.ts";

test("a restored backup is the store, and the store before it is kept", async (t) => {
  const place = folder(t);
  const from = join(folder(t), "copy.db");
  const to = await filled(join(place, "bot.db"), 5);
  await backUpStore({ from: to, to: from });
  await filled(to, 9);
  const { summary, kept } = await restoreStore({ from, to });
  assert.equal(summary.rows.users, 5);
  assert.ok(kept !== undefined);
  assert.deepEqual([summarizeStore(to).rows.users, summarizeStore(kept).rows.users], [5, 9]);
  const store = await openSqliteStore({ file: to });
  assert.equal(await store.users.count(), 5);
  await store.dispose();
});

test("a store can be restored where there was none", async (t) => {
  const from = await filled(join(folder(t), "copy.db"), 5);
  const to = join(folder(t), "bot.db");
  assert.deepEqual(await restoreStore({ from, to }), {
    summary: summarizeStore(from),
    kept: undefined,
    removed: [],
  });
  assert.deepEqual(readdirSync(join(to, "..")), ["bot.db"]);
});

test("what a killed bot left in its log stays with the store that is kept, and never meets the backup", async (t) => {
  const place = folder(t);
  const to = join(place, "bot.db");
  const from = await filled(join(folder(t), "copy.db"), 5);
  const child = await writer(t, to);
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok(existsSync(`${to}-wal`));
  const { kept } = await restoreStore({ from, to });
  assert.ok(kept !== undefined);
  assert.deepEqual(readdirSync(place).sort(), ["bot.db", kept.slice(place.length + 1)].sort());
  assert.ok(Number(summarizeStore(kept).rows.users) > 0, "the log's rows are lost");
  assert.equal(summarizeStore(to).rows.users, 5);
});

test("a log without its file is removed, for it belongs to nothing", async (t) => {
  const place = folder(t);
  const from = await filled(join(folder(t), "copy.db"), 5);
  for (const suffix of ["-wal", "-shm", "-journal"]) writeFileSync(join(place, `bot.db${suffix}`), randomBytes(100));
  await restoreStore({ from, to: join(place, "bot.db") });
  assert.deepEqual(readdirSync(place), ["bot.db"]);
});

test("a store that is damaged gives way to a backup, and is kept with its log", async (t) => {
  const place = folder(t);
  const to = join(place, "bot.db");
  const from = await filled(join(folder(t), "copy.db"), 5);
  writeFileSync(to, "no database");
  writeFileSync(`${to}-wal`, "its log");
  const { kept } = await restoreStore({ from, to });
  assert.equal(readFileSync(kept ?? "", "utf8"), "no database");
  assert.equal(readFileSync(`${kept}-wal`, "utf8"), "its log");
  assert.equal(summarizeStore(to).rows.users, 5);
});

test("a store that another program has open is not replaced", async (t) => {
  const to = join(folder(t), "bot.db");
  const from = await filled(join(folder(t), "copy.db"), 5);
  await writer(t, to);
  await assert.rejects(restoreStore({ from, to }), code("store.locked"));
  assert.ok(Number(summarizeStore(to).rows.users) > 5);
});

test("what is no backup is refused, and the store stays as it was to the byte", async (t) => {
  const place = folder(t);
  const to = await filled(join(place, "bot.db"), 5);
  const before = readFileSync(to);
  const other = folder(t);
  for (const [name, wanted, make] of [
    ["text", "backup.invalid", (file: string) => writeFileSync(file, "not a database at all")],
    ["empty", "backup.invalid", (file: string) => writeFileSync(file, "")],
    ["magic", "backup.invalid", (file: string) => writeFileSync(file, "SQLite format 3\0")],
    ["cut", "backup.invalid", cut],
    ["foreign", "backup.invalid", (file: string) => sql(file, "CREATE TABLE t (x); PRAGMA user_version = 1")],
    ["newer", "store.newer", (file: string) => sql(file, "PRAGMA user_version = 99", true)],
  ] as const) {
    const from = join(other, name);
    await make(from);
    await assert.rejects(restoreStore({ from, to }), code(wanted), name);
    assert.ok(readFileSync(to).equals(before), name);
  }
  await assert.rejects(restoreStore({ from: to, to }), code("backup.invalid", /no backup of it/));
  assert.deepEqual(readdirSync(place), ["bot.db"]);
});

test("what root restores belongs to the folder's owner", {
  skip: process.getuid?.() === 0 ? false : "needs root to give files away",
}, async (t) => {
  const place = folder(t);
  chownSync(place, 65_534, 65_534);
  const from = await filled(join(folder(t), "copy.db"), 5);
  await restoreStore({ from, to: join(place, "bot.db") });
  assert.equal(statSync(join(place, "bot.db")).uid, 65_534);
});

/** Files as an earlier restore kept them, oldest first, each with its name for text. */
function keptBefore(place: string, ...times: readonly string[]): readonly string[] {
  return times.map((time) => {
    const name = `bot.db.before-restore-${time}`;
    writeFileSync(join(place, name), name);
    return name;
  });
}

test("the newest three of the stores that were kept stay, with the one that was just made", async (t) => {
  const place = folder(t);
  const to = await filled(join(place, "bot.db"), 1);
  const from = await filled(join(folder(t), "copy.db"), 2);
  const [one = "", two = "", three = "", four = ""] = keptBefore(
    place,
    "2024-01-31T12-00-00-000Z",
    "2025-12-31T23-59-59-999Z",
    "2026-01-01T00-00-00-000Z",
    "2026-01-01T00-00-00-001Z",
  );
  for (const suffix of ["-wal", "-shm", "-journal"]) writeFileSync(join(place, one + suffix), "its log");
  const first = await restoreStore({ from, to });
  assert.deepEqual(first.removed, [join(place, one), join(place, two)]);
  assert.deepEqual(readdirSync(place).sort(), ["bot.db", three, four, basename(first.kept ?? "")]);
  const second = await restoreStore({ from, to });
  assert.deepEqual(second.removed, [join(place, three)]);
  assert.equal(summarizeStore(second.kept ?? "").rows.users, 2);
});

test("one that was just made, and one that is restored, stay whatever their time is", async (t) => {
  const place = folder(t);
  const to = await filled(join(place, "bot.db"), 1);
  const later = keptBefore(place, ...[1, 2, 3, 4].map((n) => `2999-01-01T00-00-00-00${n}Z`));
  const from = await filled(join(place, "bot.db.before-restore-2020-01-01T00-00-00-000Z"), 7);
  writeFileSync(`${from}-wal`, "");
  const { kept, removed, summary } = await restoreStore({ from, to });
  assert.equal(summary.rows.users, 7);
  assert.deepEqual(
    removed,
    later.slice(0, 2).map((name) => join(place, name)),
  );
  for (const file of [from, `${from}-wal`, kept ?? ""]) assert.ok(existsSync(file), file);
});

test("what has another name, or is no file, is nobody's to remove", async (t) => {
  const place = folder(t);
  const to = await filled(join(place, "bot.db"), 1);
  const from = await filled(join(folder(t), "copy.db"), 2);
  const time = "2020-01-01T00-00-00-00";
  const others = [
    `bot.db.before-restore-${time}1Z.gz`,
    `bot.db.before-restore-${time}2`,
    `bot.db.before-restore-mine`,
    `my-bot.db.before-restore-${time}3Z`,
    `cache.db.before-restore-${time}4Z`,
    `BOT.DB.before-restore-${time}5Z`,
    `bot.db.before-restore-${time}6Z-old`,
    `bot.db.before-restore-2020-01-01`,
    "bot.db.v1.bak",
  ];
  for (const name of others) writeFileSync(join(place, name), "dear to somebody");
  mkdirSync(join(place, `bot.db.before-restore-${time}7Z`));
  symlinkSync("bot.db.v1.bak", join(place, `bot.db.before-restore-${time}8Z`));
  const before = readdirSync(place).length;
  keptBefore(place, `${time}9Z`, "2021-01-01T00-00-00-000Z", "2022-01-01T00-00-00-000Z");
  assert.deepEqual((await restoreStore({ from, to })).removed, [join(place, `bot.db.before-restore-${time}9Z`)]);
  assert.equal(readdirSync(place).length, before + 3);
});
