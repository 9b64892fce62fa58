import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

test("a batch is there again after a restart, but for what was done", async (t) => {
  const path = file(t);
  const first = await openSqliteStore({ file: path });
  first.journal.append([{ update_id: 7 }, { update_id: 8 }]);
  first.journal.begin(7);
  first.journal.done(7);
  await first.dispose();
  const { journal } = await open(t, path);
  assert.deepEqual(
    journal.pending().map(({ updateId }) => updateId),
    [8],
  );
  assert.equal(journal.lastUpdateId(), 8);
});

test("an update that was seen before is dropped", async (t) => {
  const { journal } = await open(t);
  assert.equal(journal.append([{ update_id: 1 }, { update_id: 1 }]).length, 1);
  assert.equal(journal.append([{ update_id: 1 }, { update_id: 2 }]).length, 1);
});

test("attempts are counted before handling and outlive the process", async (t) => {
  const path = file(t);
  const first = await openSqliteStore({ file: path });
  first.journal.append([{ update_id: 1 }]);
  assert.equal(first.journal.begin(1), 1);
  await first.dispose();
  const { journal } = await open(t, path);
  assert.equal(journal.pending()[0]?.attempts, 1);
  assert.equal(journal.begin(1), 2);
  journal.setAside(1, "three tries");
  assert.deepEqual(journal.pending(), []);
});

test("done updates are pruned, but the last one stays so that the offset is known", async (t) => {
  const { journal } = await open(t);
  journal.append([{ update_id: 1 }, { update_id: 2 }]);
  journal.done(1);
  journal.done(2);
  journal.prune(Date.now() + 1);
  assert.equal(journal.append([{ update_id: 1 }]).length, 1, "it was pruned, so it is new again");
  assert.equal(journal.lastUpdateId(), 2);
});

test("what was appended survives SIGKILL", async (t) => {
  const path = file(t);
  const module = new URL("../../../core/store/sqlite/open.ts", import.meta.url).href;
  const code = `const { openSqliteStore } = await import(${JSON.stringify(module)});
    const { journal } = await openSqliteStore({ file: ${JSON.stringify(path)} });
    journal.append(Array.from({ length: 100 }, (_, i) => ({ update_id: i + 1 })));
    console.log("written"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const { journal } = await open(t, path);
  assert.equal(journal.pending().length, 100);
});

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
  assert.deepEqual(store.journal.pending(), []);
  assert.equal(store.problems.length, 2);
});

for (const [what, content] of [
  ["a text", "not a database, but long enough to look like one"],
  ["a cut database", "SQLite format 3\0\u0010\0\u0001"],
] as const) {
  test(`${what} is refused as damaged and left untouched`, async (t) => {
    const path = file(t);
    writeFileSync(path, content);
    await assert.rejects(openSqliteStore({ file: path }), { code: "store.corrupt" });
    assert.equal(readFileSync(path, "utf8"), content);
  });
}

test("a newer database is refused and left untouched", async (t) => {
  const path = file(t);
  await (await openSqliteStore({ file: path })).dispose();
  const raw = openDatabase(path);
  raw.exec("PRAGMA user_version = 99");
  raw.close();
  const before = readFileSync(path);
  await assert.rejects(openSqliteStore({ file: path }), { code: "store.newer", message: /data version 99/ });
  assert.deepEqual(readFileSync(path), before);
});

test("a database that another program holds is refused", async (t) => {
  const path = file(t);
  const raw = openDatabase(path);
  t.after(() => raw.close());
  raw.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (x)");
  await assert.rejects(openSqliteStore({ file: path }), { code: "store.locked" });
});
