import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { summarizeStore } from "../../../core/store/sqlite/backup.ts";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";
import { dramabot, failureOf, folder } from "./cli.ts";
import { openStage, type Stage, startRun } from "./operator-stage.ts";

const world: { stage?: Stage } = {};

before(async () => {
  world.stage = await openStage();
});

after(() => world.stage?.desk.dispose());

const env = () => world.stage?.env ?? {};

async function filled(cwd: string, people: number): Promise<void> {
  mkdirSync(join(cwd, "data"), { recursive: true });
  const store = await openSqliteStore({ file: join(cwd, "data", "bot.db") });
  for (let userId = 1; userId <= people; userId++) await store.users.upsert({ userId, fullName: "x", lastActive: 0 });
  await store.dispose();
}

test("data that was backed up while the bot ran is there again after a restore, once the bot is stopped", async (t) => {
  const cwd = folder(t);
  await filled(cwd, 5);
  const bot = await startRun(t, { cwd, env: env() });
  const backup = await dramabot(["backup", "kept.db"], { cwd });
  assert.deepEqual([backup.status, backup.stderr], [0, ""]);
  assert.equal(
    backup.stdout,
    `${join(cwd, "kept.db")}: 5 people, 0 settings, 0 updates in the journal; data version ${summarizeStore(join(cwd, "kept.db")).version}.\n`,
  );

  const refused = await dramabot(["restore", "kept.db"], { cwd });
  assert.equal(refused.status, 78);
  assert.match(failureOf(refused), new RegExp(`^error \\(data\\.locked\\): Process ${bot.pid} already runs with `));
  assert.equal((await fetch(`${bot.url}/readyz`)).status, 200);
  assert.equal(await bot.stop(), 0);

  await filled(cwd, 8);
  const restored = await dramabot(["restore", "kept.db"], { cwd });
  assert.deepEqual([restored.status, restored.stderr], [0, ""]);
  assert.match(restored.stdout, /^data\/bot\.db restored: 5 people, .* kept as data\/bot\.db\.before-restore-\S+\.\n$/);
  const again = await startRun(t, { cwd, env: env() });
  assert.equal((await dramabot(["backup", "--force", "kept.db"], { cwd })).status, 0);
  assert.equal(await again.stop(), 0);
  assert.equal(summarizeStore(join(cwd, "kept.db")).rows.users, 5);
});

test("without a name a backup is named after the time, here or in the folder that was named", async (t) => {
  const cwd = folder(t);
  await filled(cwd, 1);
  mkdirSync(join(cwd, "backups"));
  const [here, there] = await Promise.all([dramabot(["backup"], { cwd }), dramabot(["backup", "backups"], { cwd })]);
  assert.deepEqual([here.status, there.status], [0, 0]);
  const name = /^dramabot-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db$/;
  assert.equal(readdirSync(cwd).filter((one) => name.test(one)).length, 1);
  assert.equal(readdirSync(join(cwd, "backups")).filter((one) => name.test(one)).length, 1);
});

test("the names of the bot's own files are no names for backups, even with --force", async (t) => {
  const cwd = folder(t);
  await filled(cwd, 1);
  symlinkSync("data", join(cwd, "link"));
  for (const path of ["data/bot.db", "link/bot.db-wal", join(cwd, "data", "cache.db"), "data/../data/run.lock"]) {
    const ended = await dramabot(["backup", "--force", path], { cwd });
    assert.equal(ended.status, 1, path);
    assert.match(failureOf(ended), /^error \(backup\.exists\): .* Choose another/);
  }
  assert.deepEqual(readdirSync(join(cwd, "data")), ["bot.db"]);
});

test("what cannot be backed up is told in one line", async (t) => {
  const cwd = folder(t);
  const nothing = await dramabot(["backup"], { cwd });
  assert.equal(nothing.status, 1);
  assert.match(failureOf(nothing), /^error \(store\.failed\): There is no data\/bot\.db: .*DATA_DIR/);
  assert.deepEqual(readdirSync(cwd), []);
  await filled(cwd, 1);
  writeFileSync(join(cwd, "kept.db"), "dear");
  assert.match(failureOf(await dramabot(["backup", "kept.db"], { cwd })), /^error \(backup\.exists\): .*--force/);
  assert.equal(readFileSync(join(cwd, "kept.db"), "utf8"), "dear");
});

test("a place where no backup can be written is told by the name that was given, with what to do", async (t) => {
  const cwd = realpathSync(folder(t));
  await filled(cwd, 1);
  writeFileSync(join(cwd, "file"), "");
  for (const [target, told] of [
    ["no/where", `no/where cannot be written: there is no folder ${cwd}/no. Make it first, or choose another place.`],
    ["/no/where.db", "/no/where.db cannot be written: there is no folder /no. Make it first, or choose another place."],
    ["file/x.db", `file/x.db cannot be written: ${cwd}/file is no folder. Choose another place.`],
    ["", "The name is empty. Give a file or a folder, or nothing."],
  ] as const) {
    const ended = await dramabot(["backup", target], { cwd });
    assert.deepEqual([ended.status, failureOf(ended)], [1, `error (backup.failed): ${told}`]);
  }
  const named = failureOf(await dramabot(["backup", "no/"], { cwd }));
  assert.match(named, /^error \(backup\.failed\): no\/dramabot-\S+\.db cannot be written: there is no folder .*\/no\./);
  assert.deepEqual(readdirSync(cwd).sort(), ["data", "file"]);
});

test("of the data that earlier restores kept the oldest goes, and that is said", async (t) => {
  const cwd = folder(t);
  await filled(cwd, 1);
  assert.equal((await dramabot(["backup", "kept.db"], { cwd })).status, 0);
  const older = [1, 2, 3].map((day) => `data/bot.db.before-restore-2024-01-0${day}T00-00-00-000Z`);
  for (const file of older) writeFileSync(join(cwd, file), "older");
  const { status, stdout, stderr } = await dramabot(["restore", "kept.db"], { cwd });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.equal(stdout.split("\n")[1], `${older[0]} was removed: only the newest 3 are kept.`);
  assert.deepEqual(
    older.map((file) => existsSync(join(cwd, file))),
    [false, true, true],
  );
});

test("a plugin's wrong option keeps nobody from a backup", async (t) => {
  const cwd = folder(t);
  await filled(cwd, 1);
  const { status } = await dramabot(["backup", "kept.db"], { cwd, env: { IMDB_PROVIDERS: "all" } });
  assert.equal(status, 0);
});

test("what is no backup is refused in one line, and data stays as it was", async (t) => {
  const cwd = folder(t);
  await filled(cwd, 3);
  writeFileSync(join(cwd, "text"), "not a database at all \u001b[31m");
  mkdirSync(join(cwd, "folder"));
  const before = readFileSync(join(cwd, "data", "bot.db"));
  for (const file of ["text", "folder", "nothing", "data/bot.db", "/dev/null", "\u202e<&>"]) {
    const ended = await dramabot(["restore", file], { cwd });
    assert.equal(ended.status, 1, file);
    assert.match(failureOf(ended), /^error \(backup\.invalid\): /);
  }
  assert.ok(readFileSync(join(cwd, "data", "bot.db")).equals(before));
  assert.ok(!existsSync(join(cwd, "data", "run.pid")));
});
