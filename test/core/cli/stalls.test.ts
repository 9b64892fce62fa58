import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findStalled, stallsFile } from "../../../core/cli/stalls.ts";
import type { ConfiguredPlugin } from "../../../core/config/load.ts";

function stage(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-stalls-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "odd.ts");
  writeFileSync(file, "");
  utimesSync(file, 1, 1);
  const notes = stallsFile(folder);
  const plugin = (id: string, files: readonly string[]): ConfiguredPlugin => ({
    definition: { id, version: "1.0.0", api: 1, setup: () => undefined },
    options: {},
    operatorOrigins: [],
    files,
  });
  return {
    folder,
    file,
    notes,
    plugins: [plugin("odd", [file]), plugin("even", [join(folder, "even.ts")]), plugin("own", [])],
    note: (times: number, at = Date.now() - 1_000, more: object = {}) => {
      const line = JSON.stringify({ at, duration: 10.02, file, line: 5, ...more });
      writeFileSync(notes, `${line}\n`.repeat(times), { flag: "a" });
    },
  };
}

test("a plugin that ended the bot six times within ten minutes is found, and what was noted of it is forgotten", (t) => {
  const { folder, notes, note, plugins } = stage(t);
  note(5);
  assert.deepEqual(findStalled(folder, plugins), []);
  note(1);
  note(1, Date.now(), { file: join(folder, "other.ts") });
  const [found, ...others] = findStalled(folder, plugins);
  assert.deepEqual(others, []);
  assert.deepEqual(
    { ...found, since: 0 },
    {
      id: "odd",
      version: "1.0.0",
      since: 0,
      handler: "line 5 of odd.ts",
      code: "plugin.timeout",
      reason: "it held everything up for 10 s, 6 times",
      commands: [],
      told: false,
    },
  );
  assert.equal(readFileSync(notes, "utf8").trimEnd().split("\n").length, 1);
  assert.deepEqual(findStalled(folder, plugins), []);
});

test("what is old, and what was before the file was changed, does not count", (t) => {
  const { folder, file, notes, note, plugins } = stage(t);
  note(6, Date.now() - 700_000);
  assert.deepEqual(findStalled(folder, plugins), []);
  assert.equal(readFileSync(notes, "utf8"), "");
  note(6);
  utimesSync(file, new Date(), new Date());
  assert.deepEqual(findStalled(folder, plugins), []);
  rmSync(file);
  assert.deepEqual(findStalled(folder, plugins), []);
});

test("rubbish in the notes, or none, or a folder in their place, is passed over", (t) => {
  const { folder, notes, note, plugins } = stage(t);
  assert.deepEqual(findStalled(folder, plugins), []);
  assert.ok(!existsSync(notes));
  writeFileSync(notes, 'no JSON\n{"at":1}\n[]\nnull\n{"at":"now","duration":1,"file":3,"line":1}\n\0\0\0\n');
  note(6);
  assert.equal(findStalled(folder, plugins).length, 1);
  note(1_000, Date.now() + 3_600_000);
  assert.deepEqual(findStalled(folder, plugins), []);
  rmSync(notes);
  mkdirSync(notes);
  assert.deepEqual(findStalled(folder, plugins), []);
});
