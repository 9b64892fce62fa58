import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readText, shownPath } from "../../../core/platform/operators-files.ts";

test("a file below the working folder is shown by its path from there, any other by its whole path", () => {
  assert.equal(shownPath(resolve("plugins/hello.ts")), join("plugins", "hello.ts"));
  for (const file of [resolve("../elsewhere/hello.ts"), process.cwd()]) assert.equal(shownPath(file), file);
});

test("a text is read, and nothing where none can be", () => {
  assert.match(readText(fileURLToPath(import.meta.url)) ?? "", /a text is read/);
  for (const path of ["/nowhere/at/all", process.cwd()]) assert.equal(readText(path), undefined);
});
