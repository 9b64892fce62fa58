import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lockDataFolder } from "../../../core/config/lock.ts";

function folder(t: { after(fn: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), "dramabot-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("a living process's lock is refused by its id", (t) => {
  const data = folder(t);
  writeFileSync(join(data, "run.lock"), String(process.ppid));
  assert.throws(() => lockDataFolder(data), {
    code: "data.locked",
    message: new RegExp(`Process ${process.ppid} already`),
  });
});

test("a dead process's lock is taken over, and given free at the end", (t) => {
  const data = folder(t);
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(join(data, "run.lock"), String(pid));
  const free = lockDataFolder(data);
  assert.equal(readFileSync(join(data, "run.lock"), "utf8"), String(process.pid));
  free();
  assert.ok(!existsSync(join(data, "run.lock")));
});

test("a lock with rubbish in it is taken over", (t) => {
  const data = folder(t);
  writeFileSync(join(data, "run.lock"), "\u0000\u0000");
  lockDataFolder(data)();
});
