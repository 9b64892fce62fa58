import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { appendAtOnce, fileObstacle, folderObstacle, readWholeFile } from "../../../core/platform/obstacle.ts";

const skip = process.platform === "win32" && "needs named pipes";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dramabot-obstacle-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function pipe(path: string): string {
  execFileSync("mkfifo", [path]);
  return path;
}

/** Root may read everything. */
function asNobody<T>(work: () => T): T {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

test("files and folders have no obstacle, also behind links", { skip }, (t) => {
  const place = folder(t);
  const file = join(place, "file");
  writeFileSync(file, "text");
  symlinkSync("file", join(place, "link"));
  symlinkSync(place, join(place, "self"));
  for (const path of [file, join(place, "link")]) assert.equal(fileObstacle(path), undefined);
  for (const path of [place, join(place, "self")]) assert.equal(folderObstacle(path), undefined);
  assert.equal(readWholeFile(join(place, "link")), "text");
});

test("what cannot be read as a file is named, and nothing waits for it", { skip }, async (t) => {
  const place = folder(t);
  const at = (name: string) => join(place, name);
  const server = createServer().listen(at("socket"));
  await once(server, "listening");
  t.after(() => server.close());
  pipe(at("pipe"));
  mkdirSync(at("folder"));
  symlinkSync("pipe", at("link to the pipe"));
  symlinkSync("/dev/zero", at("device"));
  symlinkSync("/nowhere/at/all", at("dangling"));
  symlinkSync("loop", at("loop"));
  writeFileSync(at("large"), "");
  truncateSync(at("large"), 10 * 1024 * 1024 + 1);
  for (const [name, what] of [
    ["pipe", "it is a named pipe, and no file"],
    ["link to the pipe", "it is a named pipe, and no file"],
    ["socket", "it is a socket, and no file"],
    ["device", "it is a device, and no file"],
    ["folder", "it is a folder, and no file"],
    ["dangling", "it is a link to /nowhere/at/all, and nothing is there"],
    ["loop", "it is a link that leads back to itself"],
    ["large", "it has 11 MiB, and at most 10 are read"],
    ["gone", "there is no such file"],
    ["pipe/below", "there is no such file"],
  ] as const) {
    assert.equal(fileObstacle(at(name))?.what, what);
    assert.throws(() => readWholeFile(at(name)), Error, name);
  }
  truncateSync(at("large"), 10 * 1024 * 1024);
  assert.equal(fileObstacle(at("large")), undefined);
});

test("what cannot be listed as a folder is named", { skip }, (t) => {
  const place = folder(t);
  const at = (name: string) => join(place, name);
  pipe(at("pipe"));
  writeFileSync(at("file"), "");
  symlinkSync("gone", at("dangling"));
  for (const [name, what] of [
    ["pipe", "it is a named pipe, and no folder"],
    ["file", "it is a file, and no folder"],
    ["dangling", "it is a link to gone, and nothing is there"],
    ["gone", "there is no such folder"],
  ] as const) {
    assert.equal(folderObstacle(at(name))?.what, what);
  }
});

test("what may not be read is told with what to do", {
  skip: skip || (process.getuid?.() === 0 && process.seteuid === undefined && "needs another user"),
}, (t) => {
  const place = folder(t);
  chmodSync(place, 0o755);
  const [file, locked] = [join(place, "file"), join(place, "folder")];
  writeFileSync(file, "secret");
  chmodSync(file, 0);
  mkdirSync(locked);
  writeFileSync(join(locked, "inside"), "secret");
  chmodSync(locked, 0);
  const wanted = {
    what: "it may not be read (EACCES)",
    todo: "Give the user who runs this the right to read it",
  };
  const found = asNobody(() => [fileObstacle(file), fileObstacle(join(locked, "inside")), folderObstacle(locked)]);
  chmodSync(locked, 0o755); // so that it can be removed
  assert.deepEqual(found, [wanted, wanted, wanted]);
});

test("appending makes a private file, and does not wait for a pipe that nobody reads", { skip }, (t) => {
  const place = folder(t);
  const file = join(place, "file");
  for (const text of ["a", "b"]) appendAtOnce(file, text);
  assert.equal(readWholeFile(file), "ab");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.throws(() => appendAtOnce(pipe(join(place, "pipe")), "a"), { code: "ENXIO" });
});
