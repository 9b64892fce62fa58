import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { importsOf } from "./imports.ts";
import { rooms, violation } from "./rooms.ts";

const root = new URL("../../", import.meta.url).pathname;
const files = globSync("{core,plugins}/**/*.ts", { cwd: root });

test("arrows point inward and every package stays in its own room", () => {
  assert.ok(files.length > 100, `only ${files.length} files were looked at`);
  const imports = files.flatMap((file) => importsOf(file, readFileSync(`${root}${file}`, "utf8")));
  assert.deepEqual(
    imports.flatMap((one) => violation(one) ?? []),
    [],
  );
});

test("every room of the table is there", () => {
  const gone = Object.keys(rooms).filter((room) => !existsSync(`${root}${room.replace("/*", "")}`));
  assert.deepEqual(gone, []);
});

test("what differs between runtimes stands in core/platform alone", () => {
  const told = files.filter(
    (file) =>
      !file.startsWith("core/platform/") &&
      /\bDeno\.|process\.versions|process\.getBuiltinModule/.test(readFileSync(`${root}${file}`, "utf8")),
  );
  assert.deepEqual(told, []);
});
