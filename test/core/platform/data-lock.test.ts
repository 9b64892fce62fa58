import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { lockDataFolder } from "../../../core/platform/data-lock.ts";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dramabot-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A process that locks a folder at a time (ms since 1970) and holds it until it is killed; it says what came of it. */
async function locker(t: TestContext, data: string, at = 0) {
  const module = new URL("../../../core/platform/data-lock.ts", import.meta.url).href;
  const code = `const { lockDataFolder } = await import(${JSON.stringify(module)});
    while (Date.now() < ${at});
    try { lockDataFolder(${JSON.stringify(data)}); console.log("locked"); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.code + " " + error.message); }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const [said] = await once(child.stdout, "data");
  return { child, said: String(said).trim() };
}

test("a living process's lock is refused by its id, and given free with the process, however that ends", async (t) => {
  const data = folder(t);
  const { child, said } = await locker(t, data);
  assert.equal(said, "locked");
  assert.throws(() => lockDataFolder(data), {
    code: "data.locked",
    message: `Process ${child.pid} already runs with ${data}. Stop it, or choose another DATA_DIR.`,
  });
  child.kill("SIGKILL");
  await once(child, "exit");
  lockDataFolder(data)();
});

test("a folder given free can be locked again, and no process id stays behind", (t) => {
  const data = folder(t);
  const free = lockDataFolder(data);
  assert.equal(readFileSync(join(data, "run.pid"), "utf8"), `${process.pid}\n`);
  assert.throws(() => lockDataFolder(data), { code: "data.locked" });
  free();
  free();
  assert.ok(!existsSync(join(data, "run.pid")));
  lockDataFolder(data)();
});

test("of four processes that start at the same instant, one has the folder", async (t) => {
  const data = folder(t);
  const at = Date.now() + 1_000;
  const all = await Promise.all([1, 2, 3, 4].map(() => locker(t, data, at)));
  const [winner, ...others] = all.sort((a, b) => Number(b.said === "locked") - Number(a.said === "locked"));
  assert.equal(winner?.said, "locked");
  for (const { said } of others)
    assert.match(said, new RegExp(`^data\\.locked (?:Process ${winner?.child.pid}|Another process) already runs`));
});

test("a process id left behind says nothing, be its process gone or another program", (t) => {
  const data = folder(t);
  const { pid } = spawnSync(process.execPath, ["--version"]);
  for (const left of [pid, process.ppid, process.pid, 1]) {
    writeFileSync(join(data, "run.pid"), `${left}\n`);
    lockDataFolder(data)();
  }
});

test("files with rubbish in them are no lock", (t) => {
  const data = folder(t);
  for (const rubbish of ["", "\u0000\u0000", "4711", "-1", "x".repeat(100_000), "SQLite format 3\u0000"]) {
    writeFileSync(join(data, "run.lock"), rubbish);
    writeFileSync(join(data, "run.pid"), rubbish);
    const free = lockDataFolder(data);
    assert.equal(readFileSync(join(data, "run.pid"), "utf8"), `${process.pid}\n`);
    free();
  }
});

test("a holder that has not said who it is, or lives where it cannot be seen, is refused all the same", async (t) => {
  const data = folder(t);
  const { said } = await locker(t, data);
  assert.equal(said, "locked");
  const { pid: gone } = spawnSync(process.execPath, ["--version"]);
  for (const text of ["", "rubbish", String(gone)]) {
    writeFileSync(join(data, "run.pid"), text);
    assert.throws(() => lockDataFolder(data), { code: "data.locked", message: /^Another process already runs/ });
  }
  rmSync(join(data, "run.pid"));
  assert.throws(() => lockDataFolder(data), { code: "data.locked", message: /^Another process already runs/ });
});

test("a process of another user is alive, though it may not be signalled", {
  skip: process.getuid?.() === 0 ? false : "needs root to become somebody else",
}, async (t) => {
  const data = folder(t);
  chmodSync(data, 0o777);
  const { child } = await locker(t, data);
  chmodSync(join(data, "run.lock"), 0o666);
  const module = new URL("../../../core/platform/data-lock.ts", import.meta.url).href;
  const code = `const { lockDataFolder } = await import(${JSON.stringify(module)}); process.setuid(65534);
    try { lockDataFolder(${JSON.stringify(data)}); console.log("locked"); } catch (error) { console.log(error.message); }`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  assert.match(stdout, new RegExp(`^Process ${child.pid} already runs`));
});

test("a folder that cannot be used is a fault of the configuration, in words", (t) => {
  const data = folder(t);
  writeFileSync(join(data, "file"), "");
  for (const path of [join(data, "file"), join(data, "file", "below"), "/dev/null/data", "/proc/a/b"]) {
    assert.throws(() => lockDataFolder(path), {
      code: "config.invalid",
      message: /DATA_DIR holds ".*"; wanted: a folder the bot may write to \(\w+/,
    });
  }
  mkdirSync(join(data, "run", "run.lock"), { recursive: true });
  assert.throws(() => lockDataFolder(join(data, "run")), { code: "config.invalid" });
});

test("what stands in the folder's or the lock's place is named, and a pipe is not waited for", {
  skip: process.platform === "win32" && "needs named pipes",
}, (t) => {
  const data = folder(t);
  const at = (name: string) => join(data, name);
  writeFileSync(at("file"), "");
  symlinkSync("nowhere", at("dangling"));
  execFileSync("mkfifo", [at("pipe")]);
  for (const name of ["locked by a pipe", "locked by a device", "held by a pipe"]) mkdirSync(at(name));
  execFileSync("mkfifo", [at("locked by a pipe/run.lock")]);
  symlinkSync("/dev/zero", at("locked by a device/run.lock"));
  for (const [name, what] of [
    ["file", "it is a file, and no folder"],
    ["dangling", "it is a link to nowhere, and nothing is there"],
    ["pipe", "it is a named pipe, and no folder"],
    ["locked by a pipe", "run.lock is a named pipe, and no file; take it away"],
    ["locked by a device", "run.lock is a device, and no file; take it away"],
  ] as const) {
    const message = `The configuration has a problem:\n  DATA_DIR holds ${JSON.stringify(at(name))}; wanted: a folder the bot may write to (${what})`;
    assert.throws(() => lockDataFolder(at(name)), { code: "config.invalid", message });
  }
  execFileSync("mkfifo", [at("held by a pipe/run.pid")]);
  const release = lockDataFolder(at("held by a pipe"));
  rmSync(at("held by a pipe/run.pid"));
  execFileSync("mkfifo", [at("held by a pipe/run.pid")]);
  assert.throws(() => lockDataFolder(at("held by a pipe")), { message: /^Another process already runs/ });
  release();
});

/** What is said of a folder that cannot be used. */
function refusal(path: string): string {
  try {
    lockDataFolder(path)();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message.split("\n").at(-1) ?? "";
  }
  return "nothing was said";
}

test("a path that is too long for the system or for SQLite is told with the reason, and not whole", (t) => {
  const data = folder(t);
  const long = (parts: number, length: number) => join(data, ...Array<string>(parts).fill("a".repeat(length)));
  const system = refusal(long(1, 3_600));
  assert.match(system, /; wanted: a folder the bot may write to \(ENAMETOOLONG: /);
  assert.ok(system.length < 600, system);
  const sqlite = refusal(long(8, 100));
  assert.match(sqlite, /…a+"; wanted: .* \(run\.lock in it has a path of \d+ bytes, and SQLite takes 504 at most\)$/);
});

test("a folder that may not be written to is told in the system's words", {
  skip: (process.platform === "win32" || process.getuid?.() === 0) && "root may write everywhere",
}, (t) => {
  const data = folder(t);
  chmodSync(data, 0o500);
  assert.match(refusal(data), /\(EACCES: permission denied, open '.*run\.lock'\)$/);
});
