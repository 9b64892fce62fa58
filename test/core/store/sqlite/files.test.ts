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
import { openSqliteStore } from "../../../../core/store/sqlite/open.ts";

const STORE = new URL("../../../../core/store/sqlite/open.ts", import.meta.url).href;
const SQLITE = new URL("../../../../core/platform/sqlite.ts", import.meta.url).href;

function file(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "bot.db");
}

/** A store with 500 people in it. */
async function filled(t: TestContext): Promise<string> {
  const path = file(t);
  const store = await openSqliteStore({ file: path });
  for (let userId = 1; userId <= 500; userId++)
    await store.users.upsert({ userId, fullName: "Somebody ".repeat(20), lastActive: userId });
  await store.dispose();
  return path;
}

/** The file is refused with that code, in words that name it, and is the same to the byte afterwards. */
async function assertRefused(path: string, code: string, message: RegExp): Promise<void> {
  const before = readFileSync(path);
  await assert.rejects(openSqliteStore({ file: path }), (error: Error & { code?: string }) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.ok(error.message.includes(path) && !error.message.includes("\n"), error.message);
    return true;
  });
  assert.ok(readFileSync(path).equals(before), "the file was changed");
}

/** Runs a script that says "ready" and then waits to be killed. What it opens it keeps in `globalThis`. */
async function runUntilReady(t: TestContext, script: string) {
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", `${script}; console.log("ready"); setInterval(() => {}, 1000);`],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

for (const [what, content] of [
  ["a text", "not a database, but long enough to look like one"],
  ["a page of HTML", "<!doctype html><title>&</title>"],
  ["bytes without meaning", randomBytes(8192)],
  ["a head without a body", "SQLite format 3\0"],
  ["a cut head", "SQLite format 3\0\u0010\0\u0001"],
  ["a beginning that is too short", "SQLite"],
] as const) {
  test(`${what} is refused as damaged and left untouched`, async (t) => {
    const path = file(t);
    writeFileSync(path, content);
    await assertRefused(path, "store.corrupt", /restore a backup or move it away/);
    assert.deepEqual(readdirSync(join(path, "..")), ["bot.db"], "something was left beside it");
  });
}

for (const [what, from, length] of [
  ["in its head, behind the magic bytes", 16, 80],
  ["in its first page", 100, 400],
  ["in its middle", 5 * 4096, 4096],
  ["all over", 4096, 60_000],
] as const) {
  test(`a database damaged ${what} is refused and left untouched`, async (t) => {
    const path = await filled(t);
    const bytes = readFileSync(path);
    assert.ok(bytes.length > from + length, `only ${bytes.length} bytes`);
    bytes.fill(0xa5, from, from + length);
    writeFileSync(path, bytes);
    await assertRefused(path, "store.corrupt", /damaged/);
  });
}

test("a database that was cut is refused and left untouched", async (t) => {
  const path = await filled(t);
  truncateSync(path, 6 * 4096 + 100);
  await assertRefused(path, "store.corrupt", /damaged/);
});

test("an empty file, such as a full disk leaves, becomes a new database", async (t) => {
  const path = file(t);
  writeFileSync(path, "");
  const store = await openSqliteStore({ file: path });
  t.after(() => store.dispose());
  assert.equal(await store.users.count(), 0);
});

test("a newer database is refused and left untouched", async (t) => {
  const path = await filled(t);
  const raw = openDatabase(path);
  raw.exec("PRAGMA user_version = 99");
  raw.close();
  await assertRefused(path, "store.newer", /data version 99/);
});

test("a newer database whose version still stands in its log is refused too", async (t) => {
  const path = await filled(t);
  const child = await runUntilReady(
    t,
    `const { openDatabase } = await import(${JSON.stringify(SQLITE)}); globalThis.kept = openDatabase(${JSON.stringify(path)}); kept.exec("PRAGMA user_version = 99")`,
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok(existsSync(`${path}-wal`));
  const log = readFileSync(`${path}-wal`);
  await assertRefused(path, "store.newer", /data version 99/);
  assert.ok(readFileSync(`${path}-wal`).equals(log), "its log was changed");
});

test("another program's database is refused and left untouched", async (t) => {
  const path = file(t);
  const raw = openDatabase(path);
  raw.exec("CREATE TABLE bookmarks (url TEXT)");
  raw.close();
  await assertRefused(path, "store.corrupt", /another program's database/);
});

test("a database that another program holds is refused", async (t) => {
  const path = await filled(t);
  await runUntilReady(
    t,
    `const { openDatabase } = await import(${JSON.stringify(SQLITE)});
     globalThis.kept = openDatabase(${JSON.stringify(path)}); kept.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (x)")`,
  );
  await assertRefused(path, "store.locked", /Another program holds/);
});

test("a database that a running bot writes to can be opened beside it", async (t) => {
  const path = await filled(t);
  await runUntilReady(
    t,
    `const { openSqliteStore } = await import(${JSON.stringify(STORE)});
     const store = await openSqliteStore({ file: ${JSON.stringify(path)} });
     setInterval(() => store.users.upsert({ userId: 1, fullName: "x", lastActive: Date.now() }), 1)`,
  );
  const store = await openSqliteStore({ file: path });
  t.after(() => store.dispose());
  for (let userId = 1000; userId < 1100; userId++) await store.users.upsert({ userId, fullName: "y", lastActive: 0 });
  assert.equal(await store.users.count(), 600);
});

test("a place where no file can be is told, with what to check", async (t) => {
  const folder = join(file(t), "..");
  mkdirSync(join(folder, "folder"));
  symlinkSync("loop", join(folder, "loop"));
  writeFileSync(join(folder, "file"), "");
  for (const path of ["missing/bot.db", "folder", "loop", "file/bot.db"]) {
    await assert.rejects(openSqliteStore({ file: join(folder, path) }), (error: Error & { code?: string }) => {
      assert.equal(error.code, "store.failed");
      assert.ok(error.message.includes(path), error.message);
      return true;
    });
  }
  await assert.rejects(openSqliteStore({ file: join(folder, "missing", "bot.db") }), {
    message: /Check that its folder is there and may be written to/,
  });
});

test("a database that may only be read is told at the start, not at the first message", {
  skip: process.getuid?.() === 0 ? false : "needs root to become somebody else",
}, async (t) => {
  const path = await filled(t);
  chmodSync(join(path, ".."), 0o755);
  for (const name of readdirSync(join(path, ".."))) chmodSync(join(path, "..", name), 0o644);
  const script = `process.setuid(65534);
    try { await openSqliteStore({ file: ${JSON.stringify(path)} }); console.log("opened"); }
    catch (error) { console.log(error.code + " " + error.message); }`;
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", `const { openSqliteStore } = await import(${JSON.stringify(STORE)}); ${script}`],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const before = readFileSync(path);
  const [said] = await once(child.stdout, "data");
  assert.match(String(said), /^store\.failed .*bot\.db cannot be (?:written to|opened) .* Check/);
  assert.ok(readFileSync(path).equals(before));
});

test("what a killed writer left half done is undone, and the rest is there", async (t) => {
  const path = await filled(t);
  const child = await runUntilReady(
    t,
    `const { openDatabase } = await import(${JSON.stringify(SQLITE)});
     globalThis.kept = openDatabase(${JSON.stringify(path)});
     kept.exec("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2; BEGIN; UPDATE users SET full_name = full_name || full_name")`,
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok(existsSync(`${path}-journal`), "nothing was left half done");
  const store = await openSqliteStore({ file: path });
  t.after(() => store.dispose());
  assert.equal((await store.users.get(500))?.fullName, "Somebody ".repeat(20));
});

test("what is begun may be read by its owner alone, and a file that is there keeps its mode", {
  skip: process.platform === "win32" && "needs modes of files",
}, async (t) => {
  const path = file(t);
  const modes = () =>
    Object.fromEntries(
      readdirSync(join(path, "..")).map((name) => [name, statSync(join(path, "..", name)).mode & 0o777]),
    );
  const before = process.umask(0o022);
  t.after(() => process.umask(before));
  const database = openDatabase(path);
  database.exec("CREATE TABLE x (y)");
  assert.deepEqual(modes(), { "bot.db": 0o600, "bot.db-shm": 0o600, "bot.db-wal": 0o600 });
  database.close();
  chmodSync(path, 0o640);
  const again = openDatabase(path);
  again.exec("INSERT INTO x VALUES (1)");
  assert.deepEqual(modes(), { "bot.db": 0o640, "bot.db-shm": 0o640, "bot.db-wal": 0o640 });
  again.close();
});
