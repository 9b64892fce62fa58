import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { backUpStore, summarizeStore } from "../../../../core/store/sqlite/backup.ts";
import { openSqliteStore } from "../../../../core/store/sqlite/open.ts";
import { code, cut, filled, folder, sql, writer } from "./backup-stage.ts";

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

test("a place that cannot be written to is told by the name that was given, and nothing is left behind", async (t) => {
  const place = folder(t);
  const from = await filled(join(folder(t), "bot.db"), 1);
  symlinkSync("loop", join(place, "loop"));
  mkdirSync(join(place, "folder"));
  for (const [to, why] of [
    [join(place, "no", "copy"), `there is no folder ${join(place, "no")}. Make it first, or choose another place.`],
    [join(from, "copy"), `${from} is no folder. Choose another place.`],
    [join(place, "loop", "copy"), "a link on the way leads back to itself. Choose another place."],
    [join(place, "x".repeat(300)), "its name is too long. Choose a shorter one."],
  ] as const) {
    await assert.rejects(backUpStore({ from, to }), {
      code: "backup.failed",
      message: `${to} cannot be written: ${why}`,
    });
  }
  const longest = join(place, "folder", "x".repeat(255));
  assert.equal((await backUpStore({ from, to: longest })).rows.users, 1);
  assert.deepEqual(readdirSync(place).sort(), ["folder", "loop"]);
});

test("a folder that may not be written to is told as that", {
  skip: process.getuid?.() === 0 ? process.seteuid === undefined && "needs another user" : false,
}, async (t) => {
  const [source, place] = [folder(t), folder(t)];
  const from = await filled(join(source, "bot.db"), 1);
  chmodSync(source, 0o777);
  chmodSync(from, 0o666);
  chmodSync(place, 0o555);
  const to = join(place, "copy");
  // Root may write everywhere.
  if (process.getuid?.() === 0) process.seteuid?.(65_534);
  const ended = await Promise.allSettled([backUpStore({ from, to })]);
  if (process.getuid?.() === 0) process.seteuid?.(0);
  chmodSync(place, 0o755);
  const [{ reason }] = ended as [PromiseRejectedResult];
  assert.equal(
    reason?.message,
    `${to} cannot be written: ${place} may not be written to (EACCES). Check the rights of the user who runs this.`,
  );
});

test("a store that is a named pipe is not waited for", {
  skip: process.platform === "win32" && "needs named pipes",
}, async (t) => {
  const place = folder(t);
  execFileSync("mkfifo", [join(place, "bot.db")]);
  const told = code("store.failed", /bot\.db is no file\. Move it away/);
  await assert.rejects(backUpStore({ from: join(place, "bot.db"), to: join(place, "copy") }), told);
  await assert.rejects(openSqliteStore({ file: join(place, "bot.db") }), told);
  assert.deepEqual(readdirSync(place), ["bot.db"]);
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
  assert.ok(String(said).includes(join(place, "copy")) && !String(said).includes(".part"), String(said));
  assert.deepEqual(readdirSync(place), []);
});
