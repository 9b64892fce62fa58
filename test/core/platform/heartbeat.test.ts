import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const module = new URL("../../../core/platform/heartbeat.ts", import.meta.url).href;

interface Life {
  readonly child: ChildProcess;
  printed(): string;
  readonly ended: Promise<readonly unknown[]>;
}

/** A process with a heartbeat of 500 ms, which then does `work`. */
function live(t: TestContext, work: string, { json = true, words = [] as readonly string[] } = {}): Life {
  const options = `{ limit: 500, json: ${json}, descriptor: 1 }`;
  const script = `import { startHeartbeat } from ${JSON.stringify(module)};
startHeartbeat(${options}); const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
${work}`;
  const child = spawn(process.execPath, [...words, "--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  let text = "";
  child.stdout?.on("data", (piece) => {
    text += String(piece);
  });
  return { child, printed: () => text, ended: once(child, "close") };
}

test("a process whose event loop stands still is ended with one record that says why", async (t) => {
  const { ended, printed } = live(t, "await wait(100); for (;;);");
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  const record = JSON.parse(printed());
  assert.deepEqual(Object.keys(record), [
    "level",
    "timestamp",
    "logger",
    "correlation_id",
    "user_id",
    "duration",
    "message",
    "place",
  ]);
  assert.deepEqual([record.level, record.logger], ["ERROR", "heartbeat"]);
  assert.match(record.message, /^The event loop stood still for [\d.]+ s: /);
  assert.ok(record.duration >= 0.5 && record.duration < 5, String(record.duration));
});

test("so is one that never came to its first beat", async (t) => {
  assert.deepEqual(await live(t, "for (;;);").ended, [null, "SIGKILL"]);
});

test("on a terminal it is a line for people", async (t) => {
  const { ended, printed } = live(t, "for (;;);", { json: false });
  await ended;
  assert.match(printed(), /^The event loop stood still for .*\n$/);
});

test("a loop that is held up for less, again and again, goes on, and nothing keeps the process from its end", async (t) => {
  const work =
    "for (let n = 0; n < 6; n++) { const end = Date.now() + 250; while (Date.now() < end); await wait(60); }";
  assert.deepEqual(await live(t, work).ended, [0, null]);
});

test("process.exit() ends it at once, with its own status", async (t) => {
  assert.deepEqual(await live(t, "await wait(100); process.exit(3);").ended, [3, null]);
});

test("a process that was stopped for a while, as on a machine that slept, goes on", async (t) => {
  const { child, ended, printed } = live(t, 'console.log("up"); await wait(600);');
  while (!printed().includes("up")) await sleep(20);
  child.kill("SIGSTOP");
  await sleep(1_500);
  child.kill("SIGCONT");
  assert.deepEqual(await ended, [0, null]);
});

test("a process in a debugger may stand still", async (t) => {
  const work = 'await wait(100); const end = Date.now() + 1500; while (Date.now() < end); console.log("through");';
  const { ended, printed } = live(t, work, { words: ["--inspect=127.0.0.1:0"] });
  assert.deepEqual(await ended, [0, null]);
  assert.equal(printed(), "through\n");
});

test("it says which line of which file ran, a plugin's own words around it, and notes it", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-heartbeat-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "a loop.mjs");
  const notes = join(folder, "notes.jsonl");
  const loops = {
    turn: "export function run() {\n  let n = 0;\n  do n++;\n  while (n >= 0);\n}\n",
    // The runtime's own code is innermost nearly always.
    sort: "export function run() {\n  for (;;)\n    [3, 1, 2].map(String).sort();\n}\n",
    regex: `export function run() {\n  /^(a+)+$/.test("${"a".repeat(40)}b");\n}\n`,
    promise: "export async function run() {\n  for (;;)\n    await null;\n}\n",
    wait: "export function run() {\n  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);\n}\n",
  };
  for (const [kind, text] of Object.entries(loops)) {
    writeFileSync(file, text);
    const options = { limit: 500, json: false, descriptor: 1, message: "FAIL {place} for {time}", notes };
    const script = `import { startHeartbeat } from ${JSON.stringify(module)}; startHeartbeat(${JSON.stringify(options)});
      import { run } from ${JSON.stringify(file)}; setTimeout(run, 50);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(() => child.kill("SIGKILL"));
    let printed = "";
    child.stdout.on("data", (piece) => {
      printed += String(piece);
    });
    assert.deepEqual(await once(child, "close"), [null, "SIGKILL"]);
    assert.match(printed, /^FAIL a loop\.mjs:[1-4] for [\d.]+ s\n$/, kind);
  }
  const noted = readFileSync(notes, "utf8").trimEnd().split("\n");
  assert.equal(noted.length, Object.keys(loops).length);
  for (const text of noted) {
    const note = JSON.parse(text);
    assert.deepEqual(Object.keys(note), ["at", "duration", "file", "line"]);
    assert.equal(note.file, file);
    assert.ok(note.duration >= 0.5 && Math.abs(Date.now() - note.at) < 60_000);
  }
});
