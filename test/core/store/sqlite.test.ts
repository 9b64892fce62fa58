import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openDatabase } from "../../../core/platform/sqlite.ts";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";

function file(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "bot.db");
}

async function open(t: TestContext, path = ":memory:") {
  const problems: string[] = [];
  const store = await openSqliteStore({ file: path, onProblem: (message) => problems.push(message) });
  t.after(() => store.dispose().catch(() => undefined));
  return { ...store, problems };
}

test("people with ids above 2^31 are kept, and updated in place", async (t) => {
  const { users, authorized } = await open(t);
  const userId = 7_123_456_789;
  await users.upsert({ userId, fullName: "Ann 🎬", lastActive: 1 });
  await users.upsert({ userId, fullName: "Ann", username: "ann", lastActive: 2 });
  assert.deepEqual(await users.get(userId), { userId, fullName: "Ann", username: "ann", lastActive: 2 });
  assert.equal(await users.count(), 1);
  await authorized.add(userId);
  await authorized.add(userId);
  assert.deepEqual(await authorized.list(), [userId]);
  assert.equal(await authorized.remove(userId), true);
  assert.equal(await authorized.remove(userId), false);
  assert.equal(await authorized.has(userId), false);
});

test("keyboards and documents come back, and are pruned or listed", async (t) => {
  const { keyboards, documents } = await open(t);
  const key = await keyboards.put({ source: "mdl", hits: ["<&>", "👩‍👩‍👧"] });
  assert.match(key, /^[\w-]{8}$/);
  assert.deepEqual(await keyboards.get(key), { source: "mdl", hits: ["<&>", "👩‍👩‍👧"] });
  assert.equal(await keyboards.get("' OR 1=1 --"), undefined);
  await keyboards.prune(Date.now() + 1);
  assert.equal(await keyboards.get(key), undefined);
  await documents.set("plugin:a", "x%y", 1);
  await documents.set("plugin:a", "xay", 2);
  await documents.set("plugin:b", "x%z", 3);
  assert.deepEqual(await documents.keys("plugin:a", "x%"), ["x%y"]);
  await documents.delete("plugin:a", "x%y");
  assert.equal(await documents.get("plugin:a", "x%y"), undefined);
});

test("stored rubbish counts as missing and is told", async (t) => {
  const path = file(t);
  await (await openSqliteStore({ file: path })).dispose();
  const raw = openDatabase(path);
  raw.exec(
    "INSERT INTO settings VALUES ('public_mode', 'tru'); INSERT INTO journal (update_id, body, received_at) VALUES (1, '{', 0)",
  );
  raw.close();
  const store = await open(t, path);
  assert.equal(await store.settings.get("public_mode"), undefined);
  assert.deepEqual(store.journal.recover(), []);
  assert.equal(store.problems.length, 2);
});

test("texts that break programs are kept as they are", async (t) => {
  const { users, settings, keyboards, documents } = await open(t);
  const texts = [
    "",
    "x".repeat(4096),
    "👩‍👩‍👧‍👦🇰🇷",
    "\u202eשלום\u200b\u2066",
    "<&>\"'`",
    "'); DROP TABLE users; --",
    "%_\\",
    "nul\u0000nul",
    "line\r\nline\u2028",
  ];
  for (const [index, text] of texts.entries()) {
    const userId = index + 1;
    await users.upsert({ userId, fullName: text, username: text, lastActive: 1 });
    assert.deepEqual(await users.get(userId), { userId, fullName: text, username: text, lastActive: 1 });
    await settings.set(text, text);
    assert.equal(await settings.get(text), text);
    await documents.set(text, text, [text, { [text]: text }]);
    assert.deepEqual(await documents.get(text, text), [text, { [text]: text }]);
    assert.deepEqual(await keyboards.get(await keyboards.put({ text })), { text });
    assert.equal(await keyboards.get(text), undefined);
  }
  assert.equal(await users.count(), texts.length);
});

test("a prefix is a text and no pattern, whatever stands in it", async (t) => {
  const { documents } = await open(t);
  for (const key of ["a%b", "a_b", "axb", "A%b", "👩‍👩‍👧", "👩", "a\u0000b"]) await documents.set("n", key, 1);
  assert.deepEqual(await documents.keys("n", "a%"), ["a%b"]);
  assert.deepEqual(await documents.keys("n", "a_"), ["a_b"]);
  assert.deepEqual(await documents.keys("n", "👩\u200d"), ["👩‍👩‍👧"]);
  assert.deepEqual(await documents.keys("n", "a\u0000"), ["a\u0000b"]);
  assert.equal((await documents.keys("n", "")).length, 7);
  assert.deepEqual(await documents.keys("other", ""), []);
});

test("what is no JSON is refused, and what stood there stays", async (t) => {
  const { settings, keyboards, documents } = await open(t);
  await settings.set("a", 1);
  const circle: unknown[] = [];
  circle.push(circle);
  for (const odd of [undefined, () => 1, Symbol("x"), 10n, circle]) {
    await assert.rejects(settings.set("a", odd), { code: "store.failed" });
    await assert.rejects(documents.set("n", "a", odd), { code: "store.failed" });
    await assert.rejects(keyboards.put(odd), { code: "store.failed" });
  }
  assert.equal(await settings.get("a"), 1);
  assert.equal(await documents.get("n", "a"), undefined);
});

test("ids that are no number are refused with a code, and not kept as something else", async (t) => {
  const { users, authorized } = await open(t);
  for (const userId of [
    Number.NaN,
    1.5,
    Number.POSITIVE_INFINITY,
    "1" as unknown as number,
    undefined as unknown as number,
  ]) {
    await assert.rejects(
      users.upsert({ userId, fullName: "x", lastActive: 0 }),
      { code: "store.failed" },
      String(userId),
    );
    await assert.rejects(authorized.add(userId), { code: "store.failed" }, String(userId));
  }
  assert.equal(await users.count(), 0);
  assert.deepEqual(await authorized.list(), []);
});

test("a store that was closed fails with a code", async (t) => {
  const store = await open(t);
  await store.dispose();
  await assert.rejects(store.check(), { code: "store.failed" });
  await assert.rejects(store.users.count(), { code: "store.failed" });
  await assert.rejects(store.settings.set("a", 1), { code: "store.failed" });
});

test("a database that another program holds for long fails with a code, and works again afterwards", async (t) => {
  const path = file(t);
  const store = await open(t, path);
  const raw = openDatabase(path);
  t.after(() => raw.close());
  raw.exec("BEGIN IMMEDIATE");
  await assert.rejects(store.settings.set("a", 1), { code: "store.locked" });
  await store.check();
  raw.exec("ROLLBACK");
  await store.settings.set("a", 1);
});
