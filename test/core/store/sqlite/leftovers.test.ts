import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { backUpStore } from "../../../../core/store/sqlite/backup.ts";
import { removeLeftovers } from "../../../../core/store/sqlite/leftovers.ts";
import { openSqliteStore } from "../../../../core/store/sqlite/open.ts";
import { filled, folder } from "./backup-stage.ts";

const HOUR = 3_600;

/** Makes a file that was written to at a time, in s before now. */
function left(place: string, name: string, age: number): string {
  const file = join(place, name);
  writeFileSync(file, "people");
  const then = Date.now() / 1000 - age;
  utimesSync(file, then, then);
  return file;
}

test("copies that a killed process left an hour ago go, and nothing else does", (t) => {
  const place = folder(t);
  const kept = [".dramabot-0123456.part", ".dramabot-mine.part", ".dramabot-01234567.part.db", "bot.db.part", "x.part"];
  for (const name of kept) left(place, name, 48 * HOUR);
  left(place, ".dramabot-aaaaaaaa.part", HOUR - 60);
  mkdirSync(join(place, ".dramabot-bbbbbbbb.part"));
  utimesSync(join(place, ".dramabot-bbbbbbbb.part"), 1, 1);
  for (const suffix of ["", "-journal", "-wal", "-shm"]) left(place, `.dramabot-01234567.part${suffix}`, HOUR + 60);
  removeLeftovers(place);
  const expected = [...kept, ".dramabot-aaaaaaaa.part", ".dramabot-bbbbbbbb.part"];
  assert.deepEqual(readdirSync(place).sort(), expected.sort());
  removeLeftovers(join(place, "nowhere"));
});

test("a backup removes them where it goes, and a store that is opened where it is", async (t) => {
  const [from, to] = [join(folder(t), "bot.db"), join(folder(t), "copy.db")];
  await filled(from, 3);
  const beside = [from, to].map((file) => left(join(file, ".."), ".dramabot-01234567.part", 2 * HOUR));
  await backUpStore({ from, to });
  assert.deepEqual(beside.map(existsSync), [true, false]);
  await (await openSqliteStore({ file: from })).dispose();
  assert.deepEqual(beside.map(existsSync), [false, false]);
});
