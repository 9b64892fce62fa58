import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openDatabase } from "../../../../core/platform/sqlite.ts";
import { backUpStore, restoreStore, summarizeStore } from "../../../../core/store/sqlite/backup.ts";
import { openSqliteStore } from "../../../../core/store/sqlite/open.ts";

const STORE = new URL("../../../../core/store/sqlite/open.ts", import.meta.url).href;

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dramabot-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A store with so many people in it. */
async function filled(file: string, people = 300): Promise<string> {
  const store = await openSqliteStore({ file });
  for (let userId = 1; userId <= people; userId++)
    await store.users.upsert({ userId, fullName: "Somebody ".repeat(10), lastActive: userId });
  await store.dispose();
  return file;
}

/** A process that keeps the store open and writes to it without a pause. */
async function writer(t: TestContext, file: string) {
  const script = `
    const { openSqliteStore } = await import(${JSON.stringify(STORE)});
    const store = globalThis.store = await openSqliteStore({ file: ${JSON.stringify(file)} });
    let id = 10_000;
    setInterval(() => { for (let n = 0; n < 20; n++) store.users.upsert({ userId: ++id, fullName: "x", lastActive: id }); }, 1);
    setTimeout(() => console.log("ready"), 50);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

const code =
  (wanted: string, message = /./) =>
  (error: Error & { code?: string }) => {
    assert.equal(error.code, wanted, error.message);
    assert.match(error.message, message);
    assert.ok(!error.message.includes("\n"), error.message);
    return true;
  };

test("a backup is one file for its owner alone that holds what the store held", async (t) => {
  const [from, to] = [join(folder(t), "bot.db"), join(folder(t), "copy.db")];
  await filled(from);
  const summary = await backUpStore({ from, to });
  assert.equal(summary.rows.users, 300);
  assert.deepEqual(readdirSync(join(to, "..")), ["copy.db"]);
  if (process.platform !== "win32") assert.equal(statSync(to).mode & 0o777, 0o600);
  chmodSync(join(to, ".."), 0o555);
  assert.deepEqual(summarizeStore(to), summary);
  assert.deepEqual(readdirSync(join(to, "..")), ["copy.db"], "it needs a log beside it");
});

test("a backup beside a bot that writes without a pause ends, and is of one moment", async (t) => {
  const [from, to] = [join(folder(t), "bot.db"), join(folder(t), "copy.db")];
  await filled(from);
  const child = await writer(t, from);
  const first = await backUpStore({ from, to });
  const second = await backUpStore({ from, to, force: true });
  assert.equal(child.exitCode, null, "the bot ended");
  assert.ok(Number(first.rows.users) >= 300);
  assert.ok(Number(second.rows.users) > Number(first.rows.users), "nothing was written in between");
  assert.deepEqual(summarizeStore(to), second);
});

test("what a killed bot left in its log is in the backup", async (t) => {
  const [from, to] = [join(folder(t), "bot.db"), join(folder(t), "copy.db")];
  const child = await writer(t, from);
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok(statSync(`${from}-wal`).size > 0);
  const { rows } = await backUpStore({ from, to });
  assert.ok(Number(rows.users) > 0);
});

test("a file that is there is replaced only when that is asked for", async (t) => {
  const [from, to] = [join(folder(t), "bot.db"), join(folder(t), "copy.db")];
  await filled(from, 3);
  writeFileSync(to, "dear to somebody");
  await assert.rejects(backUpStore({ from, to }), code("backup.exists", /--force/));
  assert.equal(readFileSync(to, "utf8"), "dear to somebody");
  assert.equal((await backUpStore({ from, to, force: true })).rows.users, 3);
  assert.deepEqual(readdirSync(join(to, "..")), ["copy.db"]);
});

test("of several backups that begin at once under one name, one has it", async (t) => {
  const [from, to] = [join(folder(t), "bot.db"), join(folder(t), "copy.db")];
  await filled(from, 3);
  const ended = await Promise.allSettled(Array.from({ length: 4 }, () => backUpStore({ from, to })));
  assert.equal(ended.filter(({ status }) => status === "fulfilled").length, 1);
  assert.equal(summarizeStore(to).rows.users, 3);
  assert.deepEqual(readdirSync(join(to, "..")), ["copy.db"]);
});

test("the data itself, folders and devices are never replaced, whatever their name", async (t) => {
  const place = folder(t);
  const from = await filled(join(place, "bot.db"), 3);
  symlinkSync("bot.db", join(place, "link"));
  mkdirSync(join(place, "folder"));
  for (const to of [from, join(place, "link"), join(place, "folder"), "/dev/null"])
    await assert.rejects(backUpStore({ from, to, force: true }), code("backup.exists"), to);
  assert.equal(summarizeStore(from).rows.users, 3);
  assert.equal(readdirSync(place).filter((name) => name.includes("part")).length, 0);
});

test("what is damaged, foreign or newer is not backed up, and nothing is left behind", async (t) => {
  const place = folder(t);
  for (const [name, wanted, make] of [
    ["text", "store.corrupt", (file: string) => writeFileSync(file, "not a database at all")],
    ["bytes", "store.corrupt", (file: string) => writeFileSync(file, randomBytes(8192))],
    ["empty", "store.corrupt", (file: string) => writeFileSync(file, "")],
    ["foreign", "store.corrupt", (file: string) => sql(file, "CREATE TABLE t (x); PRAGMA user_version = 1")],
    ["newer", "store.newer", (file: string) => sql(file, "PRAGMA user_version = 99", true)],
    ["cut", "store.corrupt", (file: string) => cut(file)],
  ] as const) {
    const from = join(place, name);
    await make(from);
    await assert.rejects(backUpStore({ from, to: join(place, "copy") }), code(wanted), name);
  }
  assert.deepEqual(
    readdirSync(place).filter((name) => /copy|part/.test(name)),
    [],
  );
});

async function sql(file: string, text: string, ours = false): Promise<void> {
  if (ours) await filled(file, 1);
  const database = openDatabase(file);
  database.exec(text);
  database.close();
}

async function cut(file: string): Promise<void> {
  await filled(file);
  truncateSync(file, 5 * 4096 + 7);
}

test("a place that cannot be written to is told by the system's name", async (t) => {
  const from = await filled(join(folder(t), "bot.db"), 1);
  await assert.rejects(backUpStore({ from, to: join(from, "copy") }), { code: "ENOTDIR" });
  await assert.rejects(backUpStore({ from, to: join(folder(t), "no", "copy") }), { code: "ENOENT" });
});

test("a disk that is full in the middle leaves nothing", {
  skip: process.platform === "win32" && "needs a shell",
}, async (t) => {
  const [from, place] = [await filled(join(folder(t), "bot.db"), 3000), folder(t)];
  const backup = new URL("../../../../core/store/sqlite/backup.ts", import.meta.url).href;
  const script = `const { backUpStore } = await import(${JSON.stringify(backup)});
    try { await backUpStore({ from: ${JSON.stringify(from)}, to: ${JSON.stringify(join(place, "copy"))} }); console.log("written"); }
    catch (error) { console.log(error.code + " " + error.message); }`;
  // The limit of a file's size stands for the disk's.
  const child = spawn("sh", ["-c", 'ulimit -f 64; exec "$0" --input-type=module -e "$1"', process.execPath, script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(child.stdout, "data");
  assert.match(String(said), /^store\.failed /);
  assert.deepEqual(readdirSync(place), []);
});

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
  assert.deepEqual(await restoreStore({ from, to }), { summary: summarizeStore(from), kept: undefined });
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
  const { chownSync } = await import("node:fs");
  chownSync(place, 65_534, 65_534);
  const from = await filled(join(folder(t), "copy.db"), 5);
  await restoreStore({ from, to: join(place, "bot.db") });
  assert.equal(statSync(join(place, "bot.db")).uid, 65_534);
});
