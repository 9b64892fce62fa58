import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs, { closeSync, existsSync, openSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { test } from "node:test";
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
  for (let turns = 0; turns < 100 && !written.join("").includes("d\n"); turns++) await turn();
  assert.equal(written.join(""), "a\nb\nc\nd\n");
  stream.destroy();
});

test("a process whose log cannot be written goes on, and ends with its status, however it ends", {
  skip: !existsSync("/dev/full") && "needs a device that is always full",
}, async (t) => {
  const module = JSON.stringify(new URL("../../../core/telemetry/log.ts", import.meta.url).href);
  for (const end of ["process.exitCode = 3;", "process.exit(3);", "await log.flush(); process.exitCode = 3;"]) {
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
