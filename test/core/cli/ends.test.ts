import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { endsFile, endsObstacle, findEnders, holdBack, recordEnd } from "../../../core/cli/ends.ts";
import type { ConfiguredPlugin } from "../../../core/config/load.ts";

function stage(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-ends-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "odd.ts");
  writeFileSync(file, "");
  utimesSync(file, 1, 1);
  const notes = endsFile(folder);
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
  const { folder, file, notes, note, plugins } = stage(t);
  note(5);
  assert.deepEqual(findEnders(folder, plugins), []);
  note(1);
  note(1, Date.now(), { file: join(folder, "other.ts") });
  const [found, ...others] = findEnders(folder, plugins);
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
      file,
    },
  );
  assert.equal(readFileSync(notes, "utf8").trimEnd().split("\n").length, 1);
  assert.deepEqual(findEnders(folder, plugins), []);
});

test("what is old, and what was before the file was changed, does not count", (t) => {
  const { folder, file, notes, note, plugins } = stage(t);
  note(6, Date.now() - 700_000);
  assert.deepEqual(findEnders(folder, plugins), []);
  assert.equal(readFileSync(notes, "utf8"), "");
  note(6);
  utimesSync(file, new Date(), new Date());
  assert.deepEqual(findEnders(folder, plugins), []);
});

test("an import that is not there counts as unchanged: a plugin may do without it", (t) => {
  const { folder, file, note, plugins } = stage(t);
  const files = [file, join(folder, "absent.ts")];
  note(6);
  assert.notEqual(holdBack(folder, () => [])({ files }), undefined);
  const [found] = findEnders(
    folder,
    plugins.slice(0, 1).map((plugin) => ({ ...plugin, files })),
  );
  assert.equal(found?.id, "odd");
});

test("rubbish in the notes, or none, or a folder in their place, is passed over", (t) => {
  const { folder, notes, note, plugins } = stage(t);
  assert.deepEqual(findEnders(folder, plugins), []);
  assert.ok(!existsSync(notes));
  writeFileSync(notes, 'no JSON\n{"at":1}\n[]\nnull\n{"at":"now","duration":1,"file":3,"line":1}\n\0\0\0\n');
  note(6);
  assert.equal(findEnders(folder, plugins).length, 1);
  note(1_000, Date.now() + 3_600_000);
  assert.deepEqual(findEnders(folder, plugins), []);
  rmSync(notes);
  mkdirSync(notes);
  assert.deepEqual(findEnders(folder, plugins), []);
});

test("an end that the bot itself noted of a plugin counts like the heartbeat's, until one of its files is changed", (t) => {
  const { folder, file, notes, note, plugins } = stage(t);
  note(3);
  for (let times = 0; times < 2; times++) recordEnd(notes, { plugin: "odd" });
  assert.deepEqual(findEnders(folder, plugins), []);
  recordEnd(notes, { plugin: "odd", place: "plugins/odd.ts:7" });
  recordEnd(notes, { plugin: "own" });
  const before = readFileSync(notes, "utf8");
  const [found, ...others] = findEnders(folder, plugins);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [found?.id, found?.handler, found?.code, found?.reason],
    ["odd", "line 7 of odd.ts", "plugin.failed", "it ended the program, 6 times"],
  );
  writeFileSync(notes, before);
  utimesSync(file, new Date(Date.now() + 1_000), new Date(Date.now() + 1_000));
  assert.deepEqual(findEnders(folder, plugins), []);
});

test("a plugin of a bot.config.ts, whose files are not known, is found by its id; what cannot be noted is left", (t) => {
  const { folder, notes, plugins } = stage(t);
  for (let times = 0; times < 6; times++) recordEnd(notes, { plugin: "own" });
  const [found] = findEnders(folder, plugins);
  assert.deepEqual(
    [found?.id, found?.handler, found?.reason],
    ["own", "code of its own", "it ended the program, 6 times"],
  );
  recordEnd(join(folder, "nowhere", "ends.jsonl"), { plugin: "own" });
  if (process.platform === "win32") return;
  rmSync(notes);
  recordEnd(notes, { plugin: "own" });
  assert.equal(statSync(notes).mode & 0o777, 0o600);
});

test("one that ended the bot again and again is held back before it is loaded, and stays so while it is switched off", (t) => {
  const { folder, file, notes, note, plugins } = stage(t);
  const none = () => [];
  const isHeld = (files = [file], id?: string) => holdBack(folder, none)({ files, id }) !== undefined;
  note(5);
  assert.equal(isHeld(), false);
  recordEnd(notes, { module: file, place: "plugins/odd.ts" });
  assert.equal(isHeld(), true);
  assert.equal(isHeld([join(folder, "even.ts")]), false);
  const [found] = findEnders(folder, plugins);
  assert.ok(found);
  assert.equal(isHeld(), false);
  const after = { ...found, since: Date.now() };
  assert.equal(holdBack(folder, () => [after])({ files: [file] }), after);
  utimesSync(file, new Date(Date.now() + 1_000), new Date(Date.now() + 1_000));
  assert.equal(holdBack(folder, () => [after])({ files: [file] }), undefined);

  utimesSync(file, 1, 1);
  for (let times = 0; times < 6; times++) recordEnd(notes, { plugin: "odd" });
  assert.deepEqual([isHeld(), isHeld([file], "odd"), isHeld([file], "even")], [false, true, false]);
  const [plugin] = plugins;
  assert.ok(plugin);
  const held = [{ ...plugin, heldBack: true, problem: "it is not loaded" }];
  assert.equal(findEnders(folder, held)[0]?.file, file);
});

test("a pipe or a device in the place of the notes is waited for neither at the start nor at the end", {
  skip: process.platform === "win32" && "needs named pipes",
}, (t) => {
  for (const make of [
    (file: string) => void execFileSync("mkfifo", [file]),
    (file: string) => symlinkSync("/dev/zero", file),
  ]) {
    const { folder, notes, plugins } = stage(t);
    assert.equal(endsObstacle(notes), undefined);
    make(notes);
    assert.deepEqual(findEnders(folder, plugins), []);
    assert.match(
      endsObstacle(notes) ?? "",
      /ends\.jsonl: it is a .*, and no file, so that .* not counted\. Put a file/,
    );
    recordEnd(notes, { plugin: "odd" });
  }
});
