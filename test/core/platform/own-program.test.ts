import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { onDeno, ownProgram } from "../../../core/platform/own-program.ts";

const main = new URL("../../../core/main.ts", import.meta.url);

test("from source the program is started with the runtime that runs it", () => {
  const words = process.versions.deno === undefined ? [] : onDeno;
  assert.deepEqual(ownProgram(main), [process.execPath, ...words, fileURLToPath(main)]);
});

test("a child on Deno has the rights of deno.json's tasks, and not all there are", () => {
  const { tasks } = JSON.parse(readFileSync(new URL("../../../deno.json", import.meta.url), "utf8"));
  assert.equal(tasks.dramabot.command, `deno ${onDeno.join(" ")} core/main.ts`);
  for (const right of ["--allow-all", "-A", "--allow-ffi", "--allow-import"]) assert.ok(!onDeno.includes(right), right);
});
