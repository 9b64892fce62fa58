import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { openPlaygroundFolder } from "../../../core/cli/playground-folder.ts";

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-places-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("a temporary folder is made in the first place that takes one, and goes with the playground", (t) => {
  const place = emptyFolder(t);
  const none = join(place, "is-not-there");
  const folder = openPlaygroundFolder({ data: undefined, places: [none, undefined, place] });
  assert.equal(dirname(folder.path), place);
  assert.ok(statSync(folder.path).isDirectory());
  writeFileSync(join(folder.path, "bot.db"), "");
  folder[Symbol.dispose]();
  assert.ok(!existsSync(folder.path));
});

test("without any place it says that --data names one", (t) => {
  const none = join(emptyFolder(t), "is-not-there");
  assert.throws(() => openPlaygroundFolder({ data: undefined, places: [none] }), {
    code: "config.invalid",
    message: /ENOENT.*--data <folder>/,
  });
});

test("a folder that was named stays, and is held until the playground ends", (t) => {
  const data = join(emptyFolder(t), "kept");
  const folder = openPlaygroundFolder({ data, places: [] });
  assert.throws(() => openPlaygroundFolder({ data, places: [] }), { code: "data.locked" });
  folder[Symbol.dispose]();
  openPlaygroundFolder({ data, places: [] })[Symbol.dispose]();
  assert.ok(existsSync(data));
});
