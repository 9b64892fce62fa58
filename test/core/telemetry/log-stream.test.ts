import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs, { closeSync, existsSync, openSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { openLogStream } from "../../../core/telemetry/log-stream.ts";

test("what could not be written is told once, held back, and written when there is room again", async (t) => {
  const written: string[] = [];
  let full = true;
  const write = (...[, text, done]: readonly unknown[]) => {
    const answer = done as (error: Error | null, length?: number) => void; // as the stream calls it
    if (full) return void setImmediate(answer, Object.assign(new Error("no space left"), { code: "ENOSPC" }));
    written.push(String(text));
    setImmediate(answer, null, String(text).length);
  };
  const told: string[] = [];
  t.mock.method(fs, "write", write);
  t.mock.method(fs, "writeSync", (_: number, text: string) => void told.push(text));
  syncBuiltinESMExports(); // for those who import them by name
  t.after(syncBuiltinESMExports);
  const stream = openLogStream(1);
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  for (const line of ["a\n", "b\n", "c\n"]) {
    stream.write(line);
    await turn();
  }
  assert.deepEqual(written, []);
  assert.deepEqual(told, ["The log cannot be written (ENOSPC); what is logged is held back, up to 16 MiB.\n"]);
  full = false;
  stream.write("d\n");
  for (let waited = 0; waited < 20_000 && !written.join("").includes("d\n"); waited += 20) await sleep(20);
  assert.equal(written.join(""), "a\nb\nc\nd\n");
  stream.write("e\n");
  await stream.flush();
  assert.equal(written.join(""), "a\nb\nc\nd\ne\n");
  stream.end();
});

test("a process whose log cannot be written goes on, and ends with its status, however it ends", {
  skip: !existsSync("/dev/full") && "needs a device that is always full",
}, async (t) => {
  const module = JSON.stringify(new URL("../../../core/telemetry/log.ts", import.meta.url).href);
  for (const end of [
    "process.exitCode = 3;",
    "process.exit(3);",
    "await log.flush(); process.exitCode = 3;",
    "await log.flush(); log.logger('x').info('late'); process.exit(3);",
  ]) {
    const script = `import { createLog } from ${module};
      const log = createLog({ destination: "stdout", format: "json", level: "info" });
      for (let n = 0; n < 20; n++) {
        log.logger("x").info("n" + n);
        await new Promise((done) => setTimeout(done, 5));
      }
      ${end}`;
    const full = openSync("/dev/full", "w");
    t.after(() => closeSync(full));
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", full, "pipe"],
    });
    t.after(() => child.kill("SIGKILL"));
    let errors = "";
    child.stderr?.on("data", (piece) => {
      errors += String(piece);
    });
    assert.deepEqual(await once(child, "close"), [3, null]);
    assert.equal(errors, "The log cannot be written (ENOSPC); what is logged is held back, up to 16 MiB.\n");
  }
});

test("a process that logs and exits at once ends, whatever becomes of the line", {
  skip: !existsSync("/dev/full") && "needs a device that is always full",
}, async (t) => {
  const module = JSON.stringify(new URL("../../../core/telemetry/log.ts", import.meta.url).href);
  const script = `import { createLog } from ${module};
    createLog({ destination: "stdout", format: "json", level: "info" }).logger("x").info("n");
    process.exit(3);`;
  const full = openSync("/dev/full", "w");
  t.after(() => closeSync(full));
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: ["ignore", full, "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  assert.deepEqual(await once(child, "close"), [3, null]);
});

test("lines that were logged right before an exit are written", async () => {
  const module = JSON.stringify(new URL("../../../core/telemetry/log-stream.ts", import.meta.url).href);
  const script = `import { openLogStream } from ${module};
    const stream = openLogStream(1);
    for (let n = 0; n < 2000; n++) stream.write("line " + n + "\\n");
    process.exit(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  const lines = stdout.trimEnd().split("\n");
  assert.deepEqual([lines.length, lines.at(-1)], [2000, "line 1999"]);
});
