import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openPluginMemory } from "../../../../core/cli/plugin/memory.ts";

const program = "dramabot 1.0.0 (node 24.0.0, linux-x64)";

/** A data folder, and its memory as a program that starts finds it. */
function stage(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), "dramabot-memory-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  return { dataDir, file: join(dataDir, "plugins.json"), open: () => openPluginMemory({ dataDir, program }) };
}

test("what was loaded is known after a restart, with its text", (t) => {
  const { dataDir, file, open } = stage(t);
  open().set("/p/a.ts", { "/p/a.ts": "1" }, { abc: "let a" });
  const memory = open();
  assert.deepEqual(memory.get("/p/a.ts"), { "/p/a.ts": "1" });
  assert.equal(memory.stripped("abc"), "let a");
  assert.equal(memory.stripped("constructor"), undefined);
  assert.equal(memory.get("/p/b.ts"), undefined);
  assert.deepEqual(readdirSync(dataDir), ["plugins.json"], "nothing unfinished is left");
  if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("a plugin's texts go with the next ones", (t) => {
  const { open } = stage(t);
  const memory = open();
  memory.set("/p/a.ts", { "/p/a.ts": "1" }, { abc: "let a" });
  memory.set("/p/a.ts", { "/p/a.ts": "2" }, { def: "let b" });
  for (const one of [memory, open()]) {
    assert.equal(one.stripped("abc"), undefined);
    assert.equal(one.stripped("def"), "let b");
  }
});

test("another program begins anew", (t) => {
  const { dataDir, open } = stage(t);
  open().set("/p/a.ts", { "/p/a.ts": "1" }, { abc: "let a" });
  const memory = openPluginMemory({ dataDir, program: "dramabot 1.0.1 (node 24.0.0, linux-x64)" });
  assert.equal(memory.get("/p/a.ts"), undefined);
  assert.equal(memory.stripped("abc"), undefined);
});

test("rubbish is as good as nothing, and is written over", (t) => {
  const { file, open } = stage(t);
  open().set("/p/a.ts", { "/p/a.ts": "1" }, { abc: "let a" });
  const whole = readFileSync(file, "utf8");
  for (const text of [
    "",
    "{",
    "[]",
    "null",
    whole.slice(0, -10),
    JSON.stringify({ program, plugins: { "/p/a.ts": { "/p/a.ts": "1" } } }),
    JSON.stringify({ program, plugins: { "/p/a.ts": { stamps: {}, stripped: { abc: 7 } } } }),
  ]) {
    writeFileSync(file, text);
    const memory = open();
    assert.equal(memory.get("/p/a.ts"), undefined, text);
    assert.equal(memory.stripped("abc"), undefined, text);
  }
  open().set("/p/a.ts", { "/p/a.ts": "1" }, { abc: "let a" });
  assert.equal(readFileSync(file, "utf8"), whole);
});

test("the oldest texts are forgotten first, and what was loaded is still known", (t) => {
  const { file, open } = stage(t);
  const memory = open();
  for (const name of ["a", "b", "c"]) memory.set(name, { [name]: "1" }, { [name]: name.repeat(1_000_000) });
  for (const one of [memory, open()]) {
    assert.deepEqual(
      ["a", "b", "c"].map((name) => one.stripped(name)?.length),
      [undefined, 1_000_000, 1_000_000],
    );
    assert.deepEqual(one.get("a"), { a: "1" });
  }
  assert.ok(statSync(file).size < 2_200_000);
});

test("no more than 500 plugins are known", (t) => {
  const { open } = stage(t);
  const memory = open();
  for (let index = 0; index <= 500; index++) memory.set(`${index}`, { [index]: "1" });
  assert.equal(memory.get("0"), undefined);
  assert.deepEqual(memory.get("1"), { 1: "1" });
});

test("where nothing can be written it is known until the process ends", (t) => {
  const { dataDir } = stage(t);
  for (const nowhere of [undefined, join(dataDir, "none")]) {
    const memory = openPluginMemory({ dataDir: nowhere, program });
    memory.set("/p/a.ts", { "/p/a.ts": "1" }, { abc: "let a" });
    assert.deepEqual(memory.get("/p/a.ts"), { "/p/a.ts": "1" });
    assert.equal(memory.stripped("abc"), "let a");
  }
  assert.deepEqual(readdirSync(dataDir), []);
});

test("a pipe or a device in its place is not waited for, and gives way to a file", {
  skip: process.platform === "win32" && "needs named pipes",
}, (t) => {
  for (const make of [
    (file: string) => void execFileSync("mkfifo", [file]),
    (file: string) => symlinkSync("/dev/zero", file),
  ]) {
    const { file, open } = stage(t);
    make(file);
    const memory = open();
    assert.equal(memory.get("/p/a.ts"), undefined);
    memory.set("/p/a.ts", { "/p/a.ts": "1" });
    assert.deepEqual(open().get("/p/a.ts"), { "/p/a.ts": "1" });
  }
});
