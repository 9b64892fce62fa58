import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createWorkers, type WorkersOptions } from "../../../core/workers/pool.ts";

const tasks = new URL("./tasks.ts", import.meta.url);
const { signal } = new AbortController();

function open(t: TestContext, options: WorkersOptions = {}) {
  const workers = createWorkers({ threads: 1, ...options });
  t.after(() => workers.dispose());
  return workers;
}

test("a task's result comes back, and its module is imported once", async (t) => {
  const workers = open(t);
  assert.equal(await workers.run<number>(tasks, "double", 21, { signal }), 42);
  assert.equal(await workers.run<number>(tasks.href, "sameThread", null, { signal }), 1);
  assert.equal(await workers.run<number>(tasks, "sameThread", null, { signal }), 2);
});

test("a buffer that is handed over arrives whole and is gone here; without that it is cloned", async (t) => {
  const workers = open(t);
  const bytes = new Uint8Array(1_000_000).fill(7);
  assert.equal(await workers.run<number>(tasks, "sum", bytes, { signal }), 7_000_000);
  assert.equal(bytes.byteLength, 1_000_000);
  assert.equal(await workers.run<number>(tasks, "sum", bytes, { signal, transfer: [bytes.buffer] }), 7_000_000);
  assert.equal(bytes.byteLength, 0);
  await assert.rejects(workers.run(tasks, "sum", bytes, { signal, transfer: [bytes.buffer] }), {
    code: "worker.failed",
  });
  assert.equal(await workers.run<number>(tasks, "double", 2, { signal }), 4);
});

test("errors of a task come back as worker.failed, whatever was thrown", async (t) => {
  const workers = open(t);
  await assert.rejects(workers.run(tasks, "throws", "no title", { signal }), (error: Error) => {
    assert.equal("code" in error && error.code, "worker.failed");
    assert.match(error.message, /"throws" failed: no title/);
    assert.ok(error.cause instanceof Error && error.cause.name === "TypeError");
    return true;
  });
  for (const task of ["throwsOddly", "throwsText", "exits", "missing", "noFunction", "constructor"]) {
    await assert.rejects(workers.run(tasks, task, null, { signal }), { code: "worker.failed" }, task);
  }
  const nowhere = new URL("./nowhere.ts", import.meta.url);
  await assert.rejects(workers.run(nowhere, "double", 1, { signal }), { code: "worker.failed" });
  await assert.rejects(
    workers.run(tasks, "double", () => 1, { signal }),
    { code: "worker.failed" },
  );
  assert.equal(await workers.run(tasks, "double", 2, { signal }), 4);
});

test("an endless task ends at the deadline and the next one runs", async (t) => {
  const workers = open(t, { timeout: 500 });
  await assert.rejects(workers.run(tasks, "endless", null, { signal }), { code: "worker.timeout" });
  await assert.rejects(workers.run(tasks, "never", null, { signal }), { code: "worker.timeout" });
  assert.equal(await workers.run(tasks, "double", 2, { signal }), 4);
});

test("a task that waits behind one whose result comes as it is given up is done, its input handed over or not", async (t) => {
  const workers = open(t);
  await workers.run(tasks, "double", 1); // its thread is there
  for (const handsOver of [false, true]) {
    const given = new AbortController();
    const first = workers.run(tasks, "double", 1, { signal: given.signal });
    const bytes = new Uint8Array(1_000).fill(7);
    const second = workers.run<number>(tasks, "sum", bytes, { signal, transfer: handsOver ? [bytes.buffer] : [] });
    const end = performance.now() + 200;
    while (performance.now() < end); // the result waits to be read
    given.abort();
    await assert.rejects(first, { code: "http.aborted" });
    assert.equal(await second, 7_000);
  }
});

test("a task that crashes or eats all memory harms only itself", async (t) => {
  const workers = open(t, { memory: 32, threads: 2 });
  const neighbour = workers.run(tasks, "double", 4, { signal });
  await assert.rejects(workers.run(tasks, "crashes", null, { signal }), { code: "worker.crashed" });
  assert.equal(await neighbour, 8);
  await assert.rejects(workers.run(tasks, "eats", null, { signal }), {
    code: "worker.crashed",
    message: 'The task "eats" needed more than 32 MiB of memory.',
  });
  await assert.rejects(workers.run(tasks, "returnsFunction", null, { signal }), { code: "worker.crashed" });
  assert.equal(await workers.run(tasks, "double", 2, { signal }), 4);
});

test("a plugin's task whose result cannot be cloned is told so, and its thread stays", async (t) => {
  const workers = open(t);
  const load = 1;
  assert.equal(await workers.run<number>(tasks, "sameThread", null, { load }), 1);
  await assert.rejects(workers.run(tasks, "returnsFunction", null, { load }), {
    code: "worker.failed",
    message:
      'The task "returnsFunction" failed: its result cannot be handed over (() => 1 could not be cloned.); a task gives plain data',
  });
  assert.equal(await workers.run<number>(tasks, "sameThread", null, { load }), 2);
});

test("a task needs no options", async (t) => {
  const workers = open(t, { timeout: 5_000 });
  assert.equal(await workers.run<number>(tasks, "double", 21), 42);
});

test("the caller's signal ends a waiting and a running task", async (t) => {
  const workers = open(t);
  await workers.run(tasks, "double", 1, { signal });
  const controller = new AbortController();
  const running = assert.rejects(workers.run(tasks, "endless", null, controller), { code: "http.aborted" });
  const waiting = assert.rejects(workers.run(tasks, "double", 1, controller), { code: "http.aborted" });
  const other = workers.run(tasks, "double", 3, { signal });
  setTimeout(() => controller.abort(), 20);
  await Promise.all([running, waiting]);
  assert.equal(await other, 6);
  await assert.rejects(workers.run(tasks, "double", 1, controller), { code: "http.aborted" });
});

test("a full queue refuses at once, and takes tasks again later", async (t) => {
  const workers = open(t, { queue: 2 });
  const taken = [1, 2, 3].map((input) => workers.run(tasks, "double", input, { signal }));
  await assert.rejects(workers.run(tasks, "double", 4, { signal }), { code: "worker.overloaded" });
  assert.deepEqual(await Promise.all(taken), [2, 4, 6]);
  assert.equal(await workers.run(tasks, "double", 4, { signal }), 8);
});

test("dispose ends running and waiting tasks and leaves no handle open", async () => {
  const script = fileURLToPath(new URL("./dispose.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 10_000 });
  assert.equal(stdout, "http.aborted http.aborted http.aborted");
});
