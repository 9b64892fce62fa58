import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readEnvironment } from "../../../core/config/environment.ts";

function folder(t: TestContext, files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), "dramabot-"));
  t.after(() => rmSync(path, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

test("the process environment wins over .env, which wins over config.env; an empty string is unset", (t) => {
  const path = folder(t, { "config.env": "A=1\nB=1\nC=1\nD=1\nE=1\n", ".env": "B=2\nC='2'\nD=\nE='  '\n" });
  assert.deepEqual(readEnvironment(path, { C: "3", D: "", E: " \t", F: "  " }), {
    A: "1",
    B: "2",
    C: "3",
    D: "1",
    E: "1",
  });
});

test("without files there is the process environment alone", (t) => {
  assert.deepEqual(readEnvironment(folder(t), { A: " 1 ", B: undefined }), { A: "1" });
});

test("a file as Windows writes it is read", (t) => {
  const text = "A=1\r\nB=дорама\r\n";
  const little = Buffer.from(`\ufeff${text}`, "utf16le");
  for (const content of [`\ufeff${text}`, little, Buffer.from(little).swap16()])
    assert.deepEqual(readEnvironment(folder(t, { ".env": content }), {}), { A: "1", B: "дорама" });
});

test("bytes that are no text are passed over, and said so", (t) => {
  const problems: string[] = [];
  const content = Buffer.from([0x80, 0xff, 0x0a, ...Buffer.from("A=1\n"), 0x00, 0x0a]);
  assert.deepEqual(
    readEnvironment(folder(t, { ".env": content }), {}, (problem) => problems.push(problem)),
    { A: "1" },
  );
  assert.deepEqual(problems, [".env: lines 1, 3 passed over; wanted: NAME=value"]);
});

test("lines that are no assignment are told by file and number, without what stands in them", (t) => {
  const problems: string[] = [];
  const path = folder(t, { ".env": "BOT_TOKEN: 123:secret\n", "config.env": "x\n".repeat(100) });
  readEnvironment(path, {}, (problem) => problems.push(problem));
  assert.deepEqual(problems, [
    "config.env: lines 1, 2, 3, 4, 5 and others passed over; wanted: NAME=value",
    ".env: line 1 passed over; wanted: NAME=value",
  ]);
});

test("a folder named .env, such as a Python environment, is left alone", (t) => {
  const path = folder(t, { "config.env": "A=1" });
  mkdirSync(join(path, ".env"));
  const problems: string[] = [];
  assert.deepEqual(
    readEnvironment(path, {}, (problem) => problems.push(problem)),
    { A: "1" },
  );
  assert.deepEqual(problems, [".env is a folder, so no variables are read from it."]);
});

test("files that cannot be read are all named in one error", (t) => {
  const path = folder(t, { "config.env": `A=${"x".repeat(1024 * 1024)}` });
  symlinkSync(".env", join(path, ".env")); // leads to itself
  assert.throws(() => readEnvironment(path, {}), {
    code: "config.invalid",
    message:
      /2 problems:\n {2}config\.env cannot be read: it is larger than 1048576 bytes\n {2}\.env cannot be read: ELOOP/,
  });
});

test("files of variables that are a pipe or a device are told, and not waited for", {
  skip: process.platform === "win32" && "needs named pipes",
}, (t) => {
  const path = folder(t);
  execFileSync("mkfifo", [join(path, ".env")]);
  symlinkSync("/dev/zero", join(path, "config.env"));
  assert.throws(() => readEnvironment(path, {}), {
    code: "config.invalid",
    message:
      /2 problems:\n {2}config\.env cannot be read: it is a device, and no file\. .*\n {2}\.env cannot be read: it is a named pipe, and no file\. Put one there, or take it away\.$/,
  });
});
