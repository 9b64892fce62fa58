import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { PassThrough } from "node:stream";
import { afterEach, test } from "node:test";
import { watchOutput } from "../../../core/cli/output-errors.ts";
import { folder, MAIN } from "./cli.ts";

// It would be the status of the tests.
afterEach(() => {
  process.exitCode = undefined;
});

/** A stream that is watched, and what was told of it. */
function stage() {
  const stream = new PassThrough();
  const told: string[] = [];
  watchOutput(stream, { tell: (line) => void told.push(line) });
  return { stream, told, fail: (code: string, message: string) => stream.emit("error", systemError(code, message)) };
}

const systemError = (code: string, message: string) => Object.assign(new Error(message), { code, syscall: "write" });

test("a reader that goes away is no error", () => {
  const { told, fail } = stage();
  fail("EPIPE", "write EPIPE");
  assert.deepEqual([told, process.exitCode], [[], undefined]);
});

test("what keeps the output from being written is told once, and the status says so", () => {
  const { told, fail } = stage();
  fail("ENOSPC", "ENOSPC: no space left on device, write");
  fail("EIO", "write EIO");
  assert.deepEqual(told, [
    "error (ENOSPC): the output cannot be written: no space left on device. Make room on the disk.\n",
  ]);
  assert.equal(process.exitCode, 1);
});

test("what Deno says of the same reads the same, and an error without a code is told as well", () => {
  for (const [message, line] of [
    ["No space left on device (os error 28)", "error (ENOSPC): the output cannot be written: No space left on device."],
    ["It is closed", "error (unexpected): Error: the output cannot be written: It is closed."],
  ] as const) {
    const { stream, told } = stage();
    stream.emit("error", new Error(message));
    assert.equal(told.length, 1);
    assert.ok(told[0]?.startsWith(line), told[0]);
  }
  const { stream, told } = stage();
  stream.emit("error", new Error("Broken pipe (os error 32)"));
  assert.deepEqual(told, []);
});

const FULL = "/dev/full";

test("each command whose output cannot be written says so in one line, and nothing else", {
  skip: !existsSync(FULL),
}, async (t) => {
  const cwd = folder(t);
  for (const words of ["version", "--help", "config", "plugin list", "doctor"]) {
    const command = `exec "$0" "$1" ${words} >${FULL}`;
    const child = spawn("sh", ["-c", command, process.execPath, MAIN], {
      cwd,
      env: { PATH: process.env.PATH, DATA_DIR: cwd },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      errors += piece;
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(
      errors,
      "error (ENOSPC): the output cannot be written: no space left on device. Make room on the disk.\n",
      words,
    );
    assert.equal(status, 1, words);
  }
});
