import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openDatabase } from "../../../../core/platform/sqlite.ts";
import { openSqliteStore } from "../../../../core/store/sqlite/open.ts";

const LATER = { done: Date.now() + 60_000, setAside: Date.now() + 60_000 };

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

/** A life of the program that ends without a word, in the middle of what it had begun. */
async function crash(path: string, life: string): Promise<void> {
  const module = new URL("../../../../core/store/sqlite/open.ts", import.meta.url).href;
  const code = `const { openSqliteStore } = await import(${JSON.stringify(module)});
    const { journal } = await openSqliteStore({ file: ${JSON.stringify(path)} });
    journal.recover();
    ${life}
    console.log("ready"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}

test("what was appended survives SIGKILL", async (t) => {
  const path = file(t);
  await crash(path, "journal.append(Array.from({ length: 100 }, (_, i) => ({ update_id: i + 1 })));");
  const { journal } = await open(t, path);
  const entries = journal.recover();
  assert.equal(entries.length, 100);
  assert.deepEqual(entries[0]?.update, { update_id: 1 });
  assert.ok(entries.every(({ attempts, blamed }) => attempts === 0 && blamed === 0));
});

test("a batch is there again after a restart, but for what was done", async (t) => {
  const path = file(t);
  const first = await openSqliteStore({ file: path });
  first.journal.append([{ update_id: 7 }, { update_id: 8 }]);
  first.journal.begin(7);
  first.journal.done(7);
  await first.dispose();
  const { journal } = await open(t, path);
  assert.deepEqual(
    journal.recover().map(({ updateId }) => updateId),
    [8],
  );
});

test("an update that was seen before is dropped", async (t) => {
  const { journal } = await open(t);
  assert.equal(journal.append([{ update_id: 1 }, { update_id: 1 }]).length, 1);
  assert.equal(journal.append([{ update_id: 1 }, { update_id: 2 }]).length, 1);
});

test("attempts are counted before handling and outlive the process", async (t) => {
  const path = file(t);
  await crash(path, "journal.append([{ update_id: 1 }]); journal.begin(1);");
  await crash(path, "journal.begin(1);");
  const { journal } = await open(t, path);
  assert.equal(journal.recover()[0]?.attempts, 2);
  assert.equal(journal.begin(1), 3);
});

test("an update is blamed for each end of the process while it was the only one under way", async (t) => {
  const path = file(t);
  await crash(path, "journal.append([{ update_id: 1 }, { update_id: 2 }]); journal.begin(1);");
  await crash(path, "journal.begin(1);");
  const { journal } = await open(t, path);
  assert.deepEqual(
    journal.recover().map(({ updateId, blamed }) => [updateId, blamed]),
    [
      [1, 2],
      [2, 0],
    ],
  );
});

test("nobody is blamed when several were under way, when all were done, or before anything was begun", async (t) => {
  const path = file(t);
  await crash(path, "journal.append([{ update_id: 1 }, { update_id: 2 }]); journal.begin(1); journal.begin(2);");
  await crash(path, "");
  await crash(path, "journal.begin(1); journal.done(1); journal.begin(2); journal.done(2); journal.append([]);");
  await crash(path, "journal.append([{ update_id: 3 }]);");
  const { journal } = await open(t, path);
  assert.deepEqual(
    journal.recover().map(({ updateId, blamed }) => [updateId, blamed]),
    [[3, 0]],
  );
});

test("an update that was under way when the bot was stopped in good order is not blamed", async (t) => {
  const path = file(t);
  const first = await openSqliteStore({ file: path });
  first.journal.append([{ update_id: 1 }]);
  first.journal.begin(1);
  await first.dispose();
  const { journal } = await open(t, path);
  assert.deepEqual(
    journal.recover().map(({ attempts, blamed }) => [attempts, blamed]),
    [[1, 0]],
  );
});

test("an attempt that was put off counts for nothing, and blames nobody", async (t) => {
  const path = file(t);
  await crash(path, "journal.append([{ update_id: 1 }]); journal.begin(1); journal.putOff(1); journal.putOff(1);");
  const { journal } = await open(t, path);
  assert.deepEqual(
    journal.recover().map(({ updateId, attempts, blamed }) => ({ updateId, attempts, blamed })),
    [{ updateId: 1, attempts: 0, blamed: 0 }],
  );
});

test("whoever only looks at the data beside a running bot leaves alone what is under way there", async (t) => {
  const path = file(t);
  await crash(path, "journal.append([{ update_id: 1 }]); journal.begin(1);");
  await (await openSqliteStore({ file: path })).dispose();
  const { journal } = await open(t, path);
  assert.equal(journal.recover()[0]?.blamed, 1);
});

test("what was set aside is not taken up again, and is kept for the operator until it is pruned", async (t) => {
  const path = file(t);
  const { journal } = await open(t, path);
  journal.append([{ update_id: 1 }, { update_id: 2 }]);
  journal.setAside(1, "three times");
  assert.deepEqual(
    journal.recover().map(({ updateId }) => updateId),
    [2],
  );
  const kept = () => {
    const raw = openDatabase(path);
    const rows = raw.prepare("SELECT reason FROM journal WHERE state = 2").all();
    raw.close();
    return rows.map(({ reason }) => reason);
  };
  journal.prune({ done: LATER.done, setAside: 0 });
  assert.deepEqual(kept(), ["three times"]);
  journal.prune(LATER);
  assert.deepEqual(kept(), []);
});

test("done updates are known until they are pruned; what waits is never pruned", async (t) => {
  const { journal } = await open(t);
  journal.append([{ update_id: 1 }, { update_id: 2 }]);
  journal.done(1);
  journal.prune({ done: 0, setAside: 0 });
  assert.equal(journal.append([{ update_id: 1 }]).length, 0, "it is known");
  journal.prune(LATER);
  assert.equal(journal.append([{ update_id: 1 }]).length, 1, "it was pruned, so it is new again");
  assert.deepEqual(
    journal.recover().map(({ updateId }) => updateId),
    [1, 2],
  );
});

test("a done-mark is written by itself when no commit comes by", async (t) => {
  const path = file(t);
  const { journal } = await open(t, path);
  journal.append([{ update_id: 1 }]);
  journal.done(1);
  const raw = openDatabase(path);
  t.after(() => raw.close());
  const state = () => raw.prepare("SELECT state FROM journal").get()?.state;
  for (let waited = 0; state() !== 1 && waited < 5_000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(state(), 1);
});

test("done-marks that cannot be written are told, and wait for the next commit", async (t) => {
  const path = file(t);
  const { journal, problems } = await open(t, path);
  journal.append([{ update_id: 1 }]);
  const raw = openDatabase(path);
  raw.exec("BEGIN IMMEDIATE");
  journal.done(1);
  for (let waited = 0; problems.length === 0 && waited < 5_000; waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.match(problems[0] ?? "", /could not be marked as done/);
  raw.exec("ROLLBACK");
  raw.close();
  journal.append([]);
  assert.deepEqual(journal.recover(), []);
});

test("an entry that cannot be read is set aside and told", async (t) => {
  const path = file(t);
  await (await openSqliteStore({ file: path })).dispose();
  const raw = openDatabase(path);
  raw.exec("INSERT INTO journal (update_id, body, received_at) VALUES (1, '{', 0), (2, '{\"update_id\":2}', 0)");
  raw.close();
  const { journal, problems } = await open(t, path);
  assert.deepEqual(
    journal.recover().map(({ updateId }) => updateId),
    [2],
  );
  assert.match(problems[0] ?? "", /Update 1 in the journal cannot be read/);
  assert.equal(journal.recover().length, 1);
});

test("the store is not well while updates cannot be written down, and is again when they can", async (t) => {
  const path = file(t);
  const { journal, check } = await open(t, path);
  journal.append([{ update_id: 1 }]);
  await check();
  const other = openDatabase(path);
  t.after(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  assert.throws(() => journal.append([{ update_id: 2 }]), { code: "store.locked" });
  await assert.rejects(check(), { code: "store.locked" });
  other.exec("ROLLBACK");
  await check();
  assert.deepEqual(
    journal.append([{ update_id: 2 }]).map(({ updateId }) => updateId),
    [2],
  );
});

test("an update that cannot be written for what it is does not make the store ill", async (t) => {
  const { journal, check } = await open(t, file(t));
  const round: Record<string, unknown> & { update_id: number } = { update_id: 1 };
  round.self = round;
  assert.throws(() => journal.append([round]));
  await check();
});
